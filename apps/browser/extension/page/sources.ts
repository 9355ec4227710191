// Where ids of contacts and of sequences may be in the rows of a list: columns, attributes, addresses of links.
import { decoded, lastWord } from "./addresses.js";
import type { Likeness, Source } from "./found.js";
import {
  BARE_ID,
  contactLikeness,
  isClassOfCompany,
  isOfIds,
  isOfOther,
  isOfRelation,
  isQualified,
  saysNothing,
  selectionLikeness,
  sequenceLikeness,
  UUID,
} from "./names.js";
import { cellOf, firstOf, keyOf, nameOf } from "./header.js";
import { areAlike, kindsOf } from "./kinds.js";
import { IGNORED, isSelectable } from "./markup.js";
import type { List, Row } from "./rows.js";
import { attributeOf, attributesOf, childrenOf, matches, parentOf, textOf, walk } from "./tree.js";

/** Attributes whose text a person may read. */
const TEXTS = /^(title|alt|aria-label|data-(tooltip|tip|original-title))$/;

interface Value {
  key: string;
  label: string;
  likeness: Likeness;
  value: string;
  /** In a cell that says more than the id, and nothing about it. */
  isWithinText?: boolean;
}

/**
 * Ids in a text. If there is none, 32 digits that may be one without its hyphens: only if a name says that they are a
 * contact's, so that the row is shown as wrong instead of being skipped.
 */
function idsIn(text: string): { ids: RegExpExecArray[]; areBare: boolean } {
  const ids = [...text.matchAll(UUID)];
  return ids.length > 0 ? { ids, areBare: false } : { ids: [...text.matchAll(BARE_ID)], areBare: true };
}

