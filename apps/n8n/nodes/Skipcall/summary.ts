// What is said about a run as a whole: the one error, and the hint above the output. The reason comes first, then what
// to do, then which items.
import type { Outcome } from "./outcomes";
import type { Reason } from "./reasons";
import type { Report } from "./report";
import type { RemovalResult } from "./generated/result";

/** How many items a message names; nobody would read more. */
const NAMED_ITEMS = 20;
/** How many further reasons a message gives. */
const NAMED_REASONS = 4;

function count(number: number, one: string, many: string): string {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

function contacts(number: number): string {
  return count(number, "contact", "contacts");
}

/** What is not confirmed, and why it was left out. */
function leftOut(result: RemovalResult): string[] {
  const rows: [number, string][] = [
    [result.duplicates, "listed more than once"],
    [result.invalid, "invalid"],
    [result.refused, "refused"],
    [result.unknown, "without a clear response"],
    [result.dryRun ? 0 : result.unsent, "not sent"],
  ];
  return rows.filter(([number]) => number > 0).map(([number, why]) => `${number.toLocaleString("en")} ${why}`);
}

/** The API's own count; of all there is no more. Empty: it gave none. */
function removedOf({ confirmed, removed, removedExact }: RemovalResult): string {
  if (removed === 0 && !removedExact) return "";
  return `${removedExact || removed === confirmed ? "" : "at least "}${removed.toLocaleString("en")} removed now`;
}

/** One line with the counts of the run; empty if there is no result. */
export function countsOf({ outcomes, result }: Pick<Report, "outcomes" | "result">): string {
  if (result === undefined) return "";
  const empty = outcomes.filter(({ outcome }) => outcome === "empty").length;
  const lists = `${count(empty, "item has an empty list", "items have an empty list")} of contact IDs`;
  if (result.requested === 0) return empty === 0 ? "" : `Nothing to do: ${lists}.`;
  const rest = [...leftOut(result), ...(empty === 0 ? [] : [lists])];
  if (result.unique === 0) return `No contact ID was valid: ${rest.join(", ")}.`;
  const more = rest.length === 0 ? "" : `; ${rest.join(", ")}`;
  // One that only bad ids name is in the result, too.
  const named = result.sequences.filter(({ unique }) => unique > 0).length;
  const sequences = count(named, "sequence", "sequences");
  if (result.dryRun) {
    return `Dry run: ${contacts(result.unique)} of ${sequences} would be removed, nothing was sent${more}.`;
  }
  const done = `${result.confirmed.toLocaleString("en")} of ${contacts(result.unique)} confirmed in ${sequences}`;
  const removed = removedOf(result);
  return `${done}${removed === "" ? "" : ` (${removed})`}, ${count(result.requests, "request", "requests")}${more}.`;
}

/** "items 0, 3, 7 and 12 more", by the numbers that n8n shows. */
export function itemsText(places: readonly number[]): string {
  const named = places.slice(0, NAMED_ITEMS).join(", ");
  const more = places.length - NAMED_ITEMS;
  return `${places.length === 1 ? "item" : "items"} ${named}${more > 0 ? ` and ${more.toLocaleString("en")} more` : ""}`;
}

/** Items that are not done, for one cause. */
interface Group {
  reason: Reason;
  items: number[];
  headlines: Set<string>;
  /** Their own ids are bad, not those of others. */
  isInvalid: boolean;
}

function groupsOf(outcomes: readonly Outcome[]): Group[] {
  const groups = new Map<string, Group>();
  for (const [at, outcome] of outcomes.entries()) {
    const { reason } = outcome;
    if (reason === null) continue;
    const isInvalid = reason.cause === "invalid-input" && outcome.outcome !== "unsent";
    // What is corrected in the same way is named together; more than the first sentence may be about one item.
    const key = isInvalid ? reason.advice.split(".", 1)[0] : reason.cause;
    const group = groups.get(key) ?? { reason, items: [], headlines: new Set(), isInvalid };
    group.items.push(at);
    group.headlines.add(reason.headline);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function headlineOf({ reason, headlines }: Group): string {
  const more = headlines.size - 1;
  return more === 0 ? reason.headline : `${reason.headline}, and ${more.toLocaleString("en")} more like it`;
}

/** The run as one text. */
export interface Told {
  reason: Reason;
  headline: string;
  description: string;
  /** Those of the first reason. */
  items: number[];
}

/** How much is nevertheless done. If only bad ids are not, they are none of those that could be. */
function progressOf(result: RemovalResult | undefined, { isInvalid }: Group): string {
  if (result === undefined) return "";
  if (result.dryRun) return " (dry run, nothing was sent)";
  if (result.requests === 0) return " (nothing was sent)";
  const done = isInvalid
    ? count(result.confirmed, "other contact", "other contacts")
    : `${result.confirmed.toLocaleString("en")} of ${result.unique.toLocaleString("en")}`;
  // A contact that was not in the sequence is done too, but was not removed.
  if (result.removed === result.confirmed) return ` (${done} removed)`;
  const removed = removedOf(result);
  return ` (${done} done${removed === "" ? "" : `, ${removed}`})`;
}

const SKIP_ADVICE = "To leave such items out, turn on Skip Bad IDs.";

function whichOf({ items }: Group, { length }: readonly Outcome[]): string {
  if (items.length < length || length === 1) return itemsText(items);
  return length === 2 ? "both items" : `all ${length.toLocaleString("en")} items`;
}

/** What is not done, why, and what to do; undefined: all is done. */
export function toldOf({ outcomes, result }: Report): Told | undefined {
  const groups = groupsOf(outcomes);
  const stoppedBy = result?.stoppedBy;
  const main =
    groups.find(
      ({ reason, isInvalid }) => reason.cause === stoppedBy && (isInvalid || stoppedBy !== "invalid-input"),
    ) ??
    // IDs that are skipped end no run.
    groups.find(({ isInvalid }) => !isInvalid) ??
    groups[0];
  if (main === undefined) return undefined;
  const others = groups.filter((group) => group !== main);
  const also = others.slice(0, NAMED_REASONS).map((group) => `${headlineOf(group)}: ${itemsText(group.items)}.`);
  const more = others.length - NAMED_REASONS;
  if (more > 0) also.push(`And ${count(more, "more reason", "more reasons")}.`);
  const isHeldUp =
    main.isInvalid && others.some(({ reason, isInvalid }) => reason.cause === "invalid-input" && !isInvalid);
  return {
    reason: main.reason,
    headline: headlineOf(main) + progressOf(result, main),
    description: [
      main.reason.advice,
      isHeldUp ? SKIP_ADVICE : "",
      `This affects ${whichOf(main, outcomes)}.`,
      also.length === 0 ? "" : `Also: ${also.join(" ")}`,
    ]
      .filter(Boolean)
      .join(" "),
    items: main.items,
  };
}

/** What is said about one item: [headline, with what to do]; undefined: it is done. */
export function itemText(outcome: Outcome): [headline: string, message: string] | undefined {
  const { reason, requested, confirmed } = outcome;
  if (reason === null) return undefined;
  const part = confirmed === 0 ? "" : ` (${confirmed.toLocaleString("en")} of ${contacts(requested)} done)`;
  const headline = reason.headline + part;
  return [headline, `${headline}. ${reason.advice}`];
}
