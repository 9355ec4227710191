// Whether the rows of a list are plainly not of one kind, such as companies with the people who work there.
import { cellOf, firstOf, keyOf, nameOf } from "./header.js";
import { BOX, hasId, isSelectable, isTicked } from "./markup.js";
import { isLabel, isOfOther, type Kind, kindOf, kindOfClass, kindOfPicture, UUID } from "./names.js";
import type { List, Row } from "./rows.js";
import {
  attributeOf,
  attributesOf,
  childrenOf,
  firstText,
  isRendered,
  matches,
  nearest,
  parentOf,
  textOf,
  walk,
} from "./tree.js";

/** Says what follows it, not what the row is. */
function isLabelOfNext(element: Element, text: string, column: string): boolean {
  const next = column === "" ? element.nextElementSibling : null;
  return matches(element, "dt, label") || text.endsWith(":") || (next !== null && textOf(next).search(UUID) >= 0);
}

/** What the row, and what is in it but its links, says that it is. */
function kindsIn(row: Row, list: List): Set<Kind> {
  const kinds = new Set<Kind>();
  const add = (kind: Kind | undefined): void => {
    if (kind !== undefined) kinds.add(kind);
  };
  const addText = (column: string, text: string): void => {
    if (text !== "") add(kindOf(column, text));
  };
  // "Company" may be where a link leads, or what a picture stands before, unless the column asks for it.
  const addAnswer = (column: string, text: string): void => {
    const kind = kindOf(column, text);
    if (kind !== "thing") add(kind);
  };
  const addMarkup = (element: Element): void => {
    for (const { name, value } of attributesOf(element)) {
      if (name.startsWith("data-")) addText(name.slice("data-".length), value);
      if (name === "class") for (const word of value.split(/\s+/)) add(kindOfClass(word));
    }
  };
  const addPicture = (element: Element): void => {
    for (const word of attributeOf(element, "class").split(/\s+/)) add(kindOfPicture(word));
    for (const name of ["alt", "aria-label", "title", "src", "href", "data-testid"])
      add(kindOfPicture(attributeOf(element, name)));
    add(kindOfPicture(textOf(element, 80)));
  };
  // A picture before all text is the row's.
  let hasBegun = false;
  const look = (element: Element): boolean => {
    const before = element.previousSibling;
    hasBegun ||= before?.nodeType === Node.TEXT_NODE && before.textContent?.trim() !== "";
    const isControl = matches(element, "a, button, [role=button]");
    const isDrawing = matches(element, "svg, svg *");
    if (!isControl && !isDrawing && childrenOf(element).length > 0) return true;
    const cell = cellOf(element, row.parts);
    const column = cell === undefined ? "" : nameOf(cell, list);
    const text = matches(element, BOX) ? (isTicked(element) ? "yes" : "no") : textOf(element, 80);
    hasBegun ||= text !== "" && !isDrawing && !matches(element, BOX);
    if (isControl) {
      addAnswer(column, text);
      return false;
    }
    if (!hasBegun) addMarkup(element);
    if (!hasBegun && (text === "" || isDrawing) && !isOfOther(column)) addPicture(element);
    if (text === "") for (const word of attributeOf(element, "class").split(/[\s_-]+/)) addAnswer(column, word);
    if (!isLabelOfNext(element, text, column)) addText(column, text);
    addText(column, firstOf(element, ["alt", "aria-label", "title"]));
    return true;
  };
  for (const part of row.parts) {
    for (let at: Element | null = part; at !== null && at !== list.element; at = parentOf(at)) addMarkup(at);
    addText("", attributeOf(nearest(part, "optgroup") ?? part, "label"));
    walk(part, look);
  }
  return kinds;
}

/** How plainly some of the rows with these numbers say that they are no contacts. */
export function kindsOf(list: List, numbers: readonly number[]): "one" | "several" | "companies" {
  const kinds = numbers.flatMap((number) => {
    const row = list.rows[number];
    return row === undefined ? [] : [kindsIn(row, list)];
  });
  const some = (kind: Kind): boolean => kinds.some((of) => of.has(kind));
  if (some("company")) return "companies";
  const arePartlyPeople = some("person") && !kinds.every((of) => of.has("person"));
  return some("thing") || arePartlyPeople ? "several" : "one";
}

/** Words for levels in classes, but those of the first and the last row. */
const LEVEL =
  /(^|[-_])((level|lvl|depth|tier)[-_]?\d+|(?<!(first|last|only)[-_])(parent|child|branch|leaf))([-_](row|item))?$/i;

/** What the program says about the level of a row; cells over several columns are those of a row of its own kind. */
function levelOf({ element }: Row): string {
  const classes = attributeOf(element, "class")
    .split(/\s+/)
    .filter((word) => LEVEL.test(word));
  const wide = childrenOf(element).filter((cell) => Number(attributeOf(cell, "colspan")) > 1);
  return [firstOf(element, ["aria-level", "data-level", "data-depth"]), ...classes.sort(), wide.length].join(" ");
}

