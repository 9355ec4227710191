// The run's result back to items: each item gets the outcome of every id that it names, duplicates too.
import { trimId, type Removal } from "./items";
import type { ErrorEntry, Result } from "./result";

/** What became of the ids of one item. `partial`: not the same of all of them. `checked`: a dry run sent nothing. */
export type Word = "confirmed" | "refused" | "unknown" | "unsent" | "invalid" | "checked" | "partial";

export interface Outcome {
  sequenceId: unknown;
  /** Ids that the item names. */
  requested: number;
  /** Those among them that the API accepted. */
  confirmed: number;
  outcome: Word;
  /** Why not all are confirmed; null when they are. */
  cause: string | null;
  /** The unconfirmed ids may be sent again unchanged. */
  retryable: boolean;
  /** From when on, ISO 8601; null: at once, or never. */
  retryAt: string | null;
  /** The unconfirmed ids, as the item names them. */
  contactIds: unknown[];
}

interface Fate {
  word: Word;
  cause: string | null;
  retryable: boolean;
  retryAt: string | null;
}

const CONFIRMED: Fate = { word: "confirmed", cause: null, retryable: false, retryAt: null };
const CHECKED: Fate = { ...CONFIRMED, word: "checked" };
const INVALID: Fate = { word: "invalid", cause: "invalid-input", retryable: false, retryAt: null };

function fateOf(word: Word, error: ErrorEntry | undefined, stoppedBy: string | null): Fate {
  if (error === undefined) return { word, cause: stoppedBy ?? "internal", retryable: false, retryAt: null };
  const { cause, retryable, retryAt } = error;
  return { word, cause, retryable, retryAt };
}

/** A contact id is the same in any case; a sequence id is not. A blank cannot be in a UUID. */
function keyOf(sequenceId: string, contactId: string): string {
  return `${trimId(contactId).toLowerCase()} ${trimId(sequenceId)}`;
}

/** The fates of all ids that are not confirmed; undefined: the lists were left out, for want of memory. */
function unconfirmedOf(result: Result): Map<string, Fate> | undefined {
  const fates = new Map<string, Fate>();
  for (const group of [...result.remaining.removals, ...result.refusedIds.removals]) {
    const error = group.error === null ? undefined : result.errors[group.error];
    const fate = result.dryRun && error === undefined ? CHECKED : fateOf(group.outcome, error, result.stoppedBy);
    for (const id of group.contactIds) fates.set(keyOf(group.sequenceId, id), fate);
  }
  return fates.size === result.refused + result.unknown + result.unsent ? fates : undefined;
}

/** The positions that are bad: `removal:contact`, or `removal:` where the sequence id is. */
function badPlaces(result: Result): Set<string> {
  return new Set(result.invalidIds.map(({ removal, contact }) => `${removal}:${contact ?? ""}`));
}

function merge(removal: Removal, fates: Fate[]): Outcome {
  const unconfirmed = fates.filter((fate) => fate !== CONFIRMED);
  const words = new Set(fates.map((fate) => fate.word));
  const [word = "confirmed"] = words;
  const told = unconfirmed.find((fate) => fate.retryable) ?? unconfirmed[0];
  const times = unconfirmed.flatMap((fate) => (fate.retryable && fate.retryAt !== null ? [fate.retryAt] : []));
  return {
    sequenceId: removal.sequenceId,
    requested: fates.length,
    confirmed: fates.length - unconfirmed.length,
    outcome: words.size > 1 ? "partial" : word,
    cause: told?.cause ?? null,
    retryable: told?.retryable ?? false,
    retryAt: times.sort().pop() ?? null,
    contactIds: removal.contactIds.filter((_, at) => fates[at] !== CONFIRMED),
  };
}

/** The outcome of each removal, in their order. */
export function outcomesOf(removals: readonly Removal[], result: Result): Outcome[] {
  const unconfirmed = unconfirmedOf(result);
  const lost = result.confirmed === result.unique ? CONFIRMED : fateOf("unknown", result.errors[0], result.stoppedBy);
  const bad = badPlaces(result);
  return removals.map((removal, at) => {
    const isBad = bad.has(`${at}:`);
    const fates = removal.contactIds.map((id, place) => {
      if (isBad || bad.has(`${at}:${place}`)) return INVALID;
      if (unconfirmed === undefined) return lost;
      return unconfirmed.get(keyOf(String(removal.sequenceId), String(id))) ?? CONFIRMED;
    });
    return merge(removal, fates);
  });
}

/** The outcome of each removal when the run ended without a result: nothing is known of any id. */
export function outcomesUnknown(removals: readonly Removal[], cause: string): Outcome[] {
  const fate: Fate = { word: "unknown", cause, retryable: false, retryAt: null };
  return removals.map((removal) =>
    merge(
      removal,
      removal.contactIds.map(() => fate),
    ),
  );
}

/** Whether all ids of the item are done with: confirmed, or checked by a dry run. */
export function isDone({ outcome }: Outcome): boolean {
  return outcome === "confirmed" || outcome === "checked";
}
