// The elements of popup.html. What is written into them is text, never markup: much of it comes from pages and servers.

/** Throws if popup.html has no such element. */
export function element<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`popup.html has no ${type.name} ${id}`);
  return found;
}

export function button(id: string): HTMLButtonElement {
  return element(id, HTMLButtonElement);
}

export function setText(id: string, text: string): void {
  element(id, HTMLElement).textContent = text;
}

export function setList(id: string, lines: string[]): void {
  const items = lines.map((line) => {
    const item = document.createElement("li");
    item.textContent = line;
    return item;
  });
  element(id, HTMLElement).replaceChildren(...items);
}

export function show(id: string, visible: boolean): void {
  element(id, HTMLElement).hidden = !visible;
}

/** Says what went wrong, or that nothing does. */
export function setProblem(text: string): void {
  setText("problem", text);
  show("problem", text !== "");
}

/** "1 contact", "1,200 contacts". */
export function contacts(count: number): string {
  return `${count.toLocaleString("en")} contact${count === 1 ? "" : "s"}`;
}
