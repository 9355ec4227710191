// Contacts as they were read, before the module checks them: their ids, and what can be said about them at once.
import { counted, grouped, places } from "../words.js";
import tables from "contact-tables";
import { bareId, oddCharacter, plainName, shownWhole, unquoted } from "./characters.js";
import { ContactProblem } from "./contact_problem.js";

/** One sequence's contacts. Without a sequence id they belong to the one that is typed into the form. */
export interface ContactGroup {
  sequenceId: string | undefined;
  contactIds: unknown[];
}

/** An entry that is not a contact id, or has no sequence, and where it is: a line of a text or an entry, from 1. */
export interface InvalidEntry {
  place: number;
  value: unknown;
}

/** How a table was read. */
export interface TableView {
  columns: string[];
  contact: number | undefined;
  sequence: number | undefined;
  /** One that could hold sequences, but is not used: no other sequence may be typed beside it. */
  possible?: number | undefined;
  /** The first ones below the header. */
  rows: string[][];
}

export interface ContactGroups {
  groups: ContactGroup[];
  /** Entries that are not empty. */
  total: number;
  invalid: number;
  /** The first of them. */
  invalidEntries: InvalidEntry[];
  /** What places count. */
  noun: "line" | "entry";
  /** What else the person should know about how it was read. */
  notes: string[];
  table?: TableView;
}

export function noContacts(noun: ContactGroups["noun"] = "line"): ContactGroups {
  return { groups: [], total: 0, invalid: 0, invalidEntries: [], noun, notes: [] };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
export function isContactId(value: unknown): value is string {
  return typeof value === "string" && UUID.test(value);
}

const NO_SEQUENCE = new RegExp(`^(${tables.noSequence.join("|")})$`, "i");
const ENTRIES_AT_MOST = 20;
const PLACES_AT_MOST = 5;

/** Whether what stands in place of a sequence's id is none. */
export function isNoSequence(text: string): boolean {
  const id = unquoted(text);
  return plainName(id) === "" || NO_SEQUENCE.test(id);
}

/**
 * A sequence's id, without what is around it. Throws ContactProblem: an unintended character is in it, or it is a key or
 * no id at all.
 */
export function checkedSequence(text: string, line?: number): string {
  const id = unquoted(text);
  const where = line === undefined ? "The sequence ID" : `Line ${grouped(line)}: the sequence ID`;
  // It would be shown, and sent in an address.
  if (/^(bearer\s+)?sk_(live|test)_/i.test(id)) {
    throw new ContactProblem("key", `${where} looks like an API key. Enter the ID of the sequence.`, line);
  }
  const odd = oddCharacter(id);
  if (odd !== undefined) {
    throw new ContactProblem(
      "odd-character",
      `${where} contains the character ${odd}, which is invisible or does not belong there: ${shownWhole(id)}. Remove it.`,
      line,
    );
  }
  if (id !== "" && isNoSequence(id)) {
    throw new ContactProblem("no-id", `${where} is ${shownWhole(id)}, which is not an ID. Correct or remove it.`, line);
  }
  return id;
}

/** Collects contacts one by one. */
export class GroupCollector {
  readonly groups: ContactGroups;
  private readonly bySequence = new Map<string | undefined, unknown[]>();

  constructor(noun: ContactGroups["noun"]) {
    this.groups = noContacts(noun);
  }

  /** sequenceId: as it was read; checked if it is a new one. line: for what is wrong with it. */
  add(sequenceId: string | undefined, contact: unknown, place: number, line: number | undefined = place): void {
    const { groups } = this;
    let ids = this.bySequence.get(sequenceId);
    if (ids === undefined) {
      const id = sequenceId === undefined ? undefined : checkedSequence(sequenceId, line);
      ids = this.bySequence.get(id);
      if (ids === undefined) {
        ids = [];
        groups.groups.push({ sequenceId: id, contactIds: ids });
        this.bySequence.set(id, ids);
      }
      this.bySequence.set(sequenceId, ids);
    }
    const contactId = typeof contact === "string" && !UUID.test(contact) ? bareId(contact) : contact;
    ids.push(contactId);
    ++groups.total;
    const hasNone = ids === this.bySequence.get("");
    if (isContactId(contactId) && !hasNone) return;
    ++groups.invalid;
    const value = isContactId(contactId) ? "no sequence ID" : contactId;
    if (groups.invalidEntries.length < ENTRIES_AT_MOST) groups.invalidEntries.push({ place, value });
  }
}

/** Several lists as one. */
export function joined(lists: readonly ContactGroups[]): ContactGroups {
  const [only] = lists;
  if (only !== undefined && lists.length === 1) return only;
  const sum = (of: (list: ContactGroups) => number): number => lists.reduce((total, list) => total + of(list), 0);
  return {
    ...noContacts("entry"),
    groups: lists.flatMap(({ groups }) => groups),
    total: sum(({ total }) => total),
    invalid: sum(({ invalid }) => invalid),
  };
}

/** What the person reads about contacts that were counted. */
export function describe({ groups, total, invalid, invalidEntries, noun }: ContactGroups): string {
  if (total === 0) return "No contacts yet.";
  const sequences = new Set(groups.flatMap(({ sequenceId }) => sequenceId || [])).size;
  const where = sequences === 0 ? "" : ` in ${counted(sequences, "sequence")}`;
  const first = invalidEntries.slice(0, PLACES_AT_MOST).map(({ place }) => place);
  const at = first.length === 0 ? "" : ` (${places(noun, first, invalid)})`;
  const bad = invalid === 0 ? "" : `, ${grouped(invalid)} not valid${at}`;
  return `${counted(total, "contact")}${where}${bad}.`;
}

/** The invalid entries, one line each, with invisible characters made visible. */
export function invalidLines({ invalid, invalidEntries, noun }: ContactGroups): string[] {
  const lines = invalidEntries.map(({ place, value }) => {
    const text = typeof value === "string" ? value : ((JSON.stringify(value) as string | undefined) ?? "nothing");
    return `${noun} ${grouped(place)}: ${text === "" ? "empty" : shownWhole(text)}`;
  });
  const more = invalid - lines.length;
  return lines.length > 0 && more > 0 ? [...lines, `and ${grouped(more)} more`] : lines;
}
