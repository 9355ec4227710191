// Contacts from JSON, told apart as the command line does: the action's own form, a saved result, a list of ids, or rows
// whose keys are columns, as a list, as n8n's items or one a line.
import { inSlices } from "../slices.js";
import tables from "contact-tables";
import { plainName } from "./characters.js";
import {
  addKeysInside,
  couldBeContact,
  couldBeSequence,
  headerRank,
  isCertainContact,
  type NamedColumns,
} from "./columns.js";
import { type ContactGroups, GroupCollector } from "./contact_groups.js";
import { ContactProblem } from "./contact_problem.js";
import { readJsonRows } from "./contact_table.js";
import { saysWhichRows } from "./row_marks.js";

type JsonObject = Record<string, unknown>;

const KNOWN = ["sequenceId", "contactIds", "outcome", "error"];
const FORM = 'It should look like {"sequenceId": "…", "contactIds": ["…"]}.';

function refuse(text: string): never {
  throw new ContactProblem("not-json", text);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The line of a string as it is written in the document, as far as it can be found. */
function lineOf(text: string, value: string): number | undefined {
  const at = [value, JSON.stringify(value).slice(1, -1)].map((written) => text.indexOf(written)).find((i) => i >= 0);
  return at === undefined ? undefined : text.slice(0, at).split("\n").length;
}

function removalsOf(document: JsonObject, notes: string[]): unknown[] {
  const { removals, remaining, options, contactIds, sequenceId } = document;
  const left = isObject(remaining) && Array.isArray(remaining.removals) ? remaining.removals : undefined;
  const isOne = contactIds !== undefined || sequenceId !== undefined;
  if ([left !== undefined, removals !== undefined, isOne].filter(Boolean).length > 1) {
    refuse("The JSON has a list of removals and also a removal outside of it. Keep only one of them.");
  }
  if (left !== undefined) {
    notes.push("This is a result: its remaining contacts were taken.");
    return left;
  }
  if (isObject(options) && options.dryRun === true) {
    refuse("The JSON asks for a dry run, but its options are not used here. Remove “options” from it.");
  }
  if (options !== undefined) notes.push("Its options are not used: set them in the form.");
  if (removals === undefined) return [document];
  return Array.isArray(removals) ? removals : refuse(`“removals” must be a list. ${FORM}`);
}

async function readRemovals(
  text: string,
  document: JsonObject,
  signal?: AbortSignal,
): Promise<ContactGroups | undefined> {
  const collector = new GroupCollector("entry");
  let place = 0;
  for (const removal of removalsOf(document, collector.groups.notes)) {
    if (!isObject(removal) || !Array.isArray(removal.contactIds)) return refuse(`The JSON has no contacts. ${FORM}`);
    const { sequenceId, contactIds } = removal;
    // An unknown key may be a misspelled one for sequences.
    const unknown = Object.keys(removal).find(
      (key) => !KNOWN.includes(key) && !(removal === document && key === "options"),
    );
    if (unknown !== undefined) refuse(`“${unknown}” is not a key of the action's input. ${FORM}`);
    if (sequenceId !== undefined && typeof sequenceId !== "string") refuse(`“sequenceId” must be a string. ${FORM}`);
    const line = sequenceId === undefined ? undefined : lineOf(text, sequenceId);
    if (contactIds.some((id) => typeof id === "object" && id !== null)) {
      refuse(`“contactIds” holds something that is not an ID. ${FORM}`);
    }
    const add = (id: unknown): void => collector.add(sequenceId, id, ++place, line ?? 1);
    if (!(await inSlices(contactIds as unknown[], add, { signal }))) return undefined;
  }
  return collector.groups;
}

/** JSON.parse takes the last of two values of one key, which may be the wrong sequence. */
function refuseRepeatedKeys(text: string): void {
  const open: Set<string>[] = [];
  for (const [token, string, colon] of text.matchAll(/("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}]/g)) {
    if (token === "{") open.push(new Set());
    else if (token === "}") open.pop();
    if (string === undefined || colon === undefined) continue;
    const key = JSON.parse(string) as string;
    const keys = open.at(-1);
    if (keys?.has(key) === true) refuse(`“${key}” appears twice in one object. Keep only one of them.`);
    keys?.add(key);
  }
}

/** The documents of a text, one after another: of each only that it begins and ends like one. */
function documentsOf(text: string): string[] {
  const documents: string[] = [];
  let depth = 0;
  let begin = 0;
  for (const { 0: token, index } of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]]/g)) {
    if (token === "{" || token === "[") ++depth;
    else if (token === "}" || token === "]") --depth;
    if (depth > 0) continue;
    const end = index + token.length;
    documents.push(text.slice(begin, end));
    begin = end;
  }
  const rest = text.slice(begin);
  return rest.trim() === "" ? documents : [...documents, rest];
}

