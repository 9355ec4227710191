// The run's result back to items: each item gets the outcome of every id that it names, duplicates too.
import { badIdReason, type FieldTexts } from "./bad_rows";
import { eachInSlices, type Execution, mapInSlices } from "./execution";
import { trimId, type Removal } from "./items";
import { type Reason, UNNAMED } from "./reasons";
import type { RemovalResult, UnconfirmedRemoval } from "./generated/result";
import type { Row } from "./rows";

/**
 * What became of the ids of one item. `partial`: not the same for all of them. `checked`: a dry run sent nothing. `empty`:
 * its list names nobody, so there was nothing to do.
 */
export type Word = "confirmed" | "refused" | "unknown" | "unsent" | "invalid" | "checked" | "partial" | "empty";

export interface Outcome {
  sequenceId: unknown;
  /** Ids that the item names. */
  requested: number;
  /** Those among them that the API accepted. */
  confirmed: number;
  outcome: Word;
  /** Why not all are done; null if they are. */
  reason: Reason | null;
  /** The unconfirmed ids may be sent again unchanged. */
  retryable: boolean;
  /** The earliest time, ISO 8601; null: at once, or never. */
  retryAt: string | null;
  /** The unconfirmed ids; null: the item was not read. An empty list would say that nothing is left to do. */
  contactIds: unknown[] | null;
}

interface Fate {
  word: Word;
  reason: Reason | null;
}

/** Why a group of the result is not confirmed. */
export type ReasonOfGroup = (group: UnconfirmedRemoval) => Reason;

const CONFIRMED: Fate = { word: "confirmed", reason: null };
const CHECKED: Fate = { word: "checked", reason: null };
const EMPTY: Fate = { word: "empty", reason: null };
const UNREAD: Removal = { sequenceId: null, contactIds: [] };

/** A contact id is the same in any letter case; a sequence id is not. A UUID cannot contain a blank. */
function keyOf(sequenceId: string, contactId: string): string {
  return `${trimId(contactId).toLowerCase()} ${trimId(sequenceId)}`;
}

/** The fates of all ids that are not confirmed; undefined: the result does not name them. */
async function unconfirmedOf(
  rows: readonly Row[],
  result: RemovalResult,
  reasonOfGroup: ReasonOfGroup,
  execution: Execution,
): Promise<Map<string, Fate> | undefined> {
  // The module counts every id of an input that it could read: otherwise no id was even looked at.
  if (rows.reduce((sum, { contactIds }) => sum + contactIds.length, 0) !== result.requested) return undefined;
  const fates = new Map<string, Fate>();
  for (const group of [...result.remaining.removals, ...result.refusedIds.removals]) {
    const isChecked = result.dryRun && group.error === null;
    const fate = isChecked ? CHECKED : { word: group.outcome, reason: reasonOfGroup(group) };
    await eachInSlices(group.contactIds, execution, (id) => fates.set(keyOf(group.sequenceId, id), fate));
  }
  // The lists are left out if there is no memory for them.
  return fates.size === result.refused + result.unknown + result.unsent ? fates : undefined;
}

/** The bad ids of each removal: their places; null: the sequence id. */
function badPlaces(result: RemovalResult): Map<number, Set<number | null>> {
  const places = new Map<number, Set<number | null>>();
  for (const { removal, contact } of result.invalidIds) {
    const known = places.get(removal);
    if (known === undefined) places.set(removal, new Set([contact]));
    else known.add(contact);
  }
  return places;
}

function merge(removal: Removal, fates: Fate[]): Outcome {
  const unconfirmed = fates.filter((fate) => fate !== CONFIRMED);
  const words = new Set(fates.map((fate) => fate.word));
  const [word = EMPTY.word] = words;
  const isDone = words.size <= 1 && [CONFIRMED, CHECKED, EMPTY].some((done) => done.word === word);
  const [retryable, invalid, any] = [
    unconfirmed.find(({ reason }) => reason?.retryable === true),
    unconfirmed.find((fate) => fate.word === "invalid"),
    unconfirmed.find(({ reason }) => reason !== null),
  ];
  const told = isDone ? null : ((retryable ?? invalid ?? any)?.reason ?? UNNAMED);
  const times = unconfirmed.flatMap(({ reason }) => (reason?.retryable === true ? (reason.retryAt ?? []) : []));
  return {
    sequenceId: removal.sequenceId,
    requested: fates.length,
    confirmed: fates.length - unconfirmed.length,
    outcome: words.size > 1 ? "partial" : word,
    reason: told,
    retryable: told?.retryable ?? false,
    retryAt: times.sort().pop() ?? null,
    contactIds: removal.contactIds.filter((_, at) => fates[at] !== CONFIRMED),
  };
}

/** The outcome of each row, in their order. Not for an execution that is over: it may then lack rows. */
export async function outcomesOf(
  rows: readonly Row[],
  result: RemovalResult,
  fields: FieldTexts,
  reasonOfGroup: ReasonOfGroup,
  lost: Reason,
  execution: Execution,
): Promise<Outcome[]> {
  const unconfirmed = await unconfirmedOf(rows, result, reasonOfGroup, execution);
  const unlisted: Fate = { word: result.requests === 0 ? "unsent" : "unknown", reason: lost };
  const bad = badPlaces(result);
  const outcomes: Outcome[] = [];
  for (const [at, row] of rows.entries()) {
    if (execution.due) await execution.pause();
    const places = bad.get(at);
    const [first] = places ?? [];
    const reason = row.bad ?? (first === undefined ? undefined : badIdReason(row, first, fields));
    const invalid: Fate = { word: "invalid", reason: reason ?? null };
    if (row.contactIds.length === 0 && reason !== undefined) {
      outcomes.push({ ...merge(row, [invalid]), requested: 0 });
      continue;
    }
    const fates = await mapInSlices(row.contactIds, execution, (id, place) => {
      if (row.bad !== undefined || places?.has(null) === true || places?.has(place) === true) return invalid;
      if (unconfirmed === undefined) return unlisted;
      if (unconfirmed.size === 0) return CONFIRMED;
      return unconfirmed.get(keyOf(String(row.sequenceId), String(id))) ?? CONFIRMED;
    });
    outcomes.push(merge(row, fates));
  }
  return outcomes;
}

/** The same outcome for all rows: what ended the run as a whole. undefined: a row that was not read. */
export function sameOutcome(
  rows: readonly (Removal | undefined)[],
  word: "unsent" | "unknown",
  reason: Reason,
): Outcome[] {
  const fate: Fate = { word, reason };
  return rows.map((row) => {
    if (row === undefined) return { ...merge(UNREAD, [fate]), requested: 0, contactIds: null };
    const fates = row.contactIds.map(() => fate);
    return { ...merge(row, fates.length === 0 ? [fate] : fates), requested: fates.length };
  });
}
