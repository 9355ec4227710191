// The result of remove_contacts, as far as it is shown here. The manifest's output schema has all of it; a test compares.

export interface SequenceResult {
  sequenceId: string;
  status: string;
  unique: number;
  confirmed: number;
  refused: number;
  unknown: number;
  unsent: number;
  removed: number;
}

export interface ResultError {
  cause: string;
  code: string | null;
  httpStatus: number | null;
  retryAt: string | null;
  message: string;
  apiMessage: string | null;
  contacts: number;
}

export interface Removals {
  removals: { sequenceId: string; contactIds: string[] }[];
}

/** Positions in the input, from 0; no contact: the sequence's id is the invalid one. */
export interface InvalidId {
  removal: number;
  contact: number | null;
  reason: string;
}

export interface RemovalResult {
  status: "completed" | "partial" | "failed" | "cancelled";
  dryRun: boolean;
  stoppedBy: string | null;
  requested: number;
  invalid: number;
  duplicates: number;
  unique: number;
  confirmed: number;
  refused: number;
  unknown: number;
  unsent: number;
  removed: number;
  removedExact: boolean;
  requests: number;
  retries: number;
  waitedMs: number;
  /** Empty, as the other lists but `errors`, in the short form that a module without memory gives. */
  sequences: SequenceResult[];
  invalidIds: InvalidId[];
  remaining: Removals;
  refusedIds: Removals;
  errors: ResultError[];
}

/** How many contacts are in a list of removals. */
export function contactsIn(list: Removals): number {
  return list.removals.reduce((sum, removal) => sum + removal.contactIds.length, 0);
}
