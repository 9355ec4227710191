// The requests as a table that grows downwards: the newest ones, and a word on those that are left out.
import { element } from "../../shared/dom.js";
import { counted, duration, grouped } from "../../shared/words.js";
import type { RequestLog, RequestRecord } from "./request_log.js";

interface Row {
  view: HTMLTableRowElement;
  outcome: HTMLElement;
  time: HTMLElement;
  isDone: boolean;
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
      ["Answer"],
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

  /** Brings the table up to date; rows that are as they were are not touched. */
  draw(log: RequestLog): void {
    const { scroller } = this;
    const followsEnd = scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 8;
    const kept = new Set(log.records.map((record) => record.number));
    for (const [number, row] of this.rows) {
      if (kept.has(number)) continue;
      row.view.remove();
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
      const outcome = element("td", {}, "under way");
      const time = element("td", { class: "number" });
      const view = element(
        "tr",
        {},
        element("td", { class: "number" }, grouped(record.number)),
        element("td", { class: "name" }, element("bdi", {}, record.sequence)),
        element("td", { class: "number" }, grouped(record.contacts)),
        outcome,
        time,
      );
      row = { view, outcome, time, isDone: false };
      this.rows.set(record.number, row);
      this.body.append(view);
    }
    if (row.isDone || record.ended === undefined) return;
    row.isDone = true;
    row.outcome.textContent = record.outcome;
    row.outcome.className = record.isGood ? "good" : "bad";
    row.time.textContent = duration(record.ended - record.began);
  }
}
