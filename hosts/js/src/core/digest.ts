// A running 53-bit digest, to notice that two things differ: another module file, another announcement in a replay. It
// keeps nothing secret and withstands nobody who tries; for that there would have to be a cryptographic one, which the
// platforms have only asynchronously.
const PRIMES = [2654435761, 1597334677] as const;

export class Digest {
  private high = 0xdeadbeef;
  private low = 0x41c6ce57;

  bytes(bytes: Uint8Array): this {
    this.number(bytes.length);
    let { high, low } = this;
    for (const byte of bytes) {
      high = Math.imul(high ^ byte, PRIMES[0]);
      low = Math.imul(low ^ byte, PRIMES[1]);
    }
    this.high = high ^ (low >>> 15);
    this.low = low ^ (high >>> 13);
    return this;
  }

  text(text: string): this {
    return this.bytes(new TextEncoder().encode(text));
  }

  number(value: number): this {
    this.high = Math.imul(this.high ^ value, PRIMES[0]);
    this.low = Math.imul(this.low ^ value ^ (this.high >>> 16), PRIMES[1]);
    return this;
  }

  value(): string {
    return ((this.high >>> 0) % 0x200000).toString(16) + (this.low >>> 0).toString(16).padStart(8, "0");
  }
}
