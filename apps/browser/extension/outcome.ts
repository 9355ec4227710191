// How a run ended: by the action's own result, or by the host's account if there is no result.
import type { RemovalResult } from "../../../plugin-manifest/remove_contacts.js";
import type { Removal } from "./messages.js";

export type Outcome =
  /** The action's result, JSON as it came from the module. It holds text from the server: data, not markup. */
  | { kind: "result"; text: string }
  /**
   * The run cannot be resumed. `why` is a sentence for a person. At least `confirmed` contacts were confirmed, but it
   * is not known which, so `remaining` is the whole input. Running it again is safe.
   */
  | { kind: "interrupted"; why: string; confirmed: number; remaining: { removals: Removal[] } };

/**
 * The outcome of a run that ended. removals: its input, all of which remains if the result names no ids, as from a
 * module that ran out of memory.
 */
export function outcomeOf(text: string, removals: Removal[]): Outcome {
  const { confirmed, unknown, unsent, remaining, errors } = JSON.parse(text) as RemovalResult;
  const named = remaining.removals.reduce((sum, { contactIds }) => sum + contactIds.length, 0);
  if (named === unknown + unsent) return { kind: "result", text };
  return { kind: "interrupted", why: errors[0]?.message ?? "", confirmed, remaining: { removals } };
}

/** Whether the server did not accept the key. */
export function isKeyRefused(outcome: Outcome): boolean {
  if (outcome.kind !== "result") return false;
  return (JSON.parse(outcome.text) as RemovalResult).errors.some(({ cause }) => cause === "credential-invalid");
}

/** Whether nothing is left to do or to look at. */
export function isComplete(outcome: Outcome): boolean {
  return outcome.kind === "result" && (JSON.parse(outcome.text) as RemovalResult).status === "completed";
}
