// What elements are by their markup: boxes, cells, rows and lists; and which of them hold ids.
import { UUID } from "./names.js";
import { attributesOf, matches, textOf, walk } from "./tree.js";

export const RADIO = 'input[type="radio"], [role="radio"], [role="menuitemradio"]';
export const BOX = `input[type="checkbox"], [role="checkbox"], [role="menuitemcheckbox"], [role="switch"], ${RADIO}`;
export const CELL = 'td, th, [role="cell"], [role="gridcell"], [role="rowheader"], [role="columnheader"]';
export const ROW =
  'tr, [role="row"], li, [role="option"], [role="listitem"], [role="treeitem"], select[multiple] option';
export const LIST =
  'table, [role="grid"], [role="treegrid"], [role="table"], ul, ol, [role="list"], [role="listbox"], [role="tree"], select';
/** Attributes that say nothing about their element's row. */
export const IGNORED =
  /^(class|style|d|src|srcset|for|aria-(labelledby|describedby|controls|owns)|headers|name|type|xmlns)$/;

/** Whether an id is in the element or in one of its attributes, apart from what a program calls its boxes. */
export function hasId(element: Element): boolean {
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

export function isTicked(box: Element): boolean {
  if (box.localName !== "input") return box.getAttribute("aria-checked") === "true";
  const { checked, indeterminate } = box as HTMLInputElement;
  return checked && !indeterminate; // a dash, as aria-checked="mixed" is
}

/** A row that can be selected by itself. */
export function isSelectable(element: Element): boolean {
  if (!matches(element, ROW)) return false;
  return matches(element, "[aria-selected], [aria-checked]") || boxesIn(element).length > 0;
}
