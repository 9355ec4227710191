// The ids of selected text: all of them, none, or some.
import { shownWhole } from "../../shared/contacts/characters.js";
import { element } from "../../shared/dom.js";
import { counted } from "../../shared/words.js";
import type { Marked } from "../page/found.js";
import { TickedLines } from "./ticked_lines.js";

export class MarkedIds {
  readonly view: HTMLElement;
  private readonly lines: TickedLines;

  constructor(
    private readonly marked: readonly Marked[],
    isMeant: boolean,
    warning: string,
  ) {
    const texts = marked.map(({ id, before }) => shownWhole(`${before} ${id}`.trim()));
    this.lines = new TickedLines(texts, "ID", isMeant, warning !== "");
    const all = element("input", { type: "checkbox", checked: isMeant });
    all.addEventListener("change", () => this.lines.tickAll(all.checked));
    this.lines.view.addEventListener("change", () => {
      const chosen = this.ids.length;
      all.checked = chosen === marked.length;
      all.indeterminate = chosen > 0 && !all.checked;
    });
    const text = ` ${counted(marked.length, "ID")} in the selected text, starting with ${marked[0]?.id ?? ""}`;
    this.view = element(
      "div",
      {},
      element("p", {}, element("label", {}, all, text)),
      ...(warning === "" ? [] : [element("p", { class: "warn" }, warning)]),
      ...(marked.length > 1 ? [this.lines.view] : []),
    );
  }

  get ids(): string[] {
    return this.lines.ticked.map((number) => this.marked[number]?.id ?? "");
  }
}
