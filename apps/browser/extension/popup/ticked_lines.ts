// Lines of which each can be left out. Of a long list only the first ones are shown; the others are ticked all or none.
import { element } from "../../shared/dom.js";
import { counted } from "../../shared/words.js";

const SHOWN_LINES = 100;

export class TickedLines {
  readonly view: HTMLDetailsElement;
  private readonly boxes: HTMLInputElement[];
  private areOthersTicked = false;

  /** noun: what each line is, such as "row". */
  constructor(
    private readonly lines: readonly string[],
    noun: string,
    isTicked: boolean,
    isOpen = false,
  ) {
    this.boxes = lines.slice(0, SHOWN_LINES).map(() => element("input", { type: "checkbox" }));
    this.tickAll(isTicked);
    const more = lines.length - this.boxes.length;
    const shown = this.boxes.map((box, i) => element("li", {}, element("label", {}, box, ` ${lines[i] || "no text"}`)));
    this.view = element(
      "details",
      { open: isOpen },
      element("summary", {}, `Show the ${counted(lines.length, noun)}`),
      element("ul", { class: "scroll" }, ...shown),
      ...(more > 0 ? [element("p", {}, `and ${counted(more, `more ${noun}`)}`)] : []),
    );
  }

  tickAll(isTicked: boolean): void {
    for (const box of this.boxes) box.checked = isTicked;
    this.areOthersTicked = isTicked;
  }

  /** The numbers of the lines that are ticked. */
  get ticked(): number[] {
    return this.lines.flatMap((_, i) => ((this.boxes[i]?.checked ?? this.areOthersTicked) ? [i] : []));
  }
}
