// Whether the rows of a list are plainly not of one kind, such as companies with the people who work there.
import { cellOf, firstOf, nameOf } from "./header.js";
import { areOnLevels } from "./levels.js";
import { areMarkedApart, pictureOfCompany } from "./marks.js";
import { BOX, CELL, isSelectable, isTicked } from "./markup.js";
import { isLabel, isOfOther, type Kind, kindOf, kindOfClass, UUID } from "./names.js";
import type { List, Row } from "./rows.js";
import { attributeOf, attributesOf, childrenOf, matches, nearest, own, parentOf, textOf, walk } from "./tree.js";

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
  // "Company · Paris"
  const addText = (column: string, text: string): void => {
    if (text !== "") add(kindOf(column, text.replace(/ [·•|] .*/, "")));
  };
  // "Company" may be where a link leads, or what a picture stands before, unless the column asks for it.
  const addAnswer = (column: string, text: string): void => {
    const kind = kindOf(column, text);
    if (kind !== "thing") add(kind);
  };
  const addMarkup = (element: Element): void => {
    const tag = own(element, "localName");
    if (tag.includes("-")) add(kindOfClass(tag));
    for (const { name, value } of attributesOf(element)) {
      if (name.startsWith("data-")) addText(name.slice("data-".length), value);
      if (name === "class") for (const word of value.split(/\s+/)) add(kindOfClass(word));
    }
  };
  // The type of what is within the row's own thing has a name as its property.
  const addMicrodata = (element: Element): void => {
    const property = firstOf(element, ["itemprop", "property"]);
    const type = firstOf(element, ["itemtype", "typeof"]).replace(/^.*[/:#]/, "");
    if (/^(item|itemListElement|mainEntity)?$/.test(property)) addText("type", type);
  };
  // What is before all text is the row's.
  let hasBegun = false;
  const look = (element: Element): boolean => {
    const before = element.previousSibling;
    hasBegun ||= before?.nodeType === Node.TEXT_NODE && before.textContent?.trim() !== "";
    if (!hasBegun) addMicrodata(element);
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
    // The class of an empty cell is that of its column.
    if (!hasBegun && !matches(element, CELL)) addMarkup(element);
    if (matches(element, 'input[type="hidden"]')) addText(attributeOf(element, "name"), attributeOf(element, "value"));
    if (text === "") for (const word of attributeOf(element, "class").split(/[\s_-]+/)) addAnswer(column, word);
    if (!isLabelOfNext(element, text, column)) addText(column, text);
    addText(column, firstOf(element, ["alt", "aria-label", "title"]));
    return true;
  };
  for (const part of row.parts) {
    for (let at: Element | null = part; at !== null && at !== list.element; at = parentOf(at)) {
      addMarkup(at);
      addMicrodata(at);
    }
    addText("", attributeOf(nearest(part, "optgroup") ?? part, "label"));
    walk(part, look);
  }
  if (pictureOfCompany(row, list) === "before") kinds.add("thing");
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

/** Those that can be chosen: with boxes, if there are any. */
function choosable({ rows }: List): Row[] {
  const withBoxes = rows.filter(({ boxes }) => boxes.length > 0);
  return withBoxes.length > 0 ? withBoxes : rows;
}

/** Whether a row between others, that cannot be chosen itself, is called after what is no contact: "Companies". */
function hasOtherGroups(list: List, rows: readonly Row[]): boolean {
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

/** Whether nothing tells rows of the list apart: no level, no name of a group, no rows within them, no mark. */
export function areAlike(list: List, numbers: readonly number[]): boolean {
  const rows = choosable(list);
  const chosen = new Set(numbers);
  if (hasOtherGroups(list, rows) || areOnLevels(list, rows) || list.rows.some(hasRowsWithin)) return false;
  return !areMarkedApart(
    list,
    rows,
    list.rows.filter((_, number) => chosen.has(number)),
  );
}
