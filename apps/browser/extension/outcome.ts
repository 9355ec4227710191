// How a run ended: by the action's own result, or by the host's account where there is no result.
import type { RemovalResult } from "../../../plugin-manifest/remove_contacts.js";
import type { Removal } from "./messages.js";

export type Outcome =
  /** The action's result, JSON as it came from the module. It holds text of the server: data, not markup. */
  | { kind: "result"; text: string }
  /**
   * The run cannot be gone on with. `why` is a sentence for a person. So many contacts were confirmed at least, but not
   * which ones is known, so `remaining` is the whole input. Running it again is safe.
   */
  | { kind: "interrupted"; why: string; confirmed: number; remaining: { removals: Removal[] } };

/**
 * The outcome of a run that came to its end. removals: its input, which remains as a whole where the result names no
 * ids: a module without memory gives such a one.
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
