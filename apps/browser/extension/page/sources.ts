// Where ids of contacts and of sequences may be in the rows of a list: columns, attributes, addresses of links.
import type { Likeness, Source } from "./found.js";
import { BARE_ID, contactLikeness, isQualified, saysNothing, sequenceLikeness, UUID } from "./names.js";
import { cellOf, isSelectable, type List, placeOf, type Row } from "./rows.js";
import { childrenOf, nearest, textOf, walk } from "./tree.js";

/** Attributes that say nothing about their element's row. */
const IGNORED = /^(class|style|d|src|srcset|for|aria-(labelledby|describedby|controls|owns)|headers|name|type|xmlns)$/;

interface Value {
  key: string;
  label: string;
  likeness: Likeness;
  value: string;
}

/**
 * Ids in a text. If there is none, 32 digits that may be one without its hyphens: only if a name says that they are a
 * contact's, so that the row is shown as wrong instead of being skipped.
 */
function idsIn(text: string): { ids: RegExpExecArray[]; areBare: boolean } {
  const ids = [...text.matchAll(UUID)];
  return ids.length > 0 ? { ids, areBare: false } : { ids: [...text.matchAll(BARE_ID)], areBare: true };
}

/** Words that say what an address does, not with what. */
const VERBS = /^(view|edit|show|details?|open|profile|preview|info|records?)$/i;

/** The last meaningful word before the id, such as "contacts" in /contacts/ID or "contact" in ?contact=ID. */
function wordBefore(text: string, at: number): string {
  const words = text.slice(Math.max(0, at - 60), at).match(/\p{L}[\p{L}_-]*/gu) ?? [];
  return words.reverse().find((word) => !VERBS.test(word)) ?? "";
}

/** The word decides; if it says nothing, what is around it does. */
function decide(names: string[]): Likeness {
  const telling = names.find((name) => name !== "" && !saysNothing(name));
  if (telling !== undefined) {
    const likeness = contactLikeness(telling);
    return likeness === "certain" && names.some(isQualified) ? "unclear" : likeness;
  }
  return names.some((name) => contactLikeness(name) === "likely") ? "likely" : "unclear";
}

/** An address as it was before it was put into another one. */
function decoded(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}

function fromAttributes(element: Element, column: string, columnKey: string, isRow: boolean): Value[] {
  return [...element.attributes].flatMap(({ name, value: written }): Value[] => {
    if (IGNORED.test(name) || written.length > 2000) return [];
    const isLink = /^(href|action|formaction|data-(href|url|link))$/.test(name);
    const value = isLink ? decoded(written) : written;
    // What a box sends: its name says what it identifies, and if it says nothing, it is the row's id.
    const sends = name === "value" && /^(input|option|button)$/.test(element.localName);
    const sender = element.localName === "option" ? element.closest("select") : element;
    const sent = sender?.getAttribute("name") ?? "";
    const own = !sends ? name : saysNothing(sent) ? "id" : sent;
    const found: Value[] = [];
    // An id that is not a UUID is not a contact's, but if the attribute is named so, the row is to be shown as wrong.
    if (/^data-contact-?(id|uuid)$/i.test(name) && value.search(UUID) < 0) {
      found.push({ key: `${name} `, label: `the attribute ${name}`, likeness: "certain", value });
    }
    let after = 0;
    const { ids, areBare } = idsIn(value);
    for (const match of ids) {
      const word = wordBefore(value.slice(after), match.index - after);
      after = match.index + match[0].length;
      const around = isRow ? [] : [column];
      const likeness = decide(isLink ? [word, ...around] : [word, own.replace(/^(data|x)-/, ""), ...around]);
      if (areBare && (likeness !== "certain" || found.length > 0)) continue;
      const where = column === "" ? "" : ` in the column “${column}”`;
      const label = isLink ? `the links${word === "" ? "" : ` (${word})`}${where}` : `the attribute ${name}${where}`;
      found.push({ key: `${name} ${word} ${own} ${isRow ? "row" : columnKey}`, label, likeness, value: match[0] });
    }
    return found;
  });
}

