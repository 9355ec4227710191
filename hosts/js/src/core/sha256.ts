// SHA-256 (FIPS 180-4), since the platforms have it only asynchronously, and not all of them as a global.
import { hex } from "./hex.js";

/** The first 32 bits of the fractional parts of the roots of the first 64 primes: cube roots, or square roots of 8. */
function rootsOfPrimes(count: number, exponent: number): Uint32Array {
  const roots: number[] = [];
  for (let n = 2; roots.length < count; ++n) {
    let divisor = 2;
    while (n % divisor !== 0) ++divisor;
    if (divisor === n) roots.push(Math.floor((n ** exponent % 1) * 2 ** 32));
  }
  return Uint32Array.from(roots);
}

const ROUNDS = rootsOfPrimes(64, 1 / 3);
const BEGIN = rootsOfPrimes(8, 1 / 2);

const rotate = (value: number, by: number): number => (value >>> by) | (value << (32 - by));

function addBlock(state: Uint32Array, block: DataView, at: number): void {
  const words = new Uint32Array(64);
  for (let i = 0; i < 16; ++i) words[i] = block.getUint32(at + 4 * i);
  const word = (i: number): number => words[i] ?? 0;
  for (let i = 16; i < 64; ++i) {
    const [x, y] = [word(i - 15), word(i - 2)];
    const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
    const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
    words[i] = word(i - 16) + s0 + word(i - 7) + s1;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let i = 0; i < 64; ++i) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const one = (h + s1 + ((e & f) ^ (~e & g)) + (ROUNDS[i] ?? 0) + word(i)) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((value, i) => {
    state[i] = (state[i] ?? 0) + value;
  });
}

/** In hexadecimal digits. */
export function sha256(bytes: Uint8Array): string {
  const state = BEGIN.slice();
  const whole = bytes.length - (bytes.length % 64);
  const body = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < whole; at += 64) addBlock(state, body, at);
  const rest = bytes.subarray(whole);
  const tail = new Uint8Array(rest.length < 56 ? 64 : 128);
  tail.set(rest);
  tail[rest.length] = 0x80;
  const view = new DataView(tail.buffer);
  view.setUint32(tail.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(tail.length - 4, bytes.length * 8);
  for (let at = 0; at < tail.length; at += 64) addBlock(state, view, at);
  return Array.from(state, hex).join("");
}
