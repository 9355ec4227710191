// Names of columns, and which cells belong to which.
import { boxesIn, CELL, hasId, LIST } from "./markup.js";
import { isLabel, selectionLikeness, undecorated } from "./names.js";
import { attributeOf, childrenOf, isRendered, matches, nearest, parentOf, textOf, walk } from "./tree.js";

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
  return row.closest("thead") !== null || [...row.cells].every((cell) => matches(cell, "th, [role=columnheader]"));
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

/** Attributes that are the same in all cells of a column. */
const COLUMN_KEYS = ["col-id", "data-field", "data-columnid", "data-column-id", "data-col-id", "aria-colindex"];

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
  /** Its rows are in several places, so that the place of a cell in one of them does not tell its column. */
  isSplit = false;
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
    const known = this.columns.get(cell) ?? firstOf(cell, COLUMN_KEYS);
    if (known !== "") return known;
    const row = this.isSplit ? parentOf(cell) : null;
    return row === null ? placeOf(cell) : `${String(placeOf(row.parentElement ?? row))}/${String(placeOf(cell))}`;
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
    // A hidden column is read, and a hidden menu of one that is shown is not.
    const isRead = (part: Element): boolean =>
      !isRendered(cell) || isRendered(part) || getComputedStyle(part).display === "contents";
    const said = undecorated(textOf(cell, 80, isRead)) || firstOf(cell, ["aria-label", "title"]) || pictured(cell);
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

/** The text before a value that names it: a term of a definition list, or a label. */
function labelBefore(cell: Element): string {
  let before = cell.previousElementSibling;
  while (cell.localName === "dd" && before?.localName === "dd") before = before.previousElementSibling;
  const text = before === null ? "" : textOf(before, 80);
  return before?.localName === "dt" || isLabel(text) ? text : "";
}

/** The header of a list, if it has one. */
interface Headed {
  header: Header | undefined;
}

const namesOfCells = new WeakMap<Element, string>();

/** What a cell is called, by its column or by itself. */
export function nameOf(cell: Element, { header }: Headed): string {
  const known = namesOfCells.get(cell);
  if (known !== undefined) return known;
  const name = (header?.nameOf(cell) ?? firstOf(cell, ["data-label", "data-field"])) || labelBefore(cell);
  namesOfCells.set(cell, name);
  return name;
}

/** Cells of one key are one column; fields with names may be in another order in each row. */
export function keyOf(cell: Element, list: Headed): string {
  const name = nameOf(cell, list);
  return `${String(list.header?.columnOf(cell) ?? (name === "" ? placeOf(cell) : ""))} ${name}`;
}