/** What text begins with that is moved by blanks or by lines of a tree. */
const MOVED = /^[\s\p{Pd}·•>»|\u2190-\u21ff\u2500-\u257f]*/u;

/** Whether its place in the cell says nothing about others: it is on its own, or moved by as much as it is shorter. */
function isPlaced({ around, cell }: Start): boolean {
  for (let at: Element | null = around; at !== null; at = parentOf(at)) {
    const { textAlign, justifyContent, cssFloat, position } = getComputedStyle(at);
    if (/center|right|end|justify/.test(textAlign) || /center|right|end|space/.test(justifyContent)) return true;
    if (at === cell) return false;
    if (cssFloat !== "none" || position === "absolute") return true;
  }
  return false;
}

interface Start {
  /** In which column a person begins to read a row. */
  column: string;
  /** How far from the edge. */
  indent: number;
  /** What the text is in. */
  around: Element;
  cell: Element;
}

function widthOfMoved(text: string): number {
  return MOVED.exec(text)?.[0].length ?? 0;
}

/** Where a row begins that is drawn. */
function startOf(row: Row, list: List, isReversed: boolean): Start | undefined {
  const isName = (said: string): boolean => /\p{L}/u.test(said.replace(UUID, ""));
  const text = row.parts.map((part) => firstText(part, isName)).find((found) => found !== undefined);
  const around = text?.parentElement;
  if (text === undefined || !around || !isRendered(around)) return undefined;
  const range = row.element.ownerDocument.createRange();
  range.setStart(text, widthOfMoved(text.data));
  range.setEnd(text, text.length);
  const cell = cellOf(around, row.parts) ?? row.element;
  // Also those that only keep their place, until the pointer is over their row.
  const pictures = [...cell.querySelectorAll("img, svg, button, [role=button]")];
  const [line] = range.getClientRects();
  const boxes = [line, ...pictures.map((one) => one.getBoundingClientRect())].filter((one) => one !== undefined);
  const edges = boxes.flatMap(({ left, right, width }) => (width <= 2 ? [] : isReversed ? -right : left));
  // An entry to choose from is not drawn by itself; its blanks are.
  if (row.element.localName === "option") edges.push(10 * widthOfMoved(text.data.replace(/^[ \t\r\n]+/, "")));
  if (edges.length === 0) return undefined;
  const indent = Math.min(...edges);
  return { column: cell === row.element ? "" : keyOf(cell, list), indent, around, cell };
}

/** Cards stand beside one another: their distance from the edge says nothing. */
function areBeside({ rows }: List): boolean {
  const [first, second] = rows.slice(0, 2).map(({ element }) => element.getBoundingClientRect());
  return (
    first !== undefined && second !== undefined && Math.abs(first.top - second.top) < 1 && first.left !== second.left
  );
}

/** Those that can be chosen: with boxes, if there are any. */
function choosable({ rows }: List): Row[] {
  const withBoxes = rows.filter(({ boxes }) => boxes.length > 0);
  return withBoxes.length > 0 ? withBoxes : rows;
}

/** Whether rows that have ids are on several levels, whichever of them are chosen. */
function areOnLevels(list: List): boolean {
  let first: string | undefined;
  const indents = new Map<string, number>();
  const beside = areBeside(list);
  const isReversed = getComputedStyle(list.element).direction === "rtl";
  return choosable(list).some((row) => {
    const level = levelOf(row);
    const start = beside ? undefined : startOf(row, list, isReversed);
    const known = start === undefined ? undefined : indents.get(start.column);
    const isMoved =
      start !== undefined && (known === undefined || Math.abs(known - start.indent) > 5) && !isPlaced(start);
    const isNew = first === undefined || (isMoved && known === undefined);
    const differs = (first !== undefined && level !== first) || (isMoved && known !== undefined);
    if ((!differs && !isNew) || !row.parts.some(hasId)) return false;
    first ??= level;
    if (isMoved && known === undefined) indents.set(start.column, start.indent);
    return differs;
  });
}

/** Whether a row between others, that cannot be chosen itself, is called after what is no contact: "Companies". */
function hasOtherGroups(list: List): boolean {
  const rows = choosable(list);
  if (rows.length === list.rows.length && list.header === undefined) return false;
  const chosen = new Set(rows);
  const titles = [...(list.header?.rows ?? []), ...list.rows.flatMap((row) => (chosen.has(row) ? [] : [row.element]))];
  return titles.some((row) => childrenOf(row).length <= 1 && isLabel(textOf(row, 80)) && isOfOther(textOf(row, 80)));
}

/** Whether rows with boxes of their own are in a row. */
function hasRowsWithin({ parts }: Row): boolean {
  let found = false;
  const look = (element: Element): boolean => {
    found ||= isSelectable(element);
    return !found;
  };
  for (const part of parts) walk(part, look);
  return found;
}

/** Whether nothing tells some rows of the list from others: no level, no name of a group, no rows within them. */
export function areAlike(list: List): boolean {
  return !hasOtherGroups(list) && !areOnLevels(list) && !list.rows.some(hasRowsWithin);
}