/** A document, or a list of several: one on each line, or as jq writes them. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    try {
      return documentsOf(text).map((document): unknown => JSON.parse(document));
    } catch {
      return refuse("This is not whole JSON, or there is something else beside it. Copy or save it again.");
    }
  }
}

function isOwnForm(value: JsonObject): boolean {
  return ["contactIds", "removals", "remaining"].some((key) => value[key] !== undefined);
}

/** An object that is a row, and not the action's own form. */
function isRow(value: JsonObject): boolean {
  return !isOwnForm(value) && (isObject(value.json) || headerRank(Object.keys(value)) > 0);
}

/** The list of rows inside of an object, such as {"data": […]}. Throws ContactProblem: something beside it matters. */
function listIn(value: JsonObject): unknown[] | undefined {
  if (isOwnForm(value) || Object.keys(value).some(isCertainContact)) return undefined;
  const isWrapper = (key: string): boolean => tables.wrappers.includes(plainName(key));
  const [name, list] =
    Object.entries(value).find(([key, of]) => isWrapper(key) && Array.isArray(of) && isObject(of[0])) ?? [];
  if (name === undefined) return undefined;
  const beside = Object.entries(value).filter(([key]) => key !== name);
  const inside = new Set<string>();
  for (const [, of] of beside) addKeysInside(of, inside);
  const couldMatter = (key: string): boolean => couldBeSequence(plainName(key)) || couldBeContact(plainName(key));
  const matters = ([key, of]: [string, unknown]): boolean =>
    (Array.isArray(of) && of.length > 0) ||
    (!isWrapper(key) && (couldMatter(key) || headerRank([key]) > 0 || saysWhichRows(plainName(key))));
  const found = beside.find(matters)?.[0] ?? [...inside].find(couldMatter);
  if (found === undefined) return list as unknown[];
  const text = `“${found}” is beside the list “${name}” and could say which contacts are meant, or of which sequence. Give the list alone.`;
  throw new ContactProblem("ambiguous", text);
}

/** The contact and the sequence themselves are columns: {"contact": {"id": …}} has "contact.id". */
function flat(row: JsonObject): JsonObject {
  const entries = Object.entries(row).flatMap(([key, value]): [string, unknown][] =>
    ["contact", "sequence"].includes(plainName(key)) && isObject(value)
      ? Object.entries(value).map(([inner, of]) => [`${key}.${inner}`, of])
      : [[key, value]],
  );
  const keys = new Set<string>();
  for (const [key] of entries) {
    if (keys.has(key)) refuse(`“${key}” appears twice in one row. Keep only one of them.`);
    keys.add(key);
  }
  return Object.fromEntries(entries);
}

/** Returns undefined if the signal ended it early. Rejects with ContactProblem. */
export async function readJson(
  text: string,
  named: NamedColumns,
  signal?: AbortSignal,
): Promise<ContactGroups | undefined> {
  const value = parse(text.replace(/^\ufeff+/, ""));
  refuseRepeatedKeys(text);
  const wrapped = isObject(value) ? listIn(value) : undefined;
  if (isObject(value) && wrapped === undefined && !isRow(value)) return readRemovals(text, value, signal);
  const list = wrapped ?? (isObject(value) ? [value] : value);
  if (!Array.isArray(list)) return refuse(`The JSON has no contacts. ${FORM}`);
  const objects = list.filter(isObject);
  if (objects.length === 0) return readRemovals(text, { contactIds: list }, signal);
  const rows = objects.map((item) => (isObject(item.json) ? item.json : item)); // n8n's items
  const removals = rows.filter(({ contactIds }) => Array.isArray(contactIds)).length;
  if (rows.length < list.length || (removals > 0 && removals < rows.length)) {
    return refuse("The JSON mixes rows, removals and IDs. Keep only entries of one kind.");
  }
  return removals > 0 ? readRemovals(text, { removals: rows }, signal) : readJsonRows(rows.map(flat), named, signal);
}
