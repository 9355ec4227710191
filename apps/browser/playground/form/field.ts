// A control with its label, its help and its error, linked for those who do not see them side by side.
import { element, freshId, show } from "../../shared/dom.js";

export interface FieldTexts {
  label: string;
  help?: string | undefined;
}

export class Field<Control extends HTMLElement> {
  readonly view: HTMLElement;
  /** What is wrong with what is typed now, or undefined: an error disappears once it is corrected. */
  check: () => string | undefined = () => undefined;
  private readonly error: HTMLElement;

  /** The control gets an id, a description and, for a checkbox, its label after it. */
  constructor(
    readonly control: Control,
    texts: FieldTexts,
  ) {
    const id = freshId("field");
    control.id = id;
    this.error = element("p", { id: `${id}-error`, class: "error" });
    show(this.error, false);
    const help = element("p", { id: `${id}-help`, class: "help" }, texts.help ?? "");
    show(help, texts.help !== undefined);
    control.setAttribute("aria-describedby", `${id}-help ${id}-error`);
    for (const type of ["input", "change"]) {
      control.addEventListener(type, () => {
        if (control.hasAttribute("aria-invalid")) this.judge(this.check());
      });
    }
    const label = element("label", { for: id }, texts.label);
    const isCheckbox = control instanceof HTMLInputElement && control.type === "checkbox";
    const [first, second] = isCheckbox ? [control, label] : [label, control];
    const line = isCheckbox ? [element("div", { class: "check" }, first, second)] : [first, second];
    this.view = element("div", { class: "field" }, ...line, help, this.error);
  }

  /** Says what is wrong and what to do, or nothing. Returns whether it is right. */
  judge(problem: string | undefined): boolean {
    this.error.textContent = problem ?? "";
    show(this.error, problem !== undefined);
    if (problem === undefined) this.control.removeAttribute("aria-invalid");
    else this.control.setAttribute("aria-invalid", "true");
    return problem === undefined;
  }
}
