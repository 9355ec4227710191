// Text of other people (a row, the server, n8n) as part of a text of ours. n8n shows texts as HTML, so no "<" of theirs
// may stay one; what cannot be seen is written out; and what looks like an API key is none of a text's business.

const LONGEST = 60;
const KEY = /sk_(live|test)_[\w-]+/gi;
// Controls, soft hyphen, zero-width characters, marks of direction, line separators, tags.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u00a0\u3164\uffa0]/u;
const INVISIBLES = new RegExp(INVISIBLE.source, "gu");

function codePoint(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** Without markup, keys, and characters that cannot be seen. */
export function plain(text: string): string {
  return text.replace(KEY, "sk_$1_***").replace(/</g, "‹").replace(/>/g, "›").replace(INVISIBLES, codePoint);
}

/** Quoted and cut, as it stands in the row. */
export function quoted(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  // Cut only after the key is gone, so that no part of it is left.
  const shown = plain(text);
  const cut = shown.length > LONGEST ? `${shown.slice(0, LONGEST)}…` : shown;
  return typeof value === "string" ? `"${cut}"` : cut;
}

/** The first character of a text that cannot be seen, as U+200B; undefined: there is none. */
export function invisibleIn(text: string): string | undefined {
  const character = INVISIBLE.exec(text)?.[0];
  if (character === undefined) return undefined;
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
