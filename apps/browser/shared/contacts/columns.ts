// Which column holds the contacts and which the sequences, by the same names as the command line.
import tables from "contact-tables";
import { holdsId, plainName } from "./characters.js";
import type { TableView } from "./contact_groups.js";
import { ContactProblem, type Refusal } from "./contact_problem.js";

interface Names {
  certain: string[];
  likely: string[];
}

/** Columns that a person chose, by name. */
export interface NamedColumns {
  contact?: string | number | undefined;
  sequence?: string | number | undefined;
}

const SHOWN_COLUMNS = 20;

function rankOf(names: Names, plain: string): number {
  return names.certain.includes(plain) ? 2 : names.likely.includes(plain) ? 1 : 0;
}

/** A letter of an unknown encoding (below U+00A0, where no letters are) is like any other. */
function isLike(plain: string, known: string, isWhole: boolean): boolean {
  const like = (at: number): boolean =>
    known.split("").every((letter, i) => plain[at + i] === letter || /[\u0080-\u009f]/.test(plain[at + i] ?? ""));
  if (isWhole) return plain.length === known.length && like(0);
  for (let at = 0; at + known.length <= plain.length; ++at) if (like(at)) return true;
  return false;
}

/** Whether adding, removing or replacing one letter, or swapping two neighbours, turns one word into the other. */
function isOneEditAway(a: string, b: string): boolean {
  let begin = 0;
  while (begin < a.length && begin < b.length && a[begin] === b[begin]) ++begin;
  let [aEnd, bEnd] = [a.length, b.length];
  while (aEnd > begin && bEnd > begin && a[aEnd - 1] === b[bEnd - 1]) [aEnd, bEnd] = [aEnd - 1, bEnd - 1];
  if (aEnd - begin <= 1 && bEnd - begin <= 1) return true;
  const isTwo = aEnd - begin === 2 && bEnd - begin === 2;
  return isTwo && a[begin] === b[begin + 1] && a[begin + 1] === b[begin];
}

const LATIN = new Map(
  Object.entries(tables.lookalikes).flatMap(([latin, letters]) => letters.split("").map((letter) => [letter, latin])),
);

function inLatin(plain: string): string {
  return plain
    .split("")
    .map((letter) => LATIN.get(letter) ?? letter)
    .join("");
}

const [CONTAINS, IS, ONE_EDIT_FROM] = [
  tables.possibleSequence.contains,
  tables.possibleSequence.is,
  tables.possibleSequence.oneEditFrom,
].map((words) => words.map((word) => inLatin(plainName(word)))) as [string[], string[], string[]];

const { contains, begins, own } = tables.possibleContact;
const CONTACT_PARTS = [...tables.contact.certain, ...contains];

/** Takes the plain form of a name: beside it, "id" may be another thing's. */
export function couldBeContact(plain: string): boolean {
  const beginsLike = (words: readonly string[]): boolean => words.some((word) => plain.startsWith(word));
  // "Contact e-mail" is of a sheet of something else; "Contact owner" of contacts' own.
  const isOfOther = beginsLike(begins) && !beginsLike(own) && rankOf(tables.contact, plain) === 0;
  return isOfOther || CONTACT_PARTS.some((part) => plain.includes(part));
}

/** Takes the plain form of a name. */
export function couldBeSequence(name: string): boolean {
  const plain = inLatin(name);
  return (
    rankOf(tables.sequence, plain) > 0 ||
    CONTAINS.some((part) => isLike(plain, part, false)) ||
    IS.some((name) => isLike(plain, name, true)) ||
    ONE_EDIT_FROM.some((name) => isOneEditAway(plain, name))
  );
}

/** Takes a name, not its plain form. */
export function isCertainContact(name: string): boolean {
  return tables.contact.certain.includes(plainName(name));
}

/** Adds the keys of objects inside a value of JSON, at any depth. */
export function addKeysInside(value: unknown, keys: Set<string>): void {
  const open = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== "object" || next === null) continue;
    if (!Array.isArray(next)) for (const key of Object.keys(next)) keys.add(key);
    for (const inner of Object.values(next)) open.push(inner);
  }
}

