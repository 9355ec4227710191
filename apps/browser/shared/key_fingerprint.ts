// Which key a run began with, without keeping the key: SHA-256 of a random salt and the key. Another key may see other
// sequences, so the account of a run that continued with it would mean nothing.

/** Of one run; deleted with it. */
export interface KeyFingerprint {
  salt: string;
  digest: string;
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function digestOf(salt: string, key: string): Promise<string> {
  const bytes = new TextEncoder().encode(`${salt}:${key}`);
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

export async function fingerprintOf(key: string): Promise<KeyFingerprint> {
  const salt = hex(crypto.getRandomValues(new Uint8Array(16)));
  return { salt, digest: await digestOf(salt, key) };
}

export async function isKeyOf(fingerprint: KeyFingerprint, key: string): Promise<boolean> {
  return (await digestOf(fingerprint.salt, key)) === fingerprint.digest;
}
