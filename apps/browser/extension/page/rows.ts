// Rows of a page's tables, grids and lists, and the boxes in them.
import { attributeOf, attributesOf, childrenOf, matches, nearest, own, parentOf, textOf, walk } from "./tree.js";
import { selectionLikeness, UUID } from "./names.js";

export const RADIO = 'input[type="radio"], [role="radio"], [role="menuitemradio"]';
export const BOX = `input[type="checkbox"], [role="checkbox"], [role="menuitemcheckbox"], [role="switch"], ${RADIO}`;
const CELL = 'td, th, [role="cell"], [role="gridcell"], [role="rowheader"], [role="columnheader"]';
export const ROW =
  'tr, [role="row"], li, [role="option"], [role="listitem"], [role="treeitem"], select[multiple] option';
export const LIST =
  'table, [role="grid"], [role="treegrid"], [role="table"], ul, ol, [role="list"], [role="listbox"], [role="tree"], select';
/** Attributes that say nothing about their element's row. */
export const IGNORED =
  /^(class|style|d|src|srcset|for|aria-(labelledby|describedby|controls|owns)|headers|name|type|xmlns)$/;
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
  rows: Row[];
  /** Of a table or grid. */
  header: Header | undefined;
}

/** Whether an id is in the element or in one of its attributes, apart from what a program calls its boxes. */
function hasId(element: Element): boolean {
  const inOne = (one: Element): boolean =>
    attributesOf(one).some(
      ({ name, value }) => value.search(UUID) >= 0 && !IGNORED.test(name) && !(name === "id" && matches(one, BOX)),
    );
  if (inOne(element) || textOf(element).search(UUID) >= 0) return true;
  let found = false;
  const look = (one: Element): boolean => {
    found ||= inOne(one);
    return !found;
  };
  walk(element, look);
  return found;
}

/** A card may be a form; a form that is a large part of the page has no id of its own. */
function isNamedById(form: Element): boolean {
  return attributesOf(form).some(({ name, value }) => /^(id|data-)/.test(name) && value.search(UUID) >= 0);
}

/** The boxes below it. */
export function boxesIn(element: Element): Element[] {
  const boxes: Element[] = [];
  const look = (one: Element): boolean => {
    if (matches(one, BOX)) boxes.push(one);
    return true;
  };
  walk(element, look);
  return boxes;
}

