// The result: one sentence, the account, each sequence, errors with what to do next, and what remains.
import { titleOf } from "skipcall-action-host";
import type { ActionSchema } from "../action_schema.js";
import { button, element } from "../../shared/dom.js";
import { counted, duration, grouped } from "../../shared/words.js";
import { saveJson } from "../../shared/save_file.js";
import {
  contactsIn,
  type Removals,
  type RemovalResult,
  type ResultError,
  type SequenceResult,
} from "../../shared/result/removal_result.js";

const ACCOUNT = ["confirmed", "refused", "unknown", "unsent", "invalid", "duplicates"] as const;
const COLUMNS = ["unique", "confirmed", "refused", "unknown", "unsent", "removed"] as const;
const SEQUENCES_AT_MOST = 100;

/** The sentence over a result. */
export function headline(result: RemovalResult): string {
  const { status, unique, confirmed } = result;
  if (result.dryRun) return `Dry run: ${counted(unique, "contact")} would be removed. Nothing was sent.`;
  if (status === "completed") {
    return unique === 0 ? "Done: there was nothing to do." : `Done: ${counted(confirmed, "contact")} confirmed.`;
  }
  const of = `${grouped(confirmed)} of ${counted(unique, "contact")} confirmed`;
  if (status === "cancelled") return `Stopped: ${of}.`;
  return status === "partial" ? `Partly done: ${of}.` : `Not done: ${of}.`;
}

function account(result: RemovalResult, schema: ActionSchema): HTMLElement {
  const numbers = ACCOUNT.filter((name) => name === "confirmed" || result[name] > 0).map((name) => {
    const help = schema.outputs[name]?.description;
    const words = help === undefined ? [] : [element("dd", { class: "help" }, help)];
    return element("div", {}, element("dt", {}, titleOf(name)), element("dd", {}, grouped(result[name])), ...words);
  });
  return element("dl", { class: "account" }, ...numbers);
}

function details({ confirmed, removed, removedExact, requests, retries, waitedMs }: RemovalResult): string {
  const others = removedExact && removed < confirmed ? "; the others were not in their sequence" : "";
  const removal = `The API counted ${removedExact ? "" : "at least "}${grouped(removed)} removed${others}`;
  const again = retries === 0 ? "" : `, ${grouped(retries)} of them ${retries === 1 ? "a retry" : "retries"}`;
  const waited = waitedMs === 0 ? "" : `, ${duration(waitedMs)} of waiting`;
  return `${removal}. ${counted(requests, "request")}${again}${waited}.`;
}

function errorItem({ message, apiMessage, httpStatus, code, contacts }: ResultError): HTMLElement {
  const said = [httpStatus === null ? "" : String(httpStatus), code ?? "", apiMessage ?? ""].filter(
    (text) => text !== "",
  );
  const server =
    said.length === 0 ? [] : [element("p", { class: "help" }, "The server said: ", element("bdi", {}, said.join(" ")))];
  return element("li", {}, element("p", {}, `${counted(contacts, "contact")}: ${message}`), ...server);
}

function sequenceTable(sequences: readonly SequenceResult[]): HTMLElement {
  const columns = COLUMNS.filter((name) => name === "confirmed" || sequences.some((sequence) => sequence[name] > 0));
  const rows = sequences
    .slice(0, SEQUENCES_AT_MOST)
    .map((sequence) =>
      element(
        "tr",
        {},
        element("th", { scope: "row", class: "name" }, element("bdi", {}, sequence.sequenceId)),
        element("td", {}, sequence.status),
        ...columns.map((name) => element("td", { class: "number" }, grouped(sequence[name]))),
      ),
    );
  const heads = [
    ...["Sequence", "Status"].map((text) => element("th", { scope: "col" }, text)),
    ...columns.map((name) => element("th", { scope: "col", class: "number" }, titleOf(name))),
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
  /** Puts what remains into the form. */
  onContinue: (remaining: Removals) => void;
  /** What else the person has to know, or nothing. */
  note: string | undefined;
}

/** text: the result as the module wrote it. It is data of a server and of a person: shown as text, never as markup. */
export function resultView(
  text: string,
  result: RemovalResult,
  schema: ActionSchema,
  actions: ResultActions,
): HTMLElement {
  const view = element("section", { class: `result ${result.status}` });
  const heading = element("h2", { tabindex: "-1" }, headline(result));
  view.append(heading);
  if (actions.note !== undefined) view.append(element("p", { class: "notice" }, actions.note));
  view.append(account(result, schema));
  if (!result.dryRun && result.requests > 0) view.append(element("p", { class: "help" }, details(result)));
  if (result.errors.length > 0) {
    const items = result.errors.map(errorItem);
    view.append(element("h3", {}, "What went wrong"), element("ul", { class: "errors" }, ...items));
  }
  if (result.sequences.length > 0) view.append(sequenceTable(result.sequences));
  const buttons = element("div", { class: "row" });
  const left = contactsIn(result.remaining);
  if (left > 0 && !result.dryRun) {
    const { remaining } = result;
    buttons.append(
      button(`Continue with ${counted(left, "remaining contact")}`, () => actions.onContinue(remaining), "primary"),
      button("Save what remains", () => saveJson("remaining.json", JSON.stringify(remaining))),
    );
  }
  buttons.append(button("Save the result", () => saveJson("result.json", text)));
  view.append(buttons);
  return view;
}
