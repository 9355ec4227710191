// Values of fields in, removals out. An item becomes one removal of the same position, so that what the result says
// about a position applies to that item.

import { type Execution, mapInSlices } from "./execution";
import { NO_SEQUENCE } from "./generated/columns";

/** One removal of the action's input. Values that are not ids stay as they are: the module reports them by position. */
export interface Removal {
  sequenceId: unknown;
  contactIds: unknown[];
}

/** Characters of a class at both ends. Looking back, a run of them inside is tried once, and not from each of them. */
const endsOf = (one: string): RegExp => new RegExp(`^${one}+|(?<!${one})${one}+$`, "gu");

// ASCII white space, U+FEFF and U+00A0, as the module trims.
const BLANK_ENDS = endsOf("[\\t-\\r \\u00a0\\ufeff]");
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
// What a copy from a page or a sheet carries along unseen: any blank, zero-width characters, marks of direction.
const UNSEEN_ENDS = endsOf("[\\s\\p{Cf}]");
// What programs put around an id or a list of them.
const PAIRS = ["[]", "{}", "()", '""', "''", "``", "“”", "„“", "‘’", "«»"];
const WRAPPED = new RegExp(
  `^(?:${PAIRS.map(([open, close]) => `\\${open}([^\\${open}\\${close}]*)\\${close}`).join("|")})$`,
);

/** An id as the module compares it: without blanks around it. */
export function trimId(text: string): string {
  return text.replace(BLANK_ENDS, "");
}

/** A field without a value. */
export function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === "string" && trimId(value) === "");
}

const STANDS_FOR_NONE = new RegExp(NO_SEQUENCE, "i");

/** What tables and expressions have in place of a sequence id: a word for nothing, an error of a sheet, an address. */
export function isNoSequence(id: string): boolean {
  return STANDS_FOR_NONE.test(id) || (id !== "" && !/[\p{L}\p{N}]/u.test(id));
}

export function isContactId(value: unknown): boolean {
  return typeof value === "string" && UUID.test(trimId(value));
}

/** How many pairs around an id are removed; what has more of them is no id. */
const MOST_PAIRS = 8;

/** Without quotation marks, brackets, braces and unseen characters around it. */
function unwrapped(text: string): string {
  let bare = text.replace(UNSEEN_ENDS, "");
  for (let pairs = 0; pairs < MOST_PAIRS; ++pairs) {
    const inner = WRAPPED.exec(bare);
    if (inner === null) break;
    bare = inner.slice(1).join("").replace(UNSEEN_ENDS, "");
  }
  return bare;
}

/** A UUID without what is around it. Any other string stays as it is: what is around it may be part of it. */
function bareId(text: string): string {
  const bare = unwrapped(text);
  return UUID.test(bare) ? bare : text;
}

/** A value as JSON can hold it: an expression may return anything, and n8n has to save the item. */
function asJson(value: unknown): unknown {
  if (typeof value === "string") return value;
  if (typeof value === "number" && !Number.isFinite(value)) return String(value); // null in JSON
  try {
    const text = JSON.stringify(value) as string | undefined;
    return text === undefined ? String(value ?? "") : (JSON.parse(text) as unknown);
  } catch {
    // An object may have no text either: n8n's own, and those without a prototype.
    return typeof value === "bigint" ? String(value) : "[object]";
  }
}

/** A list given as JSON text, which is how models like to write one. */
function listOfJson(text: string): unknown[] | undefined {
  if (!text.startsWith("[")) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** One part of a list: an id, or several with blanks between. */
async function idsOfPart(part: string, execution: Execution): Promise<string[]> {
  const pieces = part.split(/\s+/).filter(Boolean);
  if (pieces.length > 1) {
    const ids = await mapInSlices(pieces, execution, bareId);
    if (ids.every(isContactId)) return ids;
  }
  return [bareId(trimId(part))];
}

/** The ids of a string: one, or several with commas, semicolons, blanks or line ends between. */
async function idsOfText(text: string, execution: Execution): Promise<string[]> {
  if (UUID.test(text)) return [text];
  const ids: string[] = [];
  for (const part of unwrapped(text).split(/[,;\r\n]+/)) {
    if (execution.due) await execution.pause();
    if (trimId(part) !== "") for (const id of await idsOfPart(part, execution)) ids.push(id);
  }
  if (ids.length === 0) return [""];
  return ids.length === 1 && !isContactId(ids[0]) ? [text] : ids; // reported as it is in the row
}

/**
 * The contact ids of a field: a list or a string. A field without a value is one bad id, not an empty list: the row was
 * meant to name somebody.
 */
export async function contactIdsOf(value: unknown, execution: Execution): Promise<unknown[]> {
  const list = typeof value === "string" ? listOfJson(trimId(value)) : value;
  if (!Array.isArray(list)) return typeof value === "string" ? idsOfText(value, execution) : [asJson(value ?? null)];
  const ids: unknown[] = [];
  for (const one of list as unknown[]) {
    if (execution.due) await execution.pause();
    if (typeof one !== "string") ids.push(asJson(one));
    else for (const id of await idsOfText(one, execution)) ids.push(id);
  }
  return ids;
}

const IN_QUOTES = /^(?:"(.+)"|'(.+)'|“(.+)”|‘(.+)’)$/su;

/** A sequence id, without quotation marks of its own; a whole number is one too, since tables hold them as numbers. */
export function sequenceIdOf(value: unknown): unknown {
  if (typeof value === "string") {
    const id = bareId(value.replace(UNSEEN_ENDS, ""));
    const inner = IN_QUOTES.exec(id);
    return inner === null ? id : inner.slice(1).join("").replace(UNSEEN_ENDS, "");
  }
  if (Number.isSafeInteger(value) || typeof value === "bigint") return String(value);
  const json = asJson(value ?? null);
  return typeof json === "string" ? null : json; // such as "[object]"
}
