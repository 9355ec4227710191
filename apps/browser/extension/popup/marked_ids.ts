// The ids of selected text: all of them, none, or some.
import { shownWhole } from "../../shared/contacts/characters.js";
import { element } from "../../shared/dom.js";
import { counted } from "../../shared/words.js";
import type { Marked } from "../page/found.js";

const SHOWN_IDS = 100;

export class MarkedIds {
  readonly view: HTMLElement;
  private readonly chosen = new Set<string>();

  constructor(marked: readonly Marked[], isMeant: boolean, warning: string) {
    const all = element("input", { type: "checkbox" });
    const lines = marked.slice(0, SHOWN_IDS).map(({ id, before }) => {
      const box = element("input", { type: "checkbox" });
      return {
        id,
        box,
        view: element("li", {}, element("label", {}, box, ` ${shownWhole(`${before} ${id}`.trim())}`)),
      };
    });
    const choose = (ids: readonly string[], isChosen: boolean): void => {
      for (const id of ids) this.chosen[isChosen ? "add" : "delete"](id);
      for (const { id, box } of lines) box.checked = this.chosen.has(id);
      all.checked = this.chosen.size === marked.length;
      all.indeterminate = this.chosen.size > 0 && !all.checked;
    };
    const ids = marked.map(({ id }) => id);
    choose(ids, isMeant);
    all.addEventListener("change", () => choose(ids, all.checked));
    for (const { id, box } of lines) box.addEventListener("change", () => choose([id], box.checked));
    const more = marked.length - lines.length;
    const text = ` ${counted(marked.length, "ID")} in the selected text, starting with ${ids[0] ?? ""}`;
    const list = element(
      "details",
      { open: warning !== "" },
      element("summary", {}, `Show the ${counted(marked.length, "ID")}`),
      element("ul", { class: "scroll" }, ...lines.map(({ view }) => view)),
      ...(more > 0 ? [element("p", {}, `and ${counted(more, "more ID")}`)] : []),
    );
    this.view = element(
      "div",
      {},
      element("p", {}, element("label", {}, all, text)),
      ...(warning === "" ? [] : [element("p", { class: "warn" }, warning)]),
      ...(marked.length > 1 ? [list] : []),
    );
  }

  get ids(): string[] {
    return [...this.chosen];
  }
}