/** A row that can be selected by itself. */
export function isSelectable(element: Element): boolean {
  if (!matches(element, ROW)) return false;
  return matches(element, "[aria-selected], [aria-checked]") || boxesIn(element).length > 0;
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

/** Column numbers of a table's cells, which spans move. */
function gridOf(table: HTMLTableElement): Map<Element, number> {
  const columns = new Map<Element, number>();
  let taken: number[] = []; // rows that a cell from above still fills, by column
  for (const row of table.rows) {
    let column = 0;
    const next = taken.map((rows) => Math.max(0, rows - 1));
    for (const cell of row.cells) {
      while ((taken[column] ?? 0) > 0) ++column;
      columns.set(cell, column);
      for (let i = 0; i < Math.max(1, cell.colSpan); ++i, ++column) next[column] = Math.max(0, cell.rowSpan - 1);
    }
    taken = next;
  }
  return columns;
}

/** A row that names columns by its markup. */
function isHead(row: HTMLTableRowElement): boolean {
  return row.closest("thead") !== null || [...row.cells].every((cell) => cell.localName === "th");
}

function widthOf(table: HTMLTableElement): number {
  return [...(table.rows[0]?.cells ?? [])].reduce((sum, { colSpan }) => sum + Math.max(1, colSpan), 0);
}

/** The table before a table without names, if it has only the names: pages split them to keep the names in sight. */
function headerBefore(table: HTMLTableElement, elements: readonly Element[]): HTMLTableElement | undefined {
  const tables = elements.filter((element) => element.localName === "table") as HTMLTableElement[];
  const before = tables[tables.indexOf(table) - 1];
  if (before === undefined || before.rows.length === 0 || ![...before.rows].every(isHead)) return undefined;
  // There may be one more column above the scroll bar.
  return [0, 1].includes(widthOf(before) - widthOf(table)) ? before : undefined;
}

/** Attributes in which a cell names its column. */
const COLUMN_NAMES = ["data-label", "data-title", "data-column-name", "data-field", "col-id", "data-column"];

export function firstOf(element: Element, attributes: readonly string[]): string {
  return attributes.map((name) => attributeOf(element, name)).find((value) => value !== "") ?? "";
}

/** What pictures in a cell say, apart from its buttons. */
function pictured(cell: Element): string {
  const pictures = [...cell.querySelectorAll("img, svg, i, span, abbr")].filter(
    (one) => one.closest("button, [role=button]") === null,
  );
  return pictures.map((one) => firstOf(one, ["alt", "aria-label", "title"])).find((name) => name !== "") ?? "";
}

/** Names of columns, and which cells belong to which. */
export class Header {
  /** Rows that are the header itself. */
  readonly rows = new Set<Element>();
  private readonly columns: Map<Element, number>;
  private readonly names = new Map<number | string, string>();
  private readonly allBoxes = new Set<number | string>();
  private lastColumn = 0;
  private readonly shifted = new Map<Element, boolean>();
  /** The table that has only the names, if they are apart. */
  readonly apart: Element | undefined;

  /** elements: of the list's document or shadow tree, in order. */
  constructor(list: Element, elements: readonly Element[]) {
    const table = list.localName === "table" ? (list as HTMLTableElement) : undefined;
    this.columns = table === undefined ? new Map<Element, number>() : gridOf(table);
    if (table !== undefined) this.readTable(table);
    const before = table === undefined || this.names.size > 0 ? undefined : headerBefore(table, elements);
    this.apart = before;
    if (before !== undefined) {
      for (const [cell, column] of gridOf(before)) this.columns.set(cell, column);
      this.readTable(before);
    }
    walk(list, (element) => {
      if (element !== list && matches(element, LIST) && matches(element, 'table, [role="grid"]')) return false;
      if (matches(element, '[role="columnheader"]') && !matches(element, "th, td")) this.note(element);
      return true;
    });
  }

  /** What the cell's column is called; a cell may say so itself. Empty for a cell over columns of several names. */
  nameOf(cell: Element): string {
    const column = this.columnOf(cell);
    const header = this.names.get(column);
    const { colSpan = 1 } = cell as Partial<HTMLTableCellElement>;
    for (let i = 1; i < colSpan; ++i) if (this.names.get(Number(column) + i) !== header) return "";
    return (this.isShifted(cell) ? "" : (header ?? "")) || firstOf(cell, COLUMN_NAMES);
  }

  /** Its row begins with a box for which the header has no cell: the names are those of other columns. */
  private isShifted(cell: Element): boolean {
    const row = parentOf(cell);
    const cells = row === null ? [] : childrenOf(row);
    const [first, last] = [cells[0], cells[cells.length - 1]];
    if (row === null || first === undefined || last === undefined) return false;
    const known = this.shifted.get(row);
    if (known !== undefined) return known;
    const column = this.columnOf(first);
    const name = this.names.get(column) ?? "";
    const isBox = boxesIn(first).length > 0 && textOf(first) === "";
    const isSelection = name === "" || this.allBoxes.has(column) || selectionLikeness(name) === "certain";
    const isShifted =
      isBox && !isSelection && typeof column === "number" && Number(this.columnOf(last)) > this.lastColumn;
    this.shifted.set(row, isShifted);
    return isShifted;
  }

  /** The header of the column has its own box, which selects all rows. */
  selectsAll(cell: Element): boolean {
    return this.allBoxes.has(this.columnOf(cell));
  }

  columnOf(cell: Element): number | string {
    const known = this.columns.get(cell);
    if (known !== undefined) return known;
    return firstOf(cell, ["col-id", "data-field", "aria-colindex"]) || placeOf(cell);
  }

  private readTable(table: HTMLTableElement): void {
    const rows = [...table.rows];
    let head = rows.filter(isHead);
    const [first, second] = rows;
    // A table without header markup may have a header in its first row: short words and no id. A row without any text
    // only gives the columns their widths.
    if (head.length === 0 && first !== undefined && second !== undefined && !hasId(first) && hasId(second))
      if (textOf(first) !== "") head = [first];
    for (const row of [...head, ...(table.tFoot?.rows ?? [])]) this.rows.add(row);
    const start = rows.findIndex((row) => !head.includes(row));
    for (const row of head) {
      // Titles, names of groups between rows, and headers that are repeated.
      if ((row.cells.length === 1 && widthOf(table) > 1) || (start >= 0 && rows.indexOf(row) > start)) continue;
      for (const cell of row.cells) {
        const column = this.columns.get(cell) ?? 0;
        for (let i = 0; i < Math.max(1, cell.colSpan); ++i) this.note(cell, column + i);
      }
    }
  }

  private note(cell: Element, column = this.columnOf(cell)): void {
    if (!this.columns.has(cell)) {
      const row = nearest(cell, '[role="row"]');
      if (row !== null) this.rows.add(row);
    }
    const hasBox = boxesIn(cell).length > 0;
    if (hasBox) this.allBoxes.add(column);
    const said = textOf(cell, 80) || firstOf(cell, ["aria-label", "title"]) || pictured(cell);
    // What a program calls its column says less than the box that a person sees there.
    const text = said || (hasBox ? "" : firstOf(cell, COLUMN_NAMES));
    if (typeof column === "number") this.lastColumn = Math.max(this.lastColumn, column);
    // A header of several lines says the group first: "Company", then "ID".
    this.names.set(column, `${this.names.get(column) ?? ""} ${text}`.trim());
  }
}

/** The cell of the row in which the element is; nothing where the row has none. */
export function cellOf(element: Element, parts: readonly Element[]): Element | undefined {
  for (let at: Element | null = element; at !== null && !parts.includes(at); at = parentOf(at)) {
    if (matches(at, CELL)) return at;
    const around = parentOf(at);
    if (around === null || !parts.includes(around)) continue;
    if (!matches(around, "li, option, [role=option], [role=listitem]")) return at;
  }
  return undefined;
}

/** Which one in its row a cell is, if nothing else numbers it; negative for what stands between the row's cells. */
export function placeOf(cell: Element): number {
  const around = parentOf(cell);
  const all = around === null ? [] : childrenOf(around);
  const cells = all.filter((one) => matches(one, CELL));
  if (cells.length === 0) return all.indexOf(cell);
  return cells.includes(cell) ? cells.indexOf(cell) : -1 - all.indexOf(cell);
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
    const list = lists.get(key) ?? { element: around ?? parentOf(element) ?? element, rows: [], header: undefined };
    list.rows.push(row);
    lists.set(key, list);
  }
  for (const list of lists.values()) {
    if (!matches(list.element, 'table, [role="grid"], [role="treegrid"], [role="table"]')) continue;
    const header = new Header(list.element, elements);
    list.header = header;
    const rows = list.rows.filter(({ element }) => !header.rows.has(element));
    list.rows = list.element.localName === "table" ? rows : merged(rows);
  }
  return [...lists.values()].filter((list) => list.rows.length > 0);
}
