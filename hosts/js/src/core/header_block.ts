// Header blocks, ABI.md "Header blocks": lines of name ":" [space] value CRLF.
import { byteString, bytesOf } from "./byte_string.js";

/** The longest block, either way. */
const HEADER_BLOCK_LIMIT = 64 * 1024;

/** A token of RFC 9110, section 5.6.2. */
export function isToken(text: string): boolean {
  return /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(text);
}

// Looking back, a run of blanks inside is tried once, and not from each of them.
function trim(value: string): string {
  return value.replace(/^[ \t]+|(?<![ \t])[ \t]+$/g, "");
}

/** The headers of a request's block; undefined if it is malformed, or over 64 KiB. */
export function readHeaderBlock(block: Uint8Array): [string, string][] | undefined {
  if (block.length > HEADER_BLOCK_LIMIT) return undefined;
  const headers: [string, string][] = [];
  const lines = byteString(block).split("\r\n");
  if (lines.pop() !== "") return undefined;
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1);
    if (colon < 0 || !isToken(name) || /[\r\n\0]/.test(value)) return undefined;
    headers.push([name, trim(value)]);
  }
  return headers;
}

/**
 * The block of a response's headers. Lines that cannot be in one are left out. `whole` is false if more than 64 KiB
 * came; the block then ends before the line that did not fit.
 */
export function writeHeaderBlock(headers: Iterable<readonly [string, string]>): { block: Uint8Array; whole: boolean } {
  let text = "";
  for (const [name, value] of headers) {
    const line = `${name}: ${trim(value)}\r\n`;
    if (!isToken(name) || /[\r\n\0]/.test(value)) continue;
    if (text.length + line.length > HEADER_BLOCK_LIMIT) return { block: bytesOf(text), whole: false };
    text += line;
  }
  return { block: bytesOf(text), whole: true };
}
