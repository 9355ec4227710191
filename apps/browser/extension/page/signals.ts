// In which ways rows of a list are ticked: by a column of boxes, by the row's own state, by a class.
import type { Likeness, Signal } from "./found.js";
import { isSetting, leavesOut, saysMoreThanRow, selectionLikeness, selectsByName, undecorated, UUID } from "./names.js";
import { cellOf, placeOf } from "./header.js";
import { BOX, boxesIn, CELL, isTicked, RADIO } from "./markup.js";
import type { List, Row } from "./rows.js";
import { attributeOf, attributesOf, matches, nearest, parentOf, textOf } from "./tree.js";

/** The text of a node, unless it belongs to a box or a button of its own. */
function plainTextOf(node: Node | null): string {
  if (node?.nodeType !== Node.ELEMENT_NODE) return (node?.nodeValue ?? "").trim();
  const element = node as Element;
  return matches(element, "button, [role=button]") || boxesIn(element).length > 0 || matches(element, BOX)
    ? ""
    : textOf(element, 80);
}

/** A text that the box's markup does not claim, but that stands right after or before it. */
function textBeside(box: Element): string {
  for (const node of [box.nextSibling, box.previousSibling]) {
    const text = plainTextOf(node);
    if (text !== "" && text.search(UUID) < 0) return text;
  }
  return "";
}

const labelsOfRoot = new WeakMap<Node, Map<string, Element>>();

/** The label around the box or for it. Chromium looks through the whole page for each use of `labels`. */
function labelOf(box: Element): Element | undefined {
  const around = box.closest("label");
  if (around !== null || box.id === "") return around ?? undefined;
  const root = box.getRootNode() as Document | ShadowRoot;
  let labels = labelsOfRoot.get(root);
  if (labels === undefined) {
    labels = new Map([...root.querySelectorAll("label")].map((label) => [label.htmlFor, label]));
    labelsOfRoot.set(root, labels);
  }
  return labels.get(box.id);
}

/** What is said in the cell of a box that is alone in it, as a tooltip or as a text. */
function textsOfCell(box: Element): string[] {
  const cell = nearest(box, CELL);
  if (cell === null || boxesIn(cell).length > 1) return [];
  const titles: string[] = [];
  for (let at = parentOf(box); at !== null && at !== cell; at = parentOf(at)) {
    titles.push(attributeOf(at, "aria-label"), attributeOf(at, "title"));
  }
  return [...titles, attributeOf(cell, "title"), textOf(cell, 80)].filter((text) => text.search(UUID) < 0);
}

/** What a person hears or reads beside the box. */
function nameOf(box: Element): string {
  const root = box.getRootNode() as Document | ShadowRoot;
  const by = (box.getAttribute("aria-labelledby") ?? "")
    .split(/\s+/)
    .map((id) => (id === "" ? null : root.getElementById(id)));
  const label = labelOf(box);
  const texts = [
    box.getAttribute("aria-label") ?? "",
    ...by.map((element) => (element === null ? "" : textOf(element, 80))),
    label === undefined ? "" : textOf(label, 80),
    box.getAttribute("title") ?? box.getAttribute("data-tooltip") ?? "",
    box.localName === "input" ? "" : textOf(box, 80),
    textBeside(box),
  ];
  const isSaid = (text: string): boolean => text !== "";
  return undecorated(texts.find(isSaid) ?? textsOfCell(box).find(isSaid) ?? "");
}

/** Classes by which pages and libraries show a row as selected. */
const SELECTED = /^([\w-]+[-_])?(selected|selection)$|^(table-active|p-highlight)$/i;

interface BoxColumn {
  /** By row index. */
  boxes: Map<number, Element>;
  header: string;
  selectsAll: boolean;
  /** Which box of the row, counted from 1. */
  place: number;
}

function boxColumns({ rows, header }: List): BoxColumn[] {
  const columns = new Map<string, BoxColumn>();
  rows.forEach(({ parts, boxes }, index) => {
    const inCell = new Map<unknown, number>();
    boxes.forEach((box, i) => {
      const cell = cellOf(box, parts);
      const column = cell === undefined ? "row" : (header?.columnOf(cell) ?? placeOf(cell));
      const before = inCell.get(column) ?? 0;
      inCell.set(column, before + 1);
      const key = `${String(column)}/${String(before)}`;
      const named = cell === undefined ? "" : (header?.nameOf(cell) ?? "");
      const selectsAll = cell !== undefined && header?.selectsAll(cell) === true;
      const known = columns.get(key) ?? { boxes: new Map<number, Element>(), header: named, selectsAll, place: i + 1 };
      known.boxes.set(index, box);
      columns.set(key, known);
    });
  });
  return [...columns.values()];
}

function sentName(box: Element): string {
  return box.getAttribute("name") ?? "";
}

/** Whether the program's names say so, of the box and of what is around it within its row. */
function isNamedAsSetting(box: Element, parts: readonly Element[]): boolean {
  const saysSo = (element: Element): boolean =>
    attributesOf(element).some(({ name, value }) => /^(id|class|value|data-)/.test(name) && isSetting(value));
  for (let at: Element | null = box; at !== null && !parts.includes(at); at = parentOf(at)) if (saysSo(at)) return true;
  return parts.includes(box) && saysSo(box);
}

