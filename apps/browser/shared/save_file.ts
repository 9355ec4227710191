import { element } from "./dom.js";

/** Passes a file to the browser's downloads. */
export function saveJson(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = element("a", { href: url, download: name });
  link.click();
  // The download keeps its own reference to the data once it has begun, which happens within click().
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
