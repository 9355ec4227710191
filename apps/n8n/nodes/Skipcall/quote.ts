// Text from elsewhere (a row, the server, n8n) inside our own messages. n8n shows them as HTML, so no "<" of theirs may
// stay one; invisible characters are written out; and what looks like an API key does not belong there.

const LONGEST_VALUE = 60;
const LONGEST_EXPRESSION = 100;
const KEY = /sk_(live|test)_[\w-]+/gi;
const HAS_KEY = /(?<![a-z\d])sk_(live|test)_/i;
// Controls, soft hyphen, zero-width characters, marks of direction, line separators, tags, halves of a character.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u00a0\u3164\uffa0]/u;
const INVISIBLES = new RegExp(INVISIBLE.source, "gu");

function codePoint(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** A key is where an ID belongs. */
export function hasKey(value: unknown): boolean {
  return typeof value === "string" && HAS_KEY.test(value);
}

/** Without markup, keys, and characters that cannot be seen. */
export function plain(text: string): string {
  return text.replace(KEY, "sk_$1_***").replace(/</g, "‹").replace(/>/g, "›").replace(INVISIBLES, codePoint);
}

function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, " ");
}

/** What n8n, the system or the API said, as one line without a full stop at its end. */
export function saidBy(thrown: unknown): string {
  const { message = String(thrown) } = (thrown ?? {}) as { message?: unknown };
  return plain(oneLine(String(message))).replace(/[.\s]+$/, "");
}

/** A text of theirs as a sentence. */
export function sentenceOf(message: string): string {
  const said = saidBy({ message });
  return /[!?]$/.test(said) ? said : `${said}.`;
}

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** An expression may return anything: also NaN, which is null in JSON, and what JSON cannot hold at all. */
function textOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  try {
    return (JSON.stringify(value) as string | undefined) ?? "an object";
  } catch {
    return "an object";
  }
}

/** Quoted and cut, as it is in the row. */
export function quoted(value: unknown): string {
  const text = textOf(value);
  // Cut only after the key is gone, so that no part of it is left.
  const shown = cut(plain(text), LONGEST_VALUE);
  return typeof value === "string" ? `"${shown}"` : shown;
}

/** An expression of a field, as far as it fits into a message. */
export function shownExpression(text: string): string {
  return cut(plain(oneLine(text)), LONGEST_EXPRESSION);
}

/** The first invisible character of a text, as U+200B; undefined: there is none. */
export function invisibleIn(text: string): string | undefined {
  const character = INVISIBLE.exec(text)?.[0];
  if (character === undefined) return undefined;
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
