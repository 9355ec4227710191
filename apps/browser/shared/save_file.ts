import { element } from "./dom.js";

/** Hands a file over to the browser's downloads. */
export function saveJson(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = element("a", { href: url, download: name });
  link.click();
  // The download has its own hold on the data once it began, which it did within click().
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
