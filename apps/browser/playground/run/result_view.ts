// The result: one sentence, errors with what to do next, the account if there is more to say, and the remaining
// contacts.
import { titleOf } from "skipcall-action-host";
import { button, element } from "../../shared/dom.js";
import { shownWhole } from "../../shared/contacts/characters.js";
import { headline } from "../../shared/result/headline.js";
import type {
  RemovalResult,
  ResultError,
  SequenceResult,
  UnconfirmedRemovals,
} from "../../../../plugin-manifest/remove_contacts.js";
import { errorWordsByName } from "./http_error.js";
import { saveJson } from "../../shared/save_file.js";
import { counted, grouped } from "../../shared/words.js";

const ACCOUNT: [name: "confirmed" | "refused" | "unknown" | "unsent" | "invalid" | "duplicates", help: string][] = [
  ["confirmed", "The API accepted them: they are out"],
  ["refused", "Rejected by the API: do not send again unchanged"],
  ["unknown", "Sent, but without a clear response: safe to send again"],
  ["unsent", "Not carried out: safe to send again"],
  ["invalid", "No valid ID: left out"],
  ["duplicates", "Listed more than once: counted once"],
];
const COLUMNS = ["unique", "confirmed", "refused", "unknown", "unsent", "removed"] as const;
const COLUMN_WORDS: Partial<Record<string, string>> = { unique: "Contacts" };
const SEQUENCES_AT_MOST = 100;
const INVALID_AT_MOST = 10;

/** How many contacts are in a list of removals. */
function contactsIn(list: UnconfirmedRemovals): number {
  return list.removals.reduce((sum, removal) => sum + removal.contactIds.length, 0);
}

function account(result: RemovalResult): HTMLElement[] {
  const counts = ACCOUNT.filter(([name]) => result[name] > 0);
  // If everything was confirmed, the sentence above has said so.
  if (result.dryRun || (counts.length === 1 && result.status === "completed")) return [];
  const numbers = counts.map(([name, help]) =>
    element(
      "div",
      {},
      element("dt", {}, titleOf(name)),
      element("dd", {}, grouped(result[name])),
      element("dd", { class: "help" }, help),
    ),
  );
  return numbers.length === 0 ? [] : [element("dl", { class: "account" }, ...numbers)];
}

/** The server is quoted only if it responded, and only with what it said. */
function errorItem(error: ResultError): HTMLElement {
  const { apiMessage, httpStatus, code, contacts, message, cause } = error;
  const broken = apiMessage === null ? errorWordsByName(code) : undefined;
  const said = [String(httpStatus), broken === undefined ? (code ?? "") : `(${broken})`, apiMessage ?? ""];
  const words = said.filter((text) => text !== "").join(" ");
  const server =
    httpStatus !== null && httpStatus !== 0
      ? [element("p", { class: "help" }, "The server responded: ", element("bdi", {}, words))]
      : broken !== undefined && cause !== "cancelled"
        ? [element("p", { class: "help" }, `Last request: ${broken}`)]
        : [];
  // What is wrong with the input is not so with the contacts that were left because of it.
  const whose = cause === "invalid-input" ? "" : `${counted(contacts, "contact")}: `;
  return element("li", {}, element("p", {}, `${whose}${message}`), ...server);
}

/** cancelled: what the page calls a sequence whose requests it held back. */
function sequenceTable(sequences: readonly SequenceResult[], cancelled: string): HTMLElement {
  const columns = COLUMNS.filter((name) => name === "confirmed" || sequences.some((sequence) => sequence[name] > 0));
  const rows = sequences
    .slice(0, SEQUENCES_AT_MOST)
    .map((sequence) =>
      element(
        "tr",
        {},
        element("th", { scope: "row", class: "name" }, element("bdi", {}, sequence.sequenceId)),
        element("td", {}, sequence.status === "cancelled" ? cancelled : sequence.status),
        ...columns.map((name) => element("td", { class: "number" }, grouped(sequence[name]))),
      ),
    );
  const heads = [
    ...["Sequence", "Status"].map((text) => element("th", { scope: "col" }, text)),
    ...columns.map((name) => element("th", { scope: "col", class: "number" }, COLUMN_WORDS[name] ?? titleOf(name))),
  ];
  const table = element(
    "table",
    {},
    element("caption", { class: "visually-hidden" }, "Sequences"),
    element("thead", {}, element("tr", {}, ...heads)),
    element("tbody", {}, ...rows),
  );
  const left = sequences.length - rows.length;
  const note =
    left > 0 ? [element("p", { class: "help" }, `${counted(left, "further sequence")} are in the saved result.`)] : [];
  return element(
    "section",
    {},
    element("h3", {}, "Sequences"),
    element("div", { class: "scroller", role: "region", "aria-label": "Sequences", tabindex: "0" }, table),
    ...note,
  );
}

export interface ResultActions {
  /** Puts the remaining contacts into the form. */
  onContinue: (remaining: UnconfirmedRemovals) => void;
  /** If the first request had no response that a page may read: why, one paragraph each; otherwise empty. */
  silence: string[];
  /** The sequence IDs that are not valid. */
  invalid: readonly string[];
}

/** The form lists invalid contact IDs, but not these. */
function invalidList(invalid: readonly string[]): HTMLElement[] {
  if (invalid.length === 0) return [];
  const more = invalid.length - INVALID_AT_MOST;
  const items = invalid.slice(0, INVALID_AT_MOST).map((id) => element("li", {}, element("bdi", {}, shownWhole(id))));
  if (more > 0) items.push(element("li", {}, `and ${grouped(more)} more`));
  return [element("p", {}, "Not valid as a sequence ID:"), element("ul", { class: "invalid" }, ...items)];
}

/** The sentence over a result; a run without any response was not stopped by anybody. */
export function headlineOf(result: RemovalResult, silence: readonly string[]): string {
  return headline(silence.length === 0 ? result : { ...result, status: "failed" });
}

/**
 * text: the result as the module wrote it. It holds text from a server and a person: shown as text, never as markup.
 */
export function resultView(
  text: string,
  result: RemovalResult,
  { onContinue, silence, invalid }: ResultActions,
): HTMLElement {
  const isSilent = silence.length > 0;
  const view = element("section", { class: `result ${isSilent ? "failed" : result.status}` });
  view.append(element("h2", { tabindex: "-1" }, headlineOf(result, silence)));
  view.append(...silence.map((paragraph) => element("p", { class: "notice" }, paragraph)));
  // What the page itself held back is not an error of the server's.
  const errors = result.errors.filter(
    (error) => !isSilent || (error.cause !== "cancelled" && error.cause !== "network"),
  );
  if (errors.length > 0) {
    view.append(element("h3", {}, "What went wrong"), element("ul", { class: "errors" }, ...errors.map(errorItem)));
  }
  view.append(...invalidList(invalid), ...account(result));
  if (result.sequences.length > 1 || (result.sequences.length > 0 && result.status !== "completed")) {
    view.append(sequenceTable(result.sequences, isSilent ? "not done" : "stopped"));
  }
  const buttons = element("div", { class: "row" });
  const left = contactsIn(result.remaining);
  if (left > 0 && !result.dryRun) {
    const { remaining } = result;
    buttons.append(
      button(`Continue with ${counted(left, "remaining contact")}`, () => onContinue(remaining), "primary"),
      button("Save remaining", () => saveJson("remaining.json", JSON.stringify(remaining))),
    );
  }
  buttons.append(button("Save the result", () => saveJson("result.json", text)));
  view.append(buttons);
  return view;
}
