// CRC-32 as in zlib and gzip. It detects damage, not tampering.

/** TABLES[k * 256 + byte]: what a byte does to the sum when k zero bytes follow it, so that four bytes go at once. */
const TABLES = new Int32Array(4 * 256);
for (let byte = 0; byte < 256; ++byte) {
  let value = byte;
  for (let bit = 0; bit < 8; ++bit) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  TABLES[byte] = value;
}
const after = (k: number, byte: number): number => TABLES[(k << 8) | (byte & 0xff)] as number;
for (let at = 256; at < TABLES.length; ++at) {
  const value = TABLES[at - 256] as number;
  TABLES[at] = (value >>> 8) ^ after(0, value);
}

/** before: the sum of what precedes the bytes. Returns a signed number of 32 bits. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let value = ~before;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) {
    value ^= view.getInt32(at, true);
    value = after(3, value) ^ after(2, value >>> 8) ^ after(1, value >>> 16) ^ after(0, value >>> 24);
  }
  for (; at < bytes.length; ++at) value = (value >>> 8) ^ after(0, value ^ (bytes[at] as number));
  return ~value;
}
