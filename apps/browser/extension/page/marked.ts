// Ids in selected text.
import type { Marked } from "./found.js";
import { contactLikeness, UUID } from "./names.js";
import { ROW } from "./markup.js";
import { matches, own, ownOf, textOf, withoutReordering } from "./tree.js";

/** Of what stands before an id, in characters. */
const SHOWN = 40;

/** Each id once. */
export function distinct(marked: readonly Marked[]): Marked[] {
  const known = new Set<string>();
  return marked.filter(({ id }) => known.size < known.add(id.toLowerCase()).size);
}

/** The ids of a text, with what stands before each. */
export function markedIn(text: string): Marked[] {
  let from = 0;
  const found = [...text.matchAll(UUID)].map(({ 0: id, index }) => {
    const before = withoutReordering(text.slice(from, index)).replace(/\s+/g, " ").trim().slice(-SHOWN);
    from = index + id.length;
    return { id, before };
  });
  return distinct(found);
}

/** The selected text of a document, and whether ids of other things seem to be among those in it. */
export function readMarked(page: Document, elements: readonly Element[]): { marked: Marked[]; isMixed: boolean } {
  const selection = ownOf(page, "getSelection").call(page);
  const text = selection?.toString() ?? "";
  const marked = markedIn(text);
  const ids = new Set(marked.map(({ id }) => id.toLowerCase()));
  const countIn = (one: string): number =>
    new Set((one.match(UUID) ?? []).map((id) => id.toLowerCase()).filter((id) => ids.has(id))).size;
  const isRow = (element: Element): boolean =>
    matches(element, ROW) && own(element, "querySelector").call(element, ROW) === null;
  const isMixed =
    marked.some(({ before }) => contactLikeness(before.split(" ").slice(-2).join(" ")) === "other") ||
    // A tab is between cells.
    text.split("\n").some((line) => line.includes("\t") && countIn(line) > 1) ||
    (ids.size > 1 &&
      elements.some((row) => isRow(row) && selection?.containsNode(row, true) === true && countIn(textOf(row)) > 1));
  return { marked, isMixed };
}
