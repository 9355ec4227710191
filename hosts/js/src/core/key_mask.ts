// Finds a key that a server's text repeats, in the spellings that servers use, and overwrites it.
import { bytesOf } from "./byte_string.js";

const SHORTEST_PART = 4; // fewer characters reveal nothing, and end many texts
const LONGEST_ESCAPE = 11;
const STAR = 0x2a;

/** Escapes by number: percent, JSON and C, HTML. A truncated one does not match. */
const NUMBERED = /^(?:%|\\u00|\\x)([0-9a-f]{2})|^&#x([0-9a-f]{1,6});|^&#([0-9]{1,7});/i;
const NAMED = new Map([
  ["&amp;", "&"],
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&quot;", '"'],
  ["&apos;", "'"],
  ['\\"', '"'],
  ["\\\\", "\\"],
  ["\\/", "/"],
]);

function lower(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
}

/** What an escape at the beginning of text stands for, and its length. */
function readEscape(text: string): { code: number; length: number } | undefined {
  for (const [spelling, character] of NAMED) {
    if (text.slice(0, spelling.length).toLowerCase() === spelling) {
      return { code: character.charCodeAt(0), length: spelling.length };
    }
  }
  const [whole, two, hex, decimal] = NUMBERED.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const code = decimal === undefined ? parseInt(two ?? hex ?? "", 16) : Number(decimal);
  return { code, length: whole.length };
}

/** A spelling that is looked for as it is. */
interface Fragment {
  bytes: Uint8Array;
  anyCase: boolean;
  shortestPart: number;
  /** A base64 digit before or after it that holds bits of the key and of its neighbour. */
  sharedBefore: number;
  sharedBehind: number;
}

function isBase64Digit(code: number | undefined): boolean {
  return code !== undefined && /[A-Za-z0-9+/_-]/.test(String.fromCharCode(code));
}

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * The base64 digits that the key alone determines, if that many other bytes come before it in a group of three; in both
 * alphabets (RFC 4648, sections 4 and 5).
 */
function base64Fragments(key: Uint8Array, bytesBefore: number): Fragment[] {
  const bits = [...new Uint8Array(bytesBefore), ...key].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  let digits = "";
  for (let at = Math.ceil((8 * bytesBefore) / 6) * 6; at + 6 <= bits.length; at += 6) {
    digits += BASE64.charAt(parseInt(bits.slice(at, at + 6), 2));
  }
  const forUrls = digits.replace(/\+/g, "-").replace(/\//g, "_");
  return [...new Set([digits, forUrls])].map((text) => ({
    bytes: bytesOf(text),
    anyCase: false,
    shortestPart: SHORTEST_PART + 2,
    sharedBefore: bytesBefore > 0 ? 1 : 0,
    sharedBehind: bits.length % 6 !== 0 ? 1 : 0,
  }));
}

export class KeyMask {
  private readonly fragments: Fragment[] = [];

  /** key: visible ASCII; empty: nothing is ever overwritten. */
  constructor(private readonly key: string) {
    if (key === "") return;
    const bytes = bytesOf(key);
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const plain = { anyCase: true, sharedBefore: 0, sharedBehind: 0 };
    this.fragments.push({ ...plain, bytes, shortestPart: SHORTEST_PART });
    this.fragments.push({ ...plain, bytes: bytesOf(hex), shortestPart: 2 * SHORTEST_PART });
    for (const bytesBefore of [0, 1, 2]) this.fragments.push(...base64Fragments(bytes, bytesBefore));
  }

  /**
   * Overwrites in place with "*" wherever the bytes spell the key: as it is, in other letter case, by escapes (percent,
   * JSON, HTML), in hexadecimal digits, or in base64, also as part of something longer. cutOff: also a beginning of it
   * at the end, from four characters on.
   */
  apply(bytes: Uint8Array, cutOff: boolean): void {
    for (const fragment of this.fragments) maskFragment(bytes, fragment, cutOff);
    if (this.key === "") return;
    const first = lower(this.key.charCodeAt(0));
    for (let at = 0; at < bytes.length; ++at) {
      const byte = bytes[at] as number;
      // "%", "&" and "\" begin escapes.
      if (byte !== 0x25 && byte !== 0x26 && byte !== 0x5c && lower(byte) !== first) continue;
      const length = this.spelledLength(bytes, at, cutOff);
      bytes.fill(STAR, at, at + length);
      at += Math.max(0, length - 1);
    }
  }

  /** How many bytes spell the key or, if cutOff, a beginning of it at the end of the bytes; otherwise 0. */
  private spelledLength(bytes: Uint8Array, begin: number, cutOff: boolean): number {
    let at = begin;
    let matched = 0;
    let isCut = false; // an escape may have been, which then reads as the plain character that begins it
    for (; matched < this.key.length && at < bytes.length; ++matched) {
      const byte = bytes[at] as number;
      let [code, length] = [byte, 1];
      if (byte === 0x25 || byte === 0x26 || byte === 0x5c) {
        const left = String.fromCharCode(...bytes.subarray(at, at + LONGEST_ESCAPE));
        ({ code, length } = readEscape(left) ?? { code, length });
        const mayBeCut = length === 1 && left.length < LONGEST_ESCAPE && !left.includes(";");
        isCut = isCut || (matched >= SHORTEST_PART && mayBeCut);
      }
      if (lower(code) !== lower(this.key.charCodeAt(matched))) break;
      at += length;
    }
    if (matched === this.key.length) return at - begin;
    const isAtEnd = isCut || at === bytes.length;
    return cutOff && isAtEnd && matched >= SHORTEST_PART ? bytes.length - begin : 0;
  }
}

function maskFragment(bytes: Uint8Array, fragment: Fragment, cutOff: boolean): void {
  const { bytes: wanted, anyCase } = fragment;
  const differs = (at: number, i: number): boolean => {
    const byte = bytes[at + i] as number;
    const other = wanted[i] as number;
    return byte !== other && !(anyCase && lower(byte) === lower(other));
  };
  for (let at = 0; at < bytes.length; ++at) {
    const length = Math.min(wanted.length, bytes.length - at);
    if (differs(at, 0) || (length < wanted.length && (!cutOff || length < fragment.shortestPart))) continue;
    let matched = 1;
    while (matched < length && !differs(at, matched)) ++matched;
    if (matched < length) continue;
    const begin = at - (isBase64Digit(bytes[at - 1]) ? fragment.sharedBefore : 0);
    const isWhole = length === wanted.length;
    const end = at + length + (isWhole && isBase64Digit(bytes[at + length]) ? fragment.sharedBehind : 0);
    bytes.fill(STAR, begin, end);
    at = end - 1;
  }
}
