// The requests as a table that grows downwards: the newest ones, and a note about those left out.
import { button, element } from "../../shared/dom.js";
import { counted, duration, grouped } from "../../shared/words.js";
import type { RequestLog, RequestRecord } from "./request_log.js";

interface Row {
  view: HTMLTableRowElement;
  details: HTMLTableRowElement;
  outcome: HTMLElement;
  time: HTMLElement;
  isDone: boolean;
}

/** What was sent and what came back. The key is in neither. */
function detailsOf({ method, url, contactIds, response }: RequestRecord): HTMLTableCellElement {
  const block = (title: string, text: string): HTMLElement[] => [
    element("p", { class: "help" }, title),
    element("pre", { tabindex: "0" }, element("bdi", {}, text)),
  ];
  const said =
    response === undefined
      ? "none"
      : [`status ${String(response.status)}`, ...response.headers, "", response.text].join("\n");
  return element(
    "td",
    { colspan: "5" },
    ...block("Request", `${method} ${url}\nAuthorization: (your key)\nContent-Type: application/json`),
    ...block(counted(contactIds.length, "contact"), contactIds.join("\n")),
    ...block("Response", said),
  );
}

function toggle(open: HTMLButtonElement, details: HTMLTableRowElement, record: RequestRecord): void {
  details.hidden = !details.hidden;
  open.setAttribute("aria-expanded", String(!details.hidden));
  details.replaceChildren(...(details.hidden ? [] : [detailsOf(record)]));
}

export class RequestList {
  readonly view: HTMLElement;
  private readonly note = element("p", { class: "help" });
  private readonly body = element("tbody");
  private readonly rows = new Map<number, Row>();
  private readonly scroller: HTMLElement;

  constructor() {
    const heads: [text: string, kind?: string][] = [
      ["No.", "number"],
      ["Sequence"],
      ["Contacts", "number"],
      ["Response"],
      ["Time", "number"],
    ];
    const table = element(
      "table",
      {},
      element("caption", { class: "visually-hidden" }, "Requests, oldest first"),
      element(
        "thead",
        {},
        element("tr", {}, ...heads.map(([text, kind]) => element("th", { scope: "col", class: kind }, text))),
      ),
      this.body,
    );
    this.scroller = element(
      "div",
      { class: "scroller", role: "region", "aria-label": "Requests", tabindex: "0" },
      table,
    );
    this.view = element("section", { class: "requests" }, element("h3", {}, "Requests"), this.note, this.scroller);
  }

  /** Updates the table; unchanged rows are not touched. */
  draw(log: RequestLog): void {
    const { scroller } = this;
    const followsEnd = scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 8;
    const kept = new Set(log.records.map((record) => record.number));
    for (const [number, row] of this.rows) {
      if (kept.has(number)) continue;
      row.view.remove();
      row.details.remove();
      this.rows.delete(number);
    }
    for (const record of log.records) this.drawRow(record);
    const left = log.count - log.records.length;
    const omitted = `The latest ${grouped(log.records.length)} of ${counted(log.count, "request")}; earlier ones are left out.`;
    this.note.textContent = left > 0 ? omitted : log.count === 0 ? "None yet." : `${counted(log.count, "request")}.`;
    if (followsEnd) scroller.scrollTop = scroller.scrollHeight;
  }

  private drawRow(record: RequestRecord): void {
    let row = this.rows.get(record.number);
    if (row === undefined) {
      const outcome = element("td", {}, "in progress");
      const time = element("td", { class: "number" });
      const details = element("tr", { class: "details", hidden: true });
      const open = button(grouped(record.number), () => toggle(open, details, record));
      open.setAttribute("aria-expanded", "false");
      open.setAttribute("aria-label", `Request ${grouped(record.number)}`);
      const view = element(
        "tr",
        {},
        element("td", { class: "number" }, open),
        element("td", { class: "name" }, element("bdi", {}, record.sequence)),
        element("td", { class: "number" }, grouped(record.contactIds.length)),
        outcome,
        time,
      );
      row = { view, details, outcome, time, isDone: false };
      this.rows.set(record.number, row);
      this.body.append(view, details);
    }
    if (row.isDone || record.ended === undefined) return;
    row.isDone = true;
    row.outcome.textContent = record.outcome;
    row.outcome.className = record.isGood ? "good" : "bad";
    row.time.textContent = duration(record.ended - record.began);
    if (!row.details.hidden) row.details.replaceChildren(detailsOf(record));
  }
}