/** Whether the boxes are settings of their rows: switches, and radio buttons to choose from within a row. */
function areSettings(boxes: readonly Element[], rows: readonly Row[]): boolean {
  if (boxes.some((box) => matches(box, '[role="switch"]'))) return true;
  if (!boxes.some((box) => matches(box, RADIO))) return false;
  const column = new Set(boxes);
  const isChosenWithin = ({ boxes: all }: Row): boolean => {
    const mine = all.find((box) => column.has(box));
    return (
      mine !== undefined && all.some((box) => box !== mine && matches(box, RADIO) && sentName(box) === sentName(mine))
    );
  };
  return new Set(boxes.map(sentName)).size > 1 || rows.some(isChosenWithin);
}

/** The words that are in all names: "Mark as VIP" of "Mark Ada as VIP" and "Mark Grace as VIP". */
function commonWords(names: readonly string[]): string {
  const [first = "", ...others] = names;
  const isIn = (word: string, name: string): boolean => name.toLowerCase().split(/\s+/).includes(word.toLowerCase());
  return first
    .split(/\s+/)
    .filter((word) => others.every((name) => isIn(word, name)))
    .join(" ");
}

/** What names and markup of a column say about it. */
function likenessOf(
  { boxes, header, selectsAll }: BoxColumn,
  rows: readonly Row[],
): { likeness: Likeness; name: string } {
  const all = [...boxes.values()];
  const names = [...new Set(all.map(nameOf))];
  const isNamed = (says: (name: string, row: string) => boolean): boolean =>
    [...boxes].every(([row, box]) => {
      return says(nameOf(box), rows[row] === undefined ? "" : textOf(rows[row].element));
    });
  const selectsOne = all.length === 1 && isNamed(selectsByName);
  // What differs from row to row is the row's name; what is the same in all rows is the column's.
  const shared = !selectsOne && (all.length > 1 || header === "") ? commonWords(names) : "";
  const name = header || shared;
  if (areSettings(all, rows)) return { likeness: "other", name };
  const inputs = all.map(sentName);
  const [sent = ""] = inputs;
  // The name under which all boxes send also says what they are for; short words are internal to a program.
  const sentAs = inputs.every((word) => word === sent) ? sent.replace(/(?<!\p{L})\p{L}{1,2}(?!\p{L})/gu, "") : "";
  const read = [header, shared].map(selectionLikeness);
  const said = [...read, selectionLikeness(sentAs)];
  // Two names without a common word may be those of a state: "Active" and "Inactive".
  const areStates = name === "" && names.length <= 2 && (names.every(isSetting) || isNamed(saysMoreThanRow));
  // A column "Subscribed" may have a box in its header, too.
  if (read.includes("other") || areStates || ([header, sentAs].some(leavesOut) && !selectsAll))
    return { likeness: "other", name };
  if (!said.includes("certain") && !selectsAll) {
    if (
      said.includes("other") ||
      (name === "" && [...boxes].some(([row, box]) => isNamedAsSetting(box, rows[row]?.parts ?? [])))
    )
      return { likeness: "other", name };
  }
  const isCertain =
    selectsAll ||
    said.includes("certain") ||
    selectsOne ||
    inputs.every((word) => /^(ids|(\w+_)?ids)(\[\])?$/.test(word));
  return { likeness: isCertain ? "certain" : "unclear", name };
}

function rowsWith(rows: readonly Row[], isSo: (row: Row) => boolean): number[] {
  return rows.flatMap((row, index) => (isSo(row) ? [index] : []));
}

/**
 * The signals of a list that select at least one row, and what is known about those that select none: a ticked
 * "subscribed" does not replace an empty selection column beside it. Row numbers are those of the list.
 */
export function signalsOf(list: List): Signal[] {
  const { rows } = list;
  const signals: Signal[] = [];
  const columns = boxColumns(list);
  for (const column of columns) {
    const { likeness, name } = likenessOf(column, rows);
    const ticked = [...column.boxes].flatMap(([row, box]) => (isTicked(box) ? [row] : []));
    const which = columns.length === 1 ? "the boxes" : `box ${String(column.place)} of each row`;
    signals.push({ label: name === "" ? which : `the boxes “${name}”`, likeness, rows: ticked, hidden: 0 });
  }
  // Without any name, a box selects its row if all others say that they do something else.
  const open = signals.filter(({ likeness }) => likeness !== "other");
  if (open.length === 1 && open[0]?.likeness === "unclear") open[0].likeness = "certain";

  const states: [attribute: string, label: string][] = [
    ["aria-selected", "the rows marked as selected on the page"],
    ["aria-checked", "the rows marked as checked on the page"],
  ];
  for (const [attribute, label] of states) {
    if (!rows.some(({ parts }) => parts.some((part) => attributeOf(part, attribute) !== ""))) continue;
    const ticked = rowsWith(rows, ({ parts }) => parts.some((part) => attributeOf(part, attribute) === "true"));
    signals.push({ label, likeness: "certain", rows: ticked, hidden: 0 });
  }
  if (rows.some(({ element }) => element.localName === "option")) {
    const ticked = rowsWith(rows, ({ element }) => (element as HTMLOptionElement).selected);
    signals.push({ label: "the selected options", likeness: "certain", rows: ticked, hidden: 0 });
  }
  const byClass = rowsWith(
    rows,
    ({ element }) =>
      attributeOf(element, "class")
        .split(/\s+/)
        .some((name) => SELECTED.test(name)) ||
      /^(selected|checked)$/.test(attributeOf(element, "data-state")) ||
      (matches(element, "[data-selected]") && /^(|true)$/.test(attributeOf(element, "data-selected"))),
  );
  if (byClass.length > 0) {
    signals.push({ label: "the rows that look selected on the page", likeness: "unclear", rows: byClass, hidden: 0 });
  }
  return signals;
}
