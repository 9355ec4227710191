// A result in one sentence: what was removed comes first, and nothing is claimed that the API did not count.
import { counted, grouped } from "../words.js";
import type { RemovalResult } from "../../../../plugin-manifest/remove_contacts.js";

type Counts = Pick<RemovalResult, "confirmed" | "removed" | "removedExact">;

/** There is no more than all. */
function isExact({ confirmed, removed, removedExact }: Counts): boolean {
  return removedExact || removed === confirmed;
}

/** If a request may have been sent twice, the API's count is a lower bound. */
function leastWords(removed: number): string {
  return removed === 0 ? "none was counted as removed now" : `at least ${grouped(removed)} removed now`;
}

/** What became of the contacts that the API accepted; empty if there are none. */
function removedWords(counts: Counts): string[] {
  const { confirmed, removed } = counts;
  if (confirmed === 0) return [];
  if (!isExact(counts)) {
    const out = confirmed === 1 ? "is out of its sequence" : "are out of their sequence";
    return [`${grouped(confirmed)} ${out} (${leastWords(removed)})`];
  }
  const already = confirmed - removed;
  const out = `${grouped(already)} ${already === 1 ? "was" : "were"} already out`;
  return [...(removed > 0 ? [`${grouped(removed)} removed`] : []), ...(already > 0 ? [out] : [])];
}

/** The sentence over a result. */
export function headline(result: RemovalResult): string {
  const { status, dryRun, unique, confirmed, removed, refused, unknown, unsent } = result;
  if (dryRun) {
    return status === "completed"
      ? `Dry run: ${counted(unique, "contact")} can be sent. Nothing was sent.`
      : "The input cannot be used as it is. Nothing was sent.";
  }
  if (status === "completed") {
    if (unique === 0) return "There was nothing to do.";
    if (!isExact(result)) {
      const all =
        unique === 1
          ? "The contact is out of its sequence"
          : `All ${grouped(unique)} contacts are out of their sequence`;
      return `${all}; ${leastWords(removed)}.`;
    }
    if (removed === confirmed) return `${counted(removed, "contact")} removed.`;
    if (removed === 0)
      return `No contact was removed: ${unique === 1 ? "it was" : `all ${grouped(unique)} were`} already out.`;
    return `${removedWords(result).join(", ")}.`;
  }
  const rest: [number, string][] = [
    [refused, "refused"],
    [unknown, "unknown"],
    [unsent, "unsent"],
  ];
  const words = [
    ...removedWords(result),
    ...rest.filter(([count]) => count > 0).map(([count, word]) => `${grouped(count)} ${word}`),
  ];
  const start = { cancelled: "Stopped", partial: "Partly done", failed: "Not done" }[status];
  return words.length === 0 ? `${start}.` : `${start}: ${words.join(", ")}.`;
}
