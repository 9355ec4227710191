// Which contacts of which message are removed, by the action's result.
import type { RemovalResult } from "../../../plugin-manifest/remove_contacts";
import { type Removal, trimId } from "../../n8n/nodes/Skipcall/items";

export interface Contact {
  sequenceId: unknown;
  contactId: unknown;
}

export interface NotRemoved extends Contact {
  outcome: "invalid" | "refused" | "unknown" | "unsent";
  cause: string;
  message: string;
  retryable: boolean;
  retryAt: string | null;
}

export interface Outcome {
  removed: Contact[];
  notRemoved: NotRemoved[];
}

function keyOf(sequenceId: unknown, contactId: unknown): string {
  return `${trimId(String(sequenceId))}\n${trimId(String(contactId)).toLowerCase()}`;
}

const INVALID: Record<RemovalResult["invalidIds"][number]["reason"], string> = {
  "not-a-uuid": "The contact ID is not a UUID.",
  "not-text": "The ID is not text.",
  empty: "The ID is empty.",
  "bad-sequence-id": 'The sequence ID is too long, has a part "." or "..", or looks like an API key.',
};
const DRY_RUN = { cause: "dry-run", message: "Dry run: nothing was sent.", retryable: true, retryAt: null };
const UNNAMED = { cause: "internal", message: "The result does not say why.", retryable: false, retryAt: null };

/** For each list of removals, in the order in which they were put together. Throws where the result's sums are not met. */
export function outcomesOf(lists: readonly Removal[][], result: RemovalResult): Outcome[] {
  const invalid = new Map<string, keyof typeof INVALID>();
  for (const { removal, contact, reason } of result.invalidIds)
    invalid.set(`${String(removal)}/${String(contact)}`, reason);
  const open = new Map<string, Omit<NotRemoved, keyof Contact>>();
  for (const groups of [result.remaining, result.refusedIds]) {
    for (const { sequenceId, contactIds, outcome, error } of groups.removals) {
      const said = error === null ? undefined : result.errors[error];
      const { cause, message, retryable, retryAt } = said ?? (result.dryRun ? DRY_RUN : UNNAMED);
      for (const id of contactIds) open.set(keyOf(sequenceId, id), { outcome, cause, message, retryable, retryAt });
    }
  }
  const confirmed = new Set<string>();
  let removal = 0;
  const outcomes = lists.map((list) => {
    const outcome: Outcome = { removed: [], notRemoved: [] };
    for (const { sequenceId, contactIds } of list) {
      const badSequence = invalid.get(`${String(removal)}/null`);
      for (const [at, contactId] of contactIds.entries()) {
        const reason = badSequence ?? invalid.get(`${String(removal)}/${String(at)}`);
        const key = keyOf(sequenceId, contactId);
        const why =
          reason === undefined
            ? open.get(key)
            : { ...UNNAMED, outcome: "invalid" as const, cause: "invalid-input", message: INVALID[reason] };
        if (why !== undefined) outcome.notRemoved.push({ sequenceId, contactId, ...why });
        else {
          outcome.removed.push({ sequenceId, contactId });
          confirmed.add(key);
        }
      }
      ++removal;
    }
    return outcome;
  });
  if (!result.dryRun && confirmed.size !== result.confirmed) throw new Error("the result's lists do not meet its sums");
  return outcomes;
}
