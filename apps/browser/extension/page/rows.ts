// Rows of a page's tables, grids and lists, and the boxes in them.
import { firstOf, Header } from "./header.js";
import { BOX, boxesIn, hasId, LIST, ROW } from "./markup.js";
import { UUID } from "./names.js";
import { attributeOf, attributesOf, matches, nearest, own, parentOf } from "./tree.js";

/** A row of boxes without any markup of rows is not larger than this. */
const MOST_BOXES = 6;

export interface Row {
  element: Element;
  /** The element, and others in which a grid keeps further columns of the same row. */
  parts: Element[];
  boxes: Element[];
}

/** Rows that belong together. */
export interface List {
  /** The table, grid or list; for loose rows, what is around the first one. */
  element: Element;
  /** Where it begins; undefined: its rows are here and there. */
  start: Element | undefined;
  rows: Row[];
  /** Of a table or grid. */
  header: Header | undefined;
}

/** A card may be a form; a form that is a large part of the page has no id of its own. */
function isNamedById(form: Element): boolean {
  return attributesOf(form).some(({ name, value }) => /^(id|data-)/.test(name) && value.search(UUID) >= 0);
}

/**
 * Around a box outside any row markup: the smallest element that holds an id, unless that is a large part of the page.
 */
function looseRow(box: Element, isLarge: (element: Element) => boolean): Element | null {
  for (let at: Element | null = box; at !== null; at = parentOf(at)) {
    if (matches(at, `body, main, ${LIST}`) || isLarge(at)) return null;
    if (matches(at, "form, fieldset") && !isNamedById(at)) return null;
    if (hasId(at)) return at === box ? (box.closest("label") ?? box) : at;
  }
  return null;
}

/** What a grid that keeps a row in several places calls the row in all of them. */
function nameOfRow(row: Element): string {
  const names = ["row-id", "row-index", "data-row-id", "data-rowindex", "data-row-index", "aria-rowindex"];
  return firstOf(row, names);
}

/** Merges the parts of one row. */
function merged(rows: readonly Row[]): Row[] {
  const named = new Map<string, Row>();
  return rows.filter((row) => {
    const name = nameOfRow(row.element);
    const known = name === "" ? undefined : named.get(name);
    if (name !== "" && known === undefined) named.set(name, row);
    known?.parts.push(...row.parts);
    known?.boxes.push(...row.boxes);
    return known === undefined;
  });
}

/** Rows of one document or shadow tree and what is below it, in the page's order, by lists. */
export function listsIn(elements: readonly Element[]): List[] {
  const rows = new Map<Element, Row>();
  const loose = new Set<Element>();
  // Each element is counted once, however many boxes are in it.
  const large = new Map<Element, boolean>();
  const isLarge = (element: Element): boolean => {
    const known = large.get(element) ?? boxesIn(element).length > MOST_BOXES;
    large.set(element, known);
    return known;
  };
  for (const element of elements)
    if (matches(element, ROW)) rows.set(element, { element, parts: [element], boxes: [] });
  for (const box of elements) {
    if (!matches(box, BOX)) continue;
    const marked = nearest(box, ROW);
    const element = marked ?? looseRow(box, isLarge);
    if (element === null) continue;
    if (marked === null) loose.add(element);
    const row = rows.get(element) ?? { element, parts: [element], boxes: [] };
    rows.set(element, row);
    // A row that is a box itself, such as an option with aria-checked, is looked at as a row.
    if (box !== element || !matches(box, ROW)) row.boxes.push(box);
    // A box whose cell spans several rows selects them all.
    const { rowSpan = 1 } = (nearest(box, "td, th") ?? {}) as Partial<HTMLTableCellElement>;
    let below = rowSpan === 1 ? null : element.nextElementSibling;
    for (let left = rowSpan - 1; left !== 0 && below !== null; --left, below = below.nextElementSibling)
      rows.get(below)?.boxes.push(box);
  }
  const lists = new Map<unknown, List>();
  for (const row of rows.values()) {
    const { element } = row;
    const around = loose.has(element) ? null : nearest(parentOf(element) ?? element, LIST);
    // Loose rows that look alike belong together, wherever they are.
    const key = around ?? `${own(element, "localName")} ${attributeOf(element, "class")}`;
    const list = lists.get(key) ?? {
      element: around ?? parentOf(element) ?? element,
      start: around ?? element,
      rows: [],
      header: undefined,
    };
    const last = list.rows[list.rows.length - 1]?.element;
    if (around === null && last !== undefined && element.previousElementSibling !== last) list.start = undefined;
    list.rows.push(row);
    lists.set(key, list);
  }
  for (const list of lists.values()) {
    if (!matches(list.element, 'table, [role="grid"], [role="treegrid"], [role="table"]')) continue;
    const header = new Header(list.element, elements);
    list.header = header;
    const rows = list.rows.filter(({ element }) => !header.rows.has(element));
    list.rows = list.element.localName === "table" ? rows : merged(rows);
    header.isSplit = list.rows.some(({ parts }) => parts.length > 1);
  }
  return [...lists.values()].filter((list) => list.rows.length > 0);
}