/** What the words at the end of a text say that the id after them is; empty if they are just words before it. */
function labelAtEnd(text: string): string {
  const words = text.trim().split(" ");
  const before = words.slice(-2).join(" ");
  if (/[:=#]$/.test(before) || ["certain", "other"].includes(contactLikeness(before))) {
    return before.replace(/[:=#]$/, "");
  }
  // A word that sticks to the id is about it: contact_ID.
  return /\p{L}[-_./|]+$/u.test(text) ? (words[words.length - 1] ?? "") : "";
}

/** What is said right before each id of a text. */
function wordsBefore(text: string, ids: readonly RegExpExecArray[], wordOf: (before: string) => string): string[] {
  return ids.map(({ index }, i) => {
    const last = ids[i - 1];
    return wordOf(text.slice(last === undefined ? 0 : last.index + last[0].length, index));
  });
}

/** The word decides; if it says nothing, what is around it does, and at last the column. */
function decide(names: string[], column: string): Likeness {
  const all = [...names, column];
  const telling = all.find((name) => name !== "" && !saysNothing(name));
  if (telling !== undefined) {
    const likeness = contactLikeness(telling);
    // A company's contact is not the row's.
    const isOpen = isOfOther(column) || all.some((name) => isQualified(name) || isOfRelation(name));
    return likeness === "certain" && isOpen ? "unclear" : likeness;
  }
  return all.some((name) => contactLikeness(name) === "likely") ? "likely" : "unclear";
}

/** Several ids cannot be told apart if they have no word each: a word may be for all that follow it. */
function isOpen(words: readonly string[], i: number, decided: Likeness): boolean {
  return words[i] === "" ? words.length > 1 : words[i + 1] === "" && decided !== "other";
}

/** The attributes; of a field, what is in it now instead of what it began with. */
function namedValues(element: Element): { name: string; value: string }[] {
  const attributes = attributesOf(element);
  if (!/^(input|textarea)$/.test(element.localName)) return attributes;
  const { value } = element as HTMLInputElement | HTMLTextAreaElement;
  return [...attributes.filter(({ name }) => name !== "value"), { name: "value", value }];
}

/** Whether an element's class says that it is a mark within the row, or of the row's company. */
function isOfPart(element: Element): boolean {
  const isPart = (name: string): boolean =>
    /(^|[-_])(tag|chip|badge|pill)s?([-_]|$)/i.test(name) || isClassOfCompany(name);
  return attributeOf(element, "class").split(/\s+/).some(isPart);
}

/** What stands right before a link, if it is about another contact: "Manager: ". */
function textBefore({ previousSibling, previousElementSibling }: Element): string {
  const text = (previousSibling?.textContent ?? "").trim() || (previousElementSibling?.textContent ?? "");
  return text.length < 40 && isOfRelation(text) ? text : "";
}

function fromAttributes(element: Element, column: string, columnKey: string, isRow: boolean): Value[] {
  return namedValues(element).flatMap(({ name, value: written }): Value[] => {
    if (IGNORED.test(name) || written.length > 2000) return [];
    const isLink = /^(href|action|formaction|data-(href|url|link))$/.test(name);
    const value = isLink ? decoded(written) : written;
    // What a box sends: its name says what it identifies, and if it says nothing, it is the row's id.
    const sends =
      name === "data-value" || (name === "value" && /^(input|textarea|option|button)$/.test(element.localName));
    const sender = element.localName === "option" ? element.closest("select") : element;
    const sent = sender === null ? "" : attributeOf(sender, "name");
    const isChoice = selectionLikeness(sent) === "certain" && contactLikeness(sent) !== "certain";
    const own = !sends ? name : saysNothing(sent) || isChoice ? "id" : sent;
    const found: Value[] = [];
    // An id that is not a UUID is not a contact's, but if the attribute is named so, the row is to be shown as wrong.
    if (/^data-contact-?(id|uuid)$/i.test(name) && value.search(UUID) < 0) {
      found.push({ key: `${name} `, label: `the attribute ${name}`, likeness: "certain", value });
    }
    const { ids, areBare } = idsIn(value);
    const words = wordsBefore(value, ids, TEXTS.test(name) ? labelAtEnd : lastWord);
    // What a program calls an element within the row by itself says nothing about the row.
    const isMadeUp = name === "id" && !isRow;
    const around = isMadeUp ? [] : [isLink ? textBefore(element) : own.replace(/^(data|x)-/, "")];
    ids.forEach(([id], i) => {
      const word = words[i] ?? "";
      const decided = decide([word, ...around], isRow || isMadeUp ? "" : column);
      // In an inbox, what opens below "Contact" may be the message.
      const isSaid = TEXTS.test(name) || isOfIds(column) || [word, ...around].some((text) => !saysNothing(text));
      const isUnsaid = decided === "certain" && !isSaid;
      const told = isUnsaid ? "likely" : decided === "likely" && !isRow && isOfPart(element) ? "unclear" : decided;
      // What leads to a contact's messages may have the contact's id.
      const mayBe = isLink && told === "other" && ![word, column].some(isOfOther);
      const likeness = mayBe ? "unlikely" : isOpen(words, i, told) ? "unclear" : told;
      if (areBare && (likeness !== "certain" || found.length > 0)) return;
      const where = column === "" ? "" : ` in the column “${column}”`;
      const label = isLink ? `the links${word === "" ? "" : ` (${word})`}${where}` : `the attribute ${name}${where}`;
      found.push({ key: `${name} ${word} ${own} ${isRow ? "row" : columnKey}`, label, likeness, value: id });
    });
    return found;
  });
}

/** Ids in the text of a cell, or of a row without cells. */
function fromText(element: Element, column: string, columnKey: string): Value[] {
  const text = textOf(element);
  const { ids, areBare } = idsIn(text);
  const labels = wordsBefore(text, ids, labelAtEnd);
  return ids.flatMap(([id], i): Value[] => {
    const label = labels[i] ?? "";
    const name = label !== "" ? `“${label}”` : column !== "" ? `the column “${column}”` : "the text of the row";
    const decided = decide([label], column);
    const likeness = isOpen(labels, i, decided) ? "unclear" : decided;
    if (areBare && likeness !== "certain") return [];
    const which = label === "" ? String(i) : label;
    const isWithinText = label === "" && /\p{L}/u.test(text.replace(id, ""));
    return [{ key: `text ${columnKey} ${which}`, label: name, likeness, value: id, isWithinText }];
  });
}

function valuesOf({ parts }: Row, list: List): Value[] {
  const values = parts.flatMap((part) => fromAttributes(part, "", "", true));
  const cells = new Set<Element>();
  const take = (element: Element): boolean => {
    if (matches(element, 'tr, [role="row"], template, script, style') || isSelectable(element)) return false;
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

/** What makes a source unclear that its name calls certain or likely, as the person reads it. */
const DOUBTS = {
  // A row that names a group of others has its text, and perhaps its id, in the same column.
  mixed: ", in some rows within a text",
  // Rows of companies may have several contacts each.
  several: ", the first of several in a row",
  companies: ", where some rows are companies",
  unlike: ", where not all rows are of one kind",
  other: ", which other places call something else’s",
  differs: ", which are not the IDs of the rows",
};

/**
 * Where contacts' ids may be, the most certain first; rows are those of the list with the given numbers. subject: what
 * the list says itself that its rows are; in one of contacts, an "ID" alone is a contact's. The page's title is not
 * enough: a page about contacts has lists of other things.
 */
export function contactSources(
  list: List,
  numbers: readonly number[],
  subject: "contacts" | "companies" | "unknown",
): Source[] {
  const isOfContacts = subject === "contacts";
  const sources = new Map<string, Source>();
  const doubts = new Map<Source, Set<keyof typeof DOUBTS>>();
  const doubt = (source: Source, why: keyof typeof DOUBTS): void => {
    doubts.set(source, (doubts.get(source) ?? new Set()).add(why));
  };
  const firstWithin = new Map<Source, boolean>();
  numbers.forEach((number, at) => {
    const row = list.rows[number];
    if (row === undefined) return;
    for (const { key, label, likeness, value, isWithinText = false } of valuesOf(row, list)) {
      // Made only if needed: as many values as rows, for each value of each row, take a minute.
      const source = sources.get(key) ?? { label, likeness, values: numbers.map(() => "") };
      sources.set(key, source);
      source.values[at] ||= value;
      if (isWithinText !== (firstWithin.get(source) ?? isWithinText)) doubt(source, "mixed");
      firstWithin.set(source, isWithinText);
      if (source.values[at].toLowerCase() !== value.toLowerCase()) doubt(source, "several");
    }
  });
  const all = [...sources.values()];
  const has = (wanted: Likeness): boolean => all.some(({ likeness }) => likeness === wanted);
  const isAsked = has("certain") || (has("likely") && isOfContacts);
  const kinds = subject === "companies" ? subject : isAsked ? kindsOf(list, numbers) : "one";
  const areContacts = has("likely") && isOfContacts && kinds === "one" && areAlike(list, numbers);
  // What is called another thing's elsewhere in its row is no contact's.
  const others = all.filter(({ likeness }) => likeness === "other");
  const isOther = (id: string, at: number): boolean => id !== "" && others.some(({ values }) => values[at] === id);
  // In a list of contacts, what a row leads to may be another contact than the one whose ID the row has.
  const own = all.filter(({ likeness }) => likeness === "likely" && areContacts);
  const isAnother = (id: string, at: number): boolean =>
    id !== "" && own.some(({ values }) => values[at] !== "" && values[at]?.toLowerCase() !== id.toLowerCase());
  for (const source of all) {
    const isLikely = source.likeness === "likely";
    if (isLikely && !isOfContacts) source.likeness = "unclear";
    if (!["certain", "likely"].includes(source.likeness)) continue;
    if (kinds === "companies") doubt(source, "companies");
    else if (isLikely && !areContacts) doubt(source, "unlike");
    else if (isLikely && source.values.some(isOther)) doubt(source, "other");
    if (source.label.startsWith("the links") && source.values.some(isAnother)) doubt(source, "differs");
    if (doubts.has(source)) source.likeness = "unclear";
  }
  for (const [source, whys] of doubts) {
    for (const why of Object.keys(DOUBTS) as (keyof typeof DOUBTS)[]) if (whys.has(why)) source.label += DOUBTS[why];
  }
  const order: Likeness[] = ["certain", "likely", "unclear", "unlikely", "other"];
  const filled = ({ values }: Source): number => values.filter((value) => value !== "").length;
  const compare = (a: Source, b: Source): number =>
    order.indexOf(a.likeness) - order.indexOf(b.likeness) || filled(b) - filled(a);
  return all.sort(compare);
}

/** Where sequences' ids may be: around the rows by data-sequence-id, or in a column. */
export function sequenceSources(list: List, numbers: readonly number[]): Source[] {
  const rows = numbers.map((number) => list.rows[number]);
  const attributes = ["data-sequence-id", "data-sequence-uuid", "data-sequenceid"];
  const selector = attributes.map((name) => `[${name}]`).join();
  const known = new Map<Element, string>();
  const sequenceOf = (at: Element | null): string => {
    if (at === null) return "";
    const sequence =
      known.get(at) ?? (matches(at, selector) ? firstOf(at, attributes).trim() : sequenceOf(parentOf(at)));
    known.set(at, sequence);
    return sequence;
  };
  const around = rows.map((row) => (row === undefined ? "" : sequenceOf(row.element)));
  const sources: Source[] = [];
  if (around.some((value) => value !== "")) {
    sources.push({ label: "the page’s data-sequence-id", likeness: "certain", values: around });
  }
  const columns = new Map<string, Source>();
  rows.forEach((row, at) => {
    for (const cell of row?.parts.flatMap(childrenOf) ?? []) {
      const name = nameOf(cell, list);
      const likeness = sequenceLikeness(name);
      const value = likeness === "other" ? "" : textOf(cell, 1024);
      if (value === "") continue;
      const key = keyOf(cell, list);
      const label = `the column “${name}”`;
      const source = columns.get(key) ?? { label, likeness, values: rows.map(() => "") };
      columns.set(key, source);
      source.values[at] = value;
    }
  });
  return [...sources, ...columns.values()];
}
