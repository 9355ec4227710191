// Invisible and unintended characters, as listed in ../../../contact-files/README.md.
import tables from "contact-tables";

/** Of "U+0009..U+000D" and "U+0020": the inside of a character class. */
function classOf(...lists: string[][]): string {
  const code = (text: string): string => `\\u{${text.replace("U+", "")}}`;
  return lists
    .flat()
    .map((range) => range.split("..").map(code).join("-"))
    .join("");
}

const BLANK = classOf(tables.whiteSpace, tables.invisible);
const BEFORE = new RegExp(`^[${BLANK}]+`, "u");
// Looking back, a run inside is tried once, and not from each of its characters.
const AFTER = new RegExp(`(?<![${BLANK}])[${BLANK}]+$`, "u");
const AFTER_ITEM = new RegExp(`(?<![,;${BLANK}])[,;${BLANK}]+$`, "u");
const INVISIBLE = new RegExp(`[${classOf(tables.invisible)}]`, "gu");
const ODD = new RegExp(`(?! )[${classOf(tables.whiteSpace, tables.invisible, tables.control)}]`, "u");
// What is taken out before an id is looked for; a line break ends an id.
const BETWEEN_DIGITS = new RegExp(`(?![\\r\\n])[-\\u2010-\\u2015${classOf(tables.invisible, tables.control)}]`, "gu");
/** Everything except letters, digits and visible ASCII: controls, marks, other spaces, dashes and quotes. */
const UNSEEN = /(?![\p{L}\p{N}])[^ -~]/gu;
const PLAIN_ENDS = /^[!-~](.*[!-~])?$/s;
const LONGEST_SHOWN = 80;

export function trimmed(text: string): string {
  if (PLAIN_ENDS.test(text)) return text;
  return text.replace(BEFORE, "").replace(AFTER, "");
}

/** A name to be compared: "Séquence ID" and sequence_id are sequenceid. */
export function plainName(name: string): string {
  return name
    .replace(INVISIBLE, "")
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\u0080-\u009f]/gu, "");
}

function codeOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** The first invisible or unintended character inside an id, as its code point. */
export function oddCharacter(text: string): string | undefined {
  const [odd] = ODD.exec(text) ?? [];
  return odd === undefined ? undefined : codeOf(odd);
}

/** Whether something like an id is in a text: 32 hexadecimal digits in a row. */
export function holdsId(text: string): boolean {
  return /[0-9a-f]{32}/i.test(text.replace(BETWEEN_DIGITS, ""));
}

/** Without blanks, and without quotes of its own, around it. */
export function unquoted(text: string): string {
  const bare = trimmed(text);
  return /^("(.+)"|'(.+)'|“(.+)”|‘(.+)’)$/su.test(bare) ? trimmed(bare.slice(1, -1)) : bare;
}

/** A contact id without what sheets and lists put around it: blanks, quotes, braces, a comma after it. */
export function bareId(text: string): string {
  const bare = trimmed(text)
    .replace(AFTER_ITEM, "")
    .replace(/^=(?=")/, "");
  return /^\{.+\}$/s.test(bare) ? trimmed(bare.slice(1, -1)) : unquoted(bare);
}

/** "123e‹U+200B›" for an id with a zero-width space in it; a long string is cut. */
export function shownWhole(text: string): string {
  const shown = text.slice(0, LONGEST_SHOWN).replace(UNSEEN, (character) => `‹${codeOf(character)}›`);
  return text.length > LONGEST_SHOWN ? `${shown}…` : shown;
}
