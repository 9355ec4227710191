import type { KeyFingerprint } from "../core/index.js";

function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16));
}

/** `Journal.fingerprint` by WebCrypto, which pages have only in a secure context. */
export async function fingerprint(
  text: string,
  salt = hexOf(crypto.getRandomValues(new Uint8Array(16))),
): Promise<KeyFingerprint> {
  const secret = await crypto.subtle.importKey("raw", new TextEncoder().encode(text), "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: bytesOf(salt), iterations: 10_000 };
  return { salt, fingerprint: hexOf(new Uint8Array(await crypto.subtle.deriveBits(how, secret, 256))) };
}
