// Elements, made without markup: text from a server or a file can never become part of the page's structure.

type Child = Node | string;
type Attributes = Readonly<Record<string, string | boolean | undefined>>;

/** An element. An attribute that is false or undefined is left out; true means one without a value. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

/** A button that does nothing but call action. */
export function button(label: string, action: () => void, kind = ""): HTMLButtonElement {
  const made = element("button", { type: "button", class: kind === "" ? undefined : kind }, label);
  made.addEventListener("click", action);
  return made;
}

/** Keeps several lines out of a field that would join them: two IDs would become a third. */
export function refuseLines(field: HTMLInputElement, refuse: (why: string) => void): void {
  const judge = (event: Event, data: DataTransfer | null): void => {
    const text = data?.getData("text/plain") ?? "";
    const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== "").length;
    if (lines < 2) return;
    event.preventDefault();
    refuse(`Enter one ID. That text has ${String(lines)} lines.`);
  };
  field.addEventListener("paste", (event) => judge(event, event.clipboardData));
  field.addEventListener("drop", (event) => judge(event, event.dataTransfer));
}

let lastId = 0;

/** A name for an element that others refer to. */
export function freshId(stem: string): string {
  return `${stem}-${String(++lastId)}`;
}

/** Shows or hides without a change of layout classes. */
export function show(target: HTMLElement, visible: boolean): void {
  target.hidden = !visible;
}

/** The element of the page's own markup. Throws if the markup and this program do not match. */
export function part(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no element ${id}`);
  return found;
}
