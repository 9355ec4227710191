// Accounts of several runs of the module, added up: parts of one input, and what is left of a run, run again.
import type { RemovalResult, ResultError, SequenceResult, UnconfirmedRemovals } from "./remove_contacts.js";

const COUNTS = [
  ...(["requested", "invalid", "duplicates", "unique", "confirmed", "refused", "unknown", "unsent"] as const),
  ...(["removed", "batches", "requests", "retries", "rateLimited", "waitedMs"] as const),
];
/** What a run says of its input, and not of what it did. */
const COUNTS_OF_INPUT = { requested: 0, invalid: 0, duplicates: 0, unique: 0, batches: 0 };
const COUNTS_OF_SEQUENCE = ["unique", "confirmed", "refused", "unknown", "unsent", "removed"] as const;
const NOTHING_LEFT = { unknown: 0, unsent: 0 };
/** With these, whatever was done is not what was wanted. */
const FAILURES = new Set(["invalid-input", "configuration", "internal"]);

/** Of no run at all. */
export const NOTHING: RemovalResult = {
  ...{ status: "completed", dryRun: false, stoppedBy: null },
  ...{ requested: 0, invalid: 0, duplicates: 0, unique: 0, confirmed: 0, refused: 0, unknown: 0, unsent: 0 },
  ...{ removed: 0, removedExact: true, batches: 0, requests: 0, retries: 0, rateLimited: 0, waitedMs: 0 },
  ...{ sequences: [], invalidIds: [], remaining: { removals: [] }, refusedIds: { removals: [] } },
  ...{ errors: [], warnings: [], rateLimit: null },
};

export const contactsOf = ({ removals }: UnconfirmedRemovals): number =>
  removals.reduce((sum, { contactIds }) => sum + contactIds.length, 0);

/** Of a run that is continued: its account without what the next one takes over. */
export function settled(result: RemovalResult): RemovalResult {
  const left = new Map<number | null, number>();
  for (const { error, contactIds } of result.remaining.removals) {
    left.set(error, (left.get(error) ?? 0) + contactIds.length);
  }
  const errors = result.errors.map((error, at) => ({ ...error, contacts: error.contacts - (left.get(at) ?? 0) }));
  const places = placesOf(errors.map(({ contacts }) => contacts > 0));
  return {
    ...result,
    ...NOTHING_LEFT,
    // What may have been removed already is not counted when it is sent again.
    removedExact: result.removedExact && result.unknown === 0,
    sequences: result.sequences.map((sequence) => ({ ...sequence, ...NOTHING_LEFT })),
    remaining: { removals: [] },
    refusedIds: moved(result.refusedIds, places),
    errors: errors.filter(({ contacts }) => contacts > 0),
  };
}

/** Of a run that took over what another had left: its account without what that one's has. */
export function again(result: RemovalResult): RemovalResult {
  const sequences = result.sequences.map((sequence) => ({ ...sequence, unique: 0 }));
  return { ...result, ...COUNTS_OF_INPUT, sequences, invalidIds: [] };
}

/** Of both; how they ended is said by the later one. Positions of invalid ids stay those of their own inputs. */
export function sum(earlier: RemovalResult, later: RemovalResult): RemovalResult {
  const counts = Object.fromEntries(COUNTS.map((name) => [name, earlier[name] + later[name]]));
  const { errors, places } = joined(earlier.errors, later.errors);
  const total = {
    ...later,
    ...counts,
    removedExact: earlier.removedExact && later.removedExact,
    sequences: sequencesOf(earlier.sequences, later.sequences),
    invalidIds: [...earlier.invalidIds, ...later.invalidIds],
    remaining: { removals: [...earlier.remaining.removals, ...moved(later.remaining, places).removals] },
    refusedIds: { removals: [...earlier.refusedIds.removals, ...moved(later.refusedIds, places).removals] },
    errors,
  };
  return { ...total, status: statusOf(total, later), warnings: warningsOf(total) };
}

/** The counts without ids, for as many parts as there are. Errors keep what does not name a contact. */
export function withoutLists(account: RemovalResult): RemovalResult {
  const errors = account.errors.map((error) => ({ ...error, apiMessage: null }));
  return { ...account, invalidIds: [], remaining: { removals: [] }, refusedIds: { removals: [] }, errors };
}

/** As the module says it of a single run. */
function statusOf(total: RemovalResult, { status, stoppedBy }: RemovalResult): RemovalResult["status"] {
  const unconfirmed = total.refused + total.unknown + total.unsent;
  if (status === "cancelled" && unconfirmed > 0) return "cancelled";
  const isWhole = unconfirmed === 0 && (total.invalid === 0 || total.unique > 0);
  if (isWhole && !FAILURES.has(stoppedBy ?? "")) return "completed";
  return total.confirmed === 0 ? "failed" : "partial";
}

function warningsOf({ unique, stoppedBy, removedExact, sequences }: RemovalResult): RemovalResult["warnings"] {
  const untouched = sequences.filter(
    (one) => one.unique > 0 && one.confirmed === one.unique && one.removed === 0,
  ).length;
  return [
    ...(unique === 0 && stoppedBy === null ? [{ code: "nothing-to-do" as const, count: 1 }] : []),
    ...(untouched > 0 && removedExact ? [{ code: "nothing-was-in-sequence" as const, count: untouched }] : []),
  ];
}

function sequencesOf(earlier: SequenceResult[], later: SequenceResult[]): SequenceResult[] {
  const found = new Map<string, SequenceResult>();
  for (const sequence of [...earlier, ...later]) {
    const before = found.get(sequence.sequenceId);
    const counts = COUNTS_OF_SEQUENCE.map((name) => [name, (before?.[name] ?? 0) + sequence[name]] as const);
    found.set(sequence.sequenceId, { ...sequence, ...(Object.fromEntries(counts) as Partial<SequenceResult>) });
  }
  return [...found.values()].map((sequence) => ({ ...sequence, status: statusOfSequence(sequence) }));
}

function statusOfSequence({ confirmed, refused, unknown, unsent }: SequenceResult): string {
  if (refused + unknown + unsent === 0) return "completed";
  return confirmed === 0 ? "failed" : "partial";
}

/** Errors that say the same are one. places: of the later ones, in the list of both. */
function joined(earlier: ResultError[], later: ResultError[]): { errors: ResultError[]; places: number[] } {
  const errors = [...earlier];
  const places = later.map((error) => {
    const identity = (one: ResultError): string => JSON.stringify({ ...one, contacts: 0, retryAt: null });
    const at = errors.findIndex((one) => identity(one) === identity(error));
    const before = errors[at];
    if (before === undefined) return errors.push(error) - 1;
    errors[at] = { ...error, contacts: before.contacts + error.contacts };
    return at;
  });
  return { errors, places };
}

/** Where each that is kept goes. */
function placesOf(kept: boolean[]): number[] {
  let next = 0;
  return kept.map((isKept) => (isKept ? next++ : -1));
}

function moved({ removals }: UnconfirmedRemovals, places: number[]): UnconfirmedRemovals {
  return {
    removals: removals.map((removal) => ({
      ...removal,
      error: removal.error === null ? null : (places[removal.error] ?? null),
    })),
  };
}
