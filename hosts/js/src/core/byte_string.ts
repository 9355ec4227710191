// Byte strings: text in which each character stands for one byte (ISO 8859-1), as HTTP headers are.

/** One character per byte. */
export function byteString(bytes: Uint8Array): string {
  // Inputs of megabytes are nearly always ASCII, and this is many times faster.
  const ascii = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  if (ascii.length === bytes.length && !ascii.includes("\ufffd")) return ascii;
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return text;
}

/** One byte per character; a character that is not a byte becomes "?". */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; ++at) {
    const code = text.charCodeAt(at);
    bytes[at] = code < 256 ? code : 0x3f;
  }
  return bytes;
}
