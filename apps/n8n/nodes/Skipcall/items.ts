// Items in, removals out. An item becomes one removal of the same position, so that what the result says of a position
// is said of that item.

/** One removal of the action's input. Values that are no ids stay as they are: the module names them by position. */
export interface Removal {
  sequenceId: unknown;
  contactIds: unknown[];
}

// ASCII white space, U+FEFF and U+00A0, as the module trims.
const BLANKS = "[\\t-\\r \\u00a0\\ufeff]+";
const BLANK_ENDS = new RegExp(`^${BLANKS}|${BLANKS}$`, "g");

/** An id as the module compares it: without blanks around it. */
export function trimId(text: string): string {
  return text.replace(BLANK_ENDS, "");
}

/** A list that was given as JSON text, which is how models like to write one. */
function listOfJson(text: string): unknown[] | undefined {
  if (!text.startsWith("[")) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The contact ids of a field: a list, a text with commas, semicolons or line ends between ids, or one id. A field
 * without a value is one bad id, and not nothing to do: the row was to name somebody.
 */
export function contactIdsOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value !== "string") return [value ?? null];
  const text = trimId(value);
  const list = listOfJson(text);
  if (list !== undefined) return list;
  const ids = text.split(/[,;\r\n]+/).filter((id) => trimId(id) !== "");
  return ids.length === 0 ? [""] : ids;
}

/** A sequence id; a whole number is one as well, since tables hold them so. */
function sequenceIdOf(value: unknown): unknown {
  return Number.isSafeInteger(value) ? String(value) : (value ?? null);
}

/** The removal of one item, from the values of its fields. */
export function removalOf(sequenceId: unknown, contactIds: unknown): Removal {
  return { sequenceId: sequenceIdOf(sequenceId), contactIds: contactIdsOf(contactIds) };
}
