// What may tell some rows of a list as companies: pictures, labels and classes of their names, and where they lead.
import { isOfCompany } from "./addresses.js";
import { cellOf, keyOf, nameOf } from "./header.js";
import { BOX, boxesIn, CELL, hasId } from "./markup.js";
import {
  beginsWithBuilding,
  endsWithCompany,
  isLabelOfCompany,
  isName,
  isOfOther,
  isClassOfCompany,
  UUID,
} from "./names.js";
import { isPicture, showsCompany } from "./pictures.js";
import type { List, Row } from "./rows.js";
import { attributeOf, attributesOf, firstText, matches, parentOf, textOf, walk } from "./tree.js";

function isOfOtherColumn(element: Element, row: Row, list: List): boolean {
  const cell = cellOf(element, row.parts);
  return cell !== undefined && isOfOther(nameOf(cell, list));
}

function isBlock(element: Element): boolean {
  const around = parentOf(element);
  const isInFlex = around !== null && /flex|grid/.test(getComputedStyle(around).display);
  return !isInFlex && !/inline|contents/.test(getComputedStyle(element).display);
}

/** Whether text follows in the same line: the picture says what that is, and not what the row is. */
function isBeforeText(picture: Element, cell: Element): boolean {
  for (let at: Element | null = picture; at !== null && at !== cell; at = parentOf(at)) {
    for (let next = at.nextSibling; next !== null; next = next.nextSibling) {
      const element = next.nodeType === Node.ELEMENT_NODE ? (next as Element) : undefined;
      if (element !== undefined && isBlock(element)) return false;
      const isControl = element !== undefined && matches(element, "button, [role=button]");
      if (!isControl && isName(next.textContent ?? "")) return true;
    }
    if (isBlock(at)) return false;
  }
  return false;
}

/** The first name in a row, but for those of columns of other things. */
function nameIn(row: Row, list: List): Text | undefined {
  const isSo = ({ data, parentElement: around }: Text): boolean =>
    isName(data) && around !== null && !isPicture(around) && !isOfOtherColumn(around, row, list);
  return row.parts.map((part) => firstText(part, isSo)).find((text) => text !== undefined);
}

const places = new WeakMap<Row, "before" | "after" | "none">();

/** Where the row has the picture of a company: before its name, or at the end of a line after it. */
export function pictureOfCompany(row: Row, list: List): "before" | "after" | "none" {
  const place = places.get(row) ?? placeOfPicture(row, list);
  places.set(row, place);
  return place;
}

function placeOfPicture(row: Row, list: List): "before" | "after" | "none" {
  const name = nameIn(row, list);
  const around = name?.parentElement ?? null;
  const cell = around === null ? undefined : (cellOf(around, row.parts) ?? row.element);
  const text = cell === undefined ? "" : textOf(cell).replace(UUID, "");
  let found: "before" | "after" | "none" = beginsWithBuilding(text)
    ? "before"
    : endsWithCompany(text)
      ? "after"
      : "none";
  let hasBegun = around !== null && row.parts.includes(around);
  const look = (element: Element): boolean => {
    hasBegun ||= element === around;
    // What has no text leads elsewhere.
    if (found !== "none" || matches(element, "button, [role=button]")) return false;
    const isElsewhere = hasBegun && cell?.contains(element) === false && !element.contains(cell);
    if (isElsewhere && firstText(element, ({ data }) => isName(data)) !== undefined) return false;
    if (matches(element, "a") && !isName(textOf(element, 80))) return false;
    const isFound = matches(element, `${CELL}, ${BOX}`)
      ? beginsWithBuilding(textOf(element, 80))
      : isPicture(element) && showsCompany(element);
    if (!isFound || boxesIn(element).length > 0 || isOfOtherColumn(element, row, list)) return true;
    const isBefore =
      !hasBegun ||
      (name !== undefined && (element.compareDocumentPosition(name) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0);
    if (isBefore) found = "before";
    else if (cell !== undefined && !isBeforeText(element, cell)) found = "after";
    return true;
  };
  for (const part of row.parts) walk(part, look);
  return found;
}

/** The first such element in the row that is not in a column of other things. */
function firstIn(row: Row, list: List, selector: string): Element | undefined {
  let first: Element | undefined;
  for (const part of row.parts) {
    walk(part, (element) => {
      if (first === undefined && matches(element, selector) && !isOfOtherColumn(element, row, list)) first = element;
      return first === undefined;
    });
  }
  return first;
}

/** Whether a label of the element, or what a program calls it, says a company. */
function isCalledCompany(element: Element): boolean {
  const labels = ["aria-label", "title", "id", "onclick", "data-testid"].map((name) => attributeOf(element, name));
  return labels.some(isLabelOfCompany) || attributeOf(element, "class").split(/\s+/).some(isClassOfCompany);
}

/** In which places a row could be marked as a company's, and whether it is. */
function marksOf(row: Row, list: List): [place: string, isCompany: boolean][] {
  const name = nameIn(row, list)?.parentElement ?? null;
  const cell = name === null ? undefined : cellOf(name, row.parts);
  const around: Element[] = [];
  for (let at: Element | null = name; at !== null && !row.parts.includes(at); at = parentOf(at)) around.push(at);
  const text = name === null ? "" : textOf(cell ?? row.element, 80);
  const column = cell === undefined ? "" : keyOf(cell, list);
  const marks: [string, boolean][] = [
    ["row", [row.element, ...row.boxes].some(isCalledCompany)],
    [`name ${column}`, isLabelOfCompany(text) || around.some(isCalledCompany)],
    [`picture ${column}`, pictureOfCompany(row, list) !== "none"],
  ];
  const addAddress = (element: Element | undefined, address: string): void => {
    // "#" and "mailto:" lead nowhere, and other sites have their own companies.
    if (element === undefined || !/^(\w+:\/\/|[^:]*$)/.test(address) || !isName(address)) return;
    const { host } = element.ownerDocument.location;
    const site = /^(?:https?:)?\/\/([^/?#]*)/.exec(address)?.[1] ?? host;
    if (element.localName === "a" && host !== "" && site !== host) return;
    const place = cellOf(element, row.parts);
    marks.push([`${element.localName} ${place === undefined ? "" : keyOf(place, list)}`, isOfCompany(address)]);
  };
  const own = attributesOf(row.element).find(
    (attribute) => /^(href|data-)/.test(attribute.name) && /[/?]/.test(attribute.value),
  );
  const link = firstIn(row, list, "a[href]");
  const picture = firstIn(row, list, "img[src]");
  addAddress(row.element, own?.value ?? "");
  addAddress(link, link === undefined ? "" : attributeOf(link, "href"));
  addAddress(picture, picture === undefined ? "" : attributeOf(picture, "src"));
  return marks;
}

/** Whether some of the chosen rows are marked as companies, where others of the list, chosen or not, are not. */
export function areMarkedApart(list: List, rows: readonly Row[], chosen: readonly Row[]): boolean {
  const companies = new Set<string>();
  for (const row of chosen) for (const [place, isCompany] of marksOf(row, list)) if (isCompany) companies.add(place);
  const isOther = (row: Row): boolean =>
    marksOf(row, list).some(([place, isCompany]) => companies.has(place) && !isCompany) && row.parts.some(hasId);
  return companies.size > 0 && rows.some(isOther);
}
