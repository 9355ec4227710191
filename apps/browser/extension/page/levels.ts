// On which levels of a tree the rows of a list are.
import { cellOf, firstOf, keyOf } from "./header.js";
import { hasId } from "./markup.js";
import { isName } from "./names.js";
import type { List, Row } from "./rows.js";
import { attributeOf, childrenOf, firstText, isRendered, parentOf } from "./tree.js";

/** Words for levels in classes, but those of the first and the last row. */
const LEVEL =
  /(^|[-_])((level|lvl|depth|tier)[-_]?\d+|(?<!(first|last|only)[-_])(parent|child|branch|leaf)|group)([-_](row|item|header))?$/i;

/** What the program says about the level of a row; cells over several columns are those of a row of its own kind. */
function levelOf({ element }: Row): string {
  const classes = attributeOf(element, "class")
    .split(/\s+/)
    .filter((word) => LEVEL.test(word));
  const wide = childrenOf(element).filter((cell) => Number(attributeOf(cell, "colspan")) > 1);
  const opens = attributeOf(element, "aria-expanded") !== "";
  return [firstOf(element, ["aria-level", "data-level", "data-depth"]), ...classes.sort(), wide.length, opens].join(
    " ",
  );
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
  const text = row.parts
    .map((part) => firstText(part, ({ data }) => isName(data)))
    .find((found) => found !== undefined);
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

/** Whether rows that have ids are on several levels, whichever of them are chosen. */
export function areOnLevels(list: List, rows: readonly Row[]): boolean {
  let first: string | undefined;
  const indents = new Map<string, number>();
  const beside = areBeside(list);
  const isReversed = getComputedStyle(list.element).direction === "rtl";
  return rows.some((row) => {
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
