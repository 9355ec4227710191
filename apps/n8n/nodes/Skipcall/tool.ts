// The node as a tool of an AI agent: one compact item, whatever happens.
import type { Outcome } from "./outcomes";
import { TOOL_LIMIT } from "./properties";
import type { Removal } from "./items";

/** Unconfirmed ids that a model is told; more would fill its memory. */
const NAMED_IDS = 20;

/** What a model reads: the outcome, and a sentence. */
export interface ToolAnswer extends Outcome {
  message: string;
}

function idsOf(removals: readonly Removal[]): unknown[] {
  return removals.flatMap((removal) => removal.contactIds);
}

/** The answer of a call that did not run. */
export function toolRefusal(removals: readonly Removal[], cause: string, message: string): ToolAnswer {
  const ids = idsOf(removals);
  return {
    sequenceId: removals[0]?.sequenceId ?? null,
    requested: ids.length,
    confirmed: 0,
    outcome: cause === "invalid-input" ? "invalid" : "unknown",
    cause,
    retryable: false,
    retryAt: null,
    contactIds: ids.slice(0, NAMED_IDS),
    message,
  };
}

/** Why the call names too many ids, or undefined. */
export function tooMany(removals: readonly Removal[]): string | undefined {
  const { length } = idsOf(removals);
  if (length <= TOOL_LIMIT) return undefined;
  const limit = TOOL_LIMIT.toLocaleString("en");
  return `Nothing was removed: the call names ${length.toLocaleString("en")} contact ids, and one call takes at most ${limit}. Ask the user whether so many people are really meant, then call again in parts.`;
}

/** The answer of a call that ran. A model calls with one removal; several are told as one. */
export function toolAnswer(outcomes: readonly Outcome[], message: string): ToolAnswer {
  const [first] = outcomes.filter((outcome) => outcome.cause !== null);
  const told = first ?? outcomes[0];
  const words = new Set(outcomes.map((outcome) => outcome.outcome));
  return {
    sequenceId: told?.sequenceId ?? null,
    requested: outcomes.reduce((sum, outcome) => sum + outcome.requested, 0),
    confirmed: outcomes.reduce((sum, outcome) => sum + outcome.confirmed, 0),
    outcome: words.size > 1 ? "partial" : (told?.outcome ?? "confirmed"),
    cause: told?.cause ?? null,
    retryable: told?.retryable ?? false,
    retryAt: told?.retryAt ?? null,
    contactIds: outcomes.flatMap((outcome) => outcome.contactIds).slice(0, NAMED_IDS),
    message,
  };
}
