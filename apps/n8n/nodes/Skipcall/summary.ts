// What is said of a run as a whole: the hint above the output, and the text of the one error.
import type { Outcome } from "./outcomes";
import type { ErrorEntry, Result } from "./result";

/** Items that a text names; more would not be read. */
const NAMED_ITEMS = 20;

function count(number: number, one: string, many: string): string {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

function contacts(number: number): string {
  return count(number, "contact", "contacts");
}

/** What is not confirmed, and why it was left out. */
function leftOut(result: Result): string[] {
  const rows: [number, string][] = [
    [result.duplicates, "named more than once"],
    [result.invalid, "not valid"],
    [result.refused, "refused"],
    [result.unknown, "without a clear answer"],
    [result.dryRun ? 0 : result.unsent, "not sent"],
  ];
  return rows.filter(([number]) => number > 0).map(([number, why]) => `${number.toLocaleString("en")} ${why}`);
}

/** One error of the result as a sentence or two: what to do next, what the API said, from when on. */
export function adviceOf(error: ErrorEntry): string {
  const said = error.apiMessage === null ? "" : ` Skipcall says: ${error.apiMessage}.`.replace("..", ".");
  const when = error.retryAt === null ? "" : ` It can go on from ${error.retryAt}.`;
  return `${error.message}${said}${when}`;
}

/** One line with the counts of the run. */
export function summaryOf(result: Result): string {
  const rest = leftOut(result);
  const more = rest.length === 0 ? "" : `; ${rest.join(", ")}`;
  const sequences = count(result.sequences.length, "sequence", "sequences");
  if (result.dryRun) {
    return `Dry run: ${contacts(result.unique)} of ${sequences} would be removed, nothing was sent${more}.`;
  }
  const done = `${result.confirmed.toLocaleString("en")} of ${contacts(result.unique)} confirmed in ${sequences}`;
  const removed = `${result.removedExact ? "" : "at least "}${result.removed.toLocaleString("en")} removed now`;
  return `${done} (${removed}), ${count(result.requests, "request", "requests")}${more}.`;
}

/** "items 0, 3, 7 and 12 more", by the numbers that n8n shows. */
export function itemsText(places: readonly number[]): string {
  const named = places.slice(0, NAMED_ITEMS).join(", ");
  const more = places.length - NAMED_ITEMS;
  return `${places.length === 1 ? "item" : "items"} ${named}${more > 0 ? ` and ${more.toLocaleString("en")} more` : ""}`;
}

/** What is told of one item: why its ids are not confirmed. */
export function itemText(outcome: Outcome, errors: readonly ErrorEntry[]): string {
  const { cause, requested, confirmed } = outcome;
  if (cause === "invalid-input" && outcome.outcome !== "unsent") {
    return "The item names an id that is not valid. A contact id is a UUID, and a sequence id is a text.";
  }
  const error = errors.find((one) => one.cause === cause);
  const counts = `${confirmed.toLocaleString("en")} of ${contacts(requested)} confirmed.`;
  return error === undefined ? counts : `${counts} ${adviceOf(error)}`;
}