/** Ids in the text of a cell, or of a row without cells. */
function fromText(element: Element, column: string, columnKey: string): Value[] {
  const text = textOf(element);
  const { ids: matches, areBare } = idsIn(text);
  const labels = matches.map((match, i) => {
    const last = matches[i - 1];
    const start = last === undefined ? 0 : last.index + last[0].length;
    const words = text.slice(start, match.index).trim();
    const before = words.split(" ").slice(-2).join(" ");
    const isNamed = /[:=#]$/.test(words) || ["certain", "other"].includes(contactLikeness(before));
    return isNamed ? before.replace(/[:=#]$/, "") : "";
  });
  return matches.flatMap((match, i): Value[] => {
    const label = labels[i] ?? "";
    const said = label !== "" ? [label] : [column];
    const name = label !== "" ? `“${label}”` : column !== "" ? `the column “${column}”` : "the text of the row";
    // Several ids in one cell without a word each cannot be told apart: a word may be for all that follow it.
    const decided = decide(said);
    const isOpen = label === "" ? matches.length > 1 : labels[i + 1] === "" && decided !== "other";
    const likeness = isOpen ? "unclear" : decided;
    if (areBare && likeness !== "certain") return [];
    const which = label === "" ? String(i) : label;
    return [{ key: `text ${columnKey} ${which}`, label: name, likeness, value: match[0] }];
  });
}

function valuesOf({ parts }: Row, list: List): Value[] {
  const values = parts.flatMap((part) => fromAttributes(part, "", "", true));
  const cells = new Set<Element>();
  const take = (element: Element): boolean => {
    if (element.matches('tr, [role="row"], template, script, style') || isSelectable(element)) return false;
    const cell = cellOf(element, parts);
    if (cell !== undefined) cells.add(cell);
    const column = cell === undefined ? "" : nameOf(cell, list);
    const key = cell === undefined ? "" : keyOf(cell, list);
    values.push(...fromAttributes(element, column, key, false));
    return true;
  };
  for (const part of parts) walk(part, take);
  for (const cell of cells) values.push(...fromText(cell, nameOf(cell, list), keyOf(cell, list)));
  if (cells.size === 0) for (const part of parts) values.push(...fromText(part, "", ""));
  return values;
}

/** A definition list's term names what follows it. */
function nameOf(cell: Element, { header }: List): string {
  return header?.nameOf(cell) ?? cell.getAttribute("data-label") ?? cell.getAttribute("data-field") ?? "";
}

function keyOf(cell: Element, { header }: List): string {
  return String(header?.columnOf(cell) ?? placeOf(cell));
}

/**
 * Where contacts' ids may be, the most certain first; rows are those of the list with the given numbers. isOfContacts:
 * the list says so itself; then an "ID" alone is a contact's. The page's title is not enough: a page about contacts has
 * lists of other things.
 */
export function contactSources(list: List, numbers: readonly number[], isOfContacts: boolean): Source[] {
  const sources = new Map<string, Source>();
  const several = new Set<Source>();
  numbers.forEach((number, at) => {
    const row = list.rows[number];
    if (row === undefined) return;
    for (const { key, label, likeness, value } of valuesOf(row, list)) {
      const isOpen = likeness === "likely" && !isOfContacts;
      const made = { label, likeness: isOpen ? "unclear" : likeness, values: numbers.map(() => "") };
      const source = sources.get(key) ?? made;
      sources.set(key, source);
      source.values[at] ||= value;
      if (source.values[at].toLowerCase() !== value.toLowerCase()) several.add(source);
    }
  });
  // Rows of companies may have several contacts each.
  for (const source of several) {
    if (source.likeness !== "other") source.likeness = "unclear";
    source.label += ", the first of several in a row";
  }
  const order: Likeness[] = ["certain", "likely", "unclear", "other"];
  const filled = ({ values }: Source): number => values.filter((value) => value !== "").length;
  const compare = (a: Source, b: Source): number =>
    order.indexOf(a.likeness) - order.indexOf(b.likeness) || filled(b) - filled(a);
  return [...sources.values()].sort(compare);
}

/** Where sequences' ids may be: around the rows by data-sequence-id, or in a column. */
export function sequenceSources(list: List, numbers: readonly number[]): Source[] {
  const rows = numbers.map((number) => list.rows[number]);
  const attributes = ["data-sequence-id", "data-sequence-uuid", "data-sequenceid"];
  const around = rows.map((row) => {
    const at = row && nearest(row.element, attributes.map((name) => `[${name}]`).join());
    return (
      attributes
        .map((name) => at?.getAttribute(name) ?? "")
        .find((value) => value !== "")
        ?.trim() ?? ""
    );
  });
  const sources: Source[] = [];
  if (around.some((value) => value !== "")) {
    sources.push({ label: "the page’s data-sequence-id", likeness: "certain", values: around });
  }
  const columns = new Map<string, Source>();
  rows.forEach((row, at) => {
    for (const cell of row?.parts.flatMap(childrenOf) ?? []) {
      const name = nameOf(cell, list);
      const likeness = sequenceLikeness(name);
      const value = textOf(cell, 1024);
      if (likeness === "other" || value === "") continue;
      const key = keyOf(cell, list);
      const label = `the column “${name}”`;
      const source = columns.get(key) ?? { label, likeness, values: rows.map(() => "") };
      columns.set(key, source);
      source.values[at] = value;
    }
  });
  return [...sources, ...columns.values()];
}