/** Takes a name of a file that is not UTF-8: mostly in letters beyond ASCII, it says nothing. */
function isUnreadable(name: string): boolean {
  const beyond = name.match(/[\u0080-\uffff]/g)?.length ?? 0;
  return beyond >= 4 && beyond > (name.match(/[a-z0-9]/gi)?.length ?? 0);
}

/** What a column without a name is called. */
export function columnAt(index: number): string {
  return `column ${String(index + 1)}`;
}

/** Takes a plain name: none, or one that a program gave, as "Unnamed: 1", "Column 2". */
export function isNameless(plain: string): boolean {
  return tables.nameless.includes(plain.replace(/[0-9]+$/, ""));
}

/** How well a line of names is known; 0: not at all. */
export function headerRank(names: readonly string[]): number {
  // "contact,uuid" is not one name: the comma is between two.
  const plain = names.filter((name) => !/[,;\t|]/.test(name)).map(plainName);
  const best = (of: Names): number => Math.max(0, ...plain.map((name) => rankOf(of, name)));
  return best(tables.contact) + best(tables.sequence);
}

/** The columns that are used; possible: one that could hold sequences, but is not used as such. */
export interface Columns {
  contact: number;
  sequence: number | undefined;
  possible: number | undefined;
  /** Those without a name: text in their cells could be sequences. */
  nameless: number[];
}

/** Throws ContactProblem, which a person may resolve by naming columns. */
export function chooseColumns(header: readonly string[], named: NamedColumns, isGuessed = false): Columns {
  const found: TableView = { columns: [...header], contact: undefined, sequence: undefined, rows: [] };
  const more = header.length > SHOWN_COLUMNS ? `, and ${String(header.length - SHOWN_COLUMNS)} more` : "";
  const names = header.map((name, i) => name || columnAt(i));
  const seen = `The columns are: ${names.slice(0, SHOWN_COLUMNS).join(", ")}${more}.`;
  const refuse = (refusal: Refusal, text: string): never => {
    throw new ContactProblem(refusal, text, 1, found);
  };
  if (header.some(holdsId)) {
    throw new ContactProblem(
      "header-is-row",
      "The first line holds an ID. A table begins with a line of column names, such as sequenceId,contactId; a plain list has one ID per line.",
      1,
    );
  }
  const plain = header.map(plainName);
  const where = (isSo: (name: string, i: number) => boolean): number[] =>
    plain.flatMap((name, i) => (isSo(name, i) ? [i] : []));
  const only = (columns: number[], what: string): number => {
    if (columns.length > 1)
      refuse("ambiguous", `More than one column could be “${what}”. Choose the right one. ${seen}`);
    return columns[0] as number;
  };
  const byName = (name: string | number): number => {
    if (typeof name === "number") return name;
    const exact = where((_, i) => (header[i] || columnAt(i)) === name);
    const wanted = plainName(name);
    const like = exact.length > 0 || wanted === "" ? exact : where((other) => other === wanted);
    if (like.length === 0) refuse("no-such-column", `There is no column “${name}”. ${seen}`);
    return only(like, name);
  };
  const usual = (of: Names, what: string, isPossible: (name: string) => boolean): number | undefined => {
    const certain = where((name) => rankOf(of, name) === 2);
    if (certain.length > 0) return only(certain, what);
    const likely = where((name) => rankOf(of, name) === 1);
    return likely.length === 0 ? undefined : only([...likely, ...where(isPossible)], what);
  };
  const contact =
    named.contact === undefined ? usual(tables.contact, "contactId", couldBeContact) : byName(named.contact);
  if (contact === undefined)
    return refuse("no-contact", `There is no column “contactId”. Choose the column of contact IDs. ${seen}`);
  found.contact = contact;
  const sequence =
    named.sequence === undefined ? usual(tables.sequence, "sequenceId", () => false) : byName(named.sequence);
  if (sequence === contact) {
    refuse(
      "one-for-both",
      `The column “${header[contact] ?? ""}” cannot hold both the sequence and the contact. Choose another.`,
    );
  }
  const isPossible = (name: string, i: number): boolean =>
    couldBeSequence(name) || (isGuessed && isUnreadable(header[i] ?? ""));
  const possible = sequence === undefined ? where((name, i) => i !== contact && isPossible(name, i))[0] : undefined;
  const nameless = sequence === undefined ? where((name, i) => i !== contact && isNameless(name)) : [];
  return { contact, sequence, possible, nameless };
}
