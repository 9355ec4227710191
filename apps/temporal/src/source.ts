// Contacts by reference: more than fits into a payload stays where its owner has it, and is read in parts.
import type {
  InvalidId,
  Removal,
  RemovalOptions,
  RemovalResult,
  ResultError,
  UnconfirmedRemovals,
} from "./remove_contacts.js";

export interface SourceInput {
  /** Whatever tells your activities where the contacts are: a name, a query, an address. */
  source: unknown;
  /** Where to begin. Default: null, the beginning. */
  cursor?: unknown;
  options?: RemovalOptions;
}

/** A part of a source. It has to fit into a payload: 20,000 contacts are 0.8 MB. */
export interface SourcePart {
  removals: readonly Removal[];
  /** Where the next part begins. null: this is the last one. */
  next: unknown;
}

/** Of a part: the ids that were not removed, and why. `remaining` is an input of removeContacts. */
export interface SourceLists {
  /** Of the part; positions of invalid ids are within it. */
  cursor: unknown;
  remaining: UnconfirmedRemovals;
  refusedIds: UnconfirmedRemovals;
  invalidIds: InvalidId[];
  errors: ResultError[];
}

/** Activities of yours, on the task queue of the workflow. Temporal may call each more than once for the same part. */
export interface SourceActivities {
  readSkipcallContacts(source: unknown, cursor: unknown): Promise<SourcePart>;
  /** Called for each part that has something to keep. */
  keepSkipcallLists(source: unknown, lists: SourceLists): Promise<void>;
}

/** The account of all parts that were read. Its lists of ids are empty: they were kept. */
export interface SourceResult extends RemovalResult {
  /** Where a removal that was stopped goes on. null: all parts were read. */
  next: unknown;
}
