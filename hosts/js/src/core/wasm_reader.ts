// The elements of a WebAssembly binary, read one after the other (core specification, 5.1 to 5.4).
import { HostError } from "./host_error.js";

const KINDS = ["function", "table", "memory", "global", "tag"] as const;
const VALUE_TYPES: Readonly<Record<number, string>> = {
  0x7f: "i32",
  0x7e: "i64",
  0x7d: "f32",
  0x7c: "f64",
  0x7b: "v128",
  0x70: "funcref",
  0x6f: "externref",
};

const MOST_VALUES = 100; // parameters or results of a function

export function notWasm(why: string): never {
  throw new HostError("not-wasm", `not a usable WebAssembly module: ${why}`);
}

/** Reads the format's elements one after the other; a read beyond the end throws. */
export class Reader {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get empty(): boolean {
    return this.at === this.bytes.length;
  }

  byte(): number {
    return this.bytes[this.at++] ?? notWasm("it ends too early");
  }

  take(count: number): Uint8Array {
    if (count > this.bytes.length - this.at) notWasm("it ends too early");
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  rest(): Uint8Array {
    return this.take(this.bytes.length - this.at);
  }

  /** LEB128. Numbers over 2^53, which only the limits of a 64-bit memory have, lose their last digits. */
  number(bits = 32): number {
    let value = 0;
    for (let shift = 0; shift < bits; shift += 7) {
      const next = this.byte();
      value += (next & 0x7f) * 2 ** shift;
      if (value >= 2 ** bits) notWasm("a number is too large");
      if ((next & 0x80) === 0) return value;
    }
    return notWasm("a number is too long");
  }

  name(): string {
    return new TextDecoder().decode(this.take(this.number()));
  }

  valueType(): string {
    const code = this.byte();
    if (code === 0x63 || code === 0x64) {
      this.number(33); // the heap type
      return "ref";
    }
    return VALUE_TYPES[code] ?? notWasm(`value type ${String(code)} is not known`);
  }

  valueTypes(): string[] {
    const types: string[] = [];
    let left = this.number();
    if (left > MOST_VALUES) notWasm(`a function has more than ${String(MOST_VALUES)} parameters or results`);
    for (; left > 0; --left) types.push(this.valueType());
    return types;
  }

  limits(): { minimum: number; maximum: number | undefined; flags: number } {
    const flags = this.byte();
    if (flags > 7) notWasm(`limits ${String(flags)} are not known`);
    return { minimum: this.number(64), maximum: (flags & 1) !== 0 ? this.number(64) : undefined, flags };
  }

  memory(): { maximumPages: number | undefined; is64Bit: boolean; isShared: boolean } {
    const { maximum, flags } = this.limits();
    return { maximumPages: maximum, is64Bit: (flags & 4) !== 0, isShared: (flags & 2) !== 0 };
  }

  table(): { minimum: number } {
    this.valueType();
    return { minimum: this.limits().minimum };
  }

  kind(): string {
    return KINDS[this.byte()] ?? notWasm("an import or export is of an unknown kind");
  }
}
