// Contacts from JSON: the action's own form, a saved result, a list of ids, or rows whose keys are columns.
import { inSlices } from "../slices.js";
import type { NamedColumns } from "./columns.js";
import { type ContactGroups, GroupCollector } from "./contact_groups.js";
import { ContactProblem } from "./contact_problem.js";
import { readJsonRows } from "./contact_table.js";

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
  const { removals, remaining, options } = document;
  if (isObject(remaining) && Array.isArray(remaining.removals)) {
    notes.push("This is a result: its remaining contacts were taken.");
    return remaining.removals;
  }
  if (options !== undefined) notes.push("Its options are not used: set them in the form.");
  if (removals !== undefined) {
    if (document.contactIds !== undefined || document.sequenceId !== undefined) {
      refuse("The JSON has both “removals” and a removal beside it. Keep only one of them.");
    }
    return Array.isArray(removals) ? removals : refuse(`“removals” must be a list. ${FORM}`);
  }
  return [document];
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
    const add = (id: unknown): void => collector.add(sequenceId, id, ++place, line ?? 1);
    if (!(await inSlices(contactIds as unknown[], add, { signal }))) return undefined;
  }
  return collector.groups;
}

/** Returns undefined if the signal ended it early. Rejects with ContactProblem. */
export async function readJson(
  text: string,
  named: NamedColumns,
  signal?: AbortSignal,
): Promise<ContactGroups | undefined> {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff+/, ""));
  } catch {
    return refuse("This is not a whole JSON document. Copy or save it again.");
  }
  if (Array.isArray(value) && value.length > 0 && value.every(isObject)) {
    const isRemovals = value.every((item) => Array.isArray(item.contactIds));
    return isRemovals ? readRemovals(text, { removals: value }, signal) : readJsonRows(value, named, signal);
  }
  if (Array.isArray(value)) return readRemovals(text, { contactIds: value }, signal);
  return isObject(value) ? readRemovals(text, value, signal) : refuse(`The JSON has no contacts. ${FORM}`);
}
