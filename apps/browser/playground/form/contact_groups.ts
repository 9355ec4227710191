// Contacts as they were read, before the module judges them: their ids, and what can be said of them at once.
import { inSlices } from "../slices.js";

/** One sequence's contacts. Without a sequence id they belong to the one that is typed into the form. */
export interface ContactGroup {
  sequenceId: string | undefined;
  contactIds: unknown[];
}

export interface ContactGroups {
  groups: ContactGroup[];
  /** Entries that are not empty. */
  total: number;
  invalid: number;
  /** Where the first invalid ones stand: lines of a text or rows of a table, counted from 1. */
  invalidPlaces: number[];
  /** What places count. */
  noun: "line" | "row" | "entry";
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const PLACES_AT_MOST = 5;

/** As the module reads it: a UUID in any case, with white space around it. */
function isContactId(value: unknown): boolean {
  return typeof value === "string" && UUID.test(value.trim());
}

/** Collects contacts one by one. */
export class GroupCollector {
  private readonly bySequence = new Map<string | undefined, unknown[]>();
  private readonly found: ContactGroups;

  constructor(noun: ContactGroups["noun"]) {
    this.found = { groups: [], total: 0, invalid: 0, invalidPlaces: [], noun };
  }

  add(sequenceId: string | undefined, contactId: unknown, place: number): void {
    let ids = this.bySequence.get(sequenceId);
    if (ids === undefined) {
      ids = [];
      this.bySequence.set(sequenceId, ids);
      this.found.groups.push({ sequenceId, contactIds: ids });
    }
    ids.push(contactId);
    ++this.found.total;
    if (isContactId(contactId)) return;
    ++this.found.invalid;
    if (this.found.invalidPlaces.length < PLACES_AT_MOST) this.found.invalidPlaces.push(place);
  }

  get groups(): ContactGroups {
    return this.found;
  }
}

/**
 * Ids of a text, one a line or with commas, semicolons or white space between them; empty lines count as lines only.
 * Result: nothing when the signal ended it early.
 */
export async function readText(text: string, signal?: AbortSignal): Promise<ContactGroups | undefined> {
  const collector = new GroupCollector("line");
  const whole = await inSlices(
    text.split("\n"),
    (line, index) => {
      for (const id of line.split(/[\s,;]+/)) if (id !== "") collector.add(undefined, id, index + 1);
    },
    { signal },
  );
  return whole ? collector.groups : undefined;
}
