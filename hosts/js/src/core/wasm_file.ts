// What a WebAssembly binary says about itself, read without compiling or running it (core specification, 5.5).
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

export interface WasmImport {
  module: string;
  name: string;
  kind: string;
  /** Of a function, as "(i32,i64)->(i32)". */
  signature?: string;
}

export interface WasmExport {
  name: string;
  kind: string;
  signature?: string;
}

/** A memory that the module defines or imports, in pages of 64 KiB. */
export interface WasmMemory {
  maximumPages: number | undefined;
  is64Bit: boolean;
  isShared: boolean;
}

/** A table that the module defines or imports, in elements. */
export interface WasmTable {
  minimum: number;
}

export interface WasmFile {
  imports: WasmImport[];
  exports: WasmExport[];
  memories: WasmMemory[];
  tables: WasmTable[];
  hasStart: boolean;
  /** Views of the binary. */
  customSections: { name: string; bytes: Uint8Array }[];
}

/**
 * The most items of each section, by its number: more than a real module has, and so few that a small file cannot make a
 * host or its engine use gigabytes.
 */
const MOST_ITEMS: Readonly<Record<number, [count: number, items: string]>> = {
  1: [10_000, "types"],
  2: [100, "imports"],
  3: [100_000, "functions"],
  4: [100, "tables"],
  5: [100, "memories"],
  6: [10_000, "globals"],
  7: [1000, "exports"],
  9: [10_000, "element segments"],
  11: [100_000, "data segments"],
};
const MOST_VALUES = 100; // parameters or results of a function
const MOST_CUSTOM_SECTIONS = 1000;
const LONGEST_FILE = 16 * 1024 * 1024;

function notWasm(why: string): never {
  throw new HostError("not-wasm", `not a usable WebAssembly module: ${why}`);
}

/** Reads the format's elements one after the other; a read beyond the end throws. */
class Reader {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get empty(): boolean {
    return this.at === this.bytes.length;
  }

  byte(): number {
    return this.take(1)[0] as number;
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

  valueTypes(): string {
    const types: string[] = [];
    let left = this.number();
    if (left > MOST_VALUES) notWasm(`a function has more than ${String(MOST_VALUES)} parameters or results`);
    for (; left > 0; --left) types.push(this.valueType());
    return `(${types.join(",")})`;
  }

  limits(): { minimum: number; maximum: number | undefined; flags: number } {
    const flags = this.byte();
    if (flags > 7) notWasm(`limits ${String(flags)} are not known`);
    return { minimum: this.number(64), maximum: (flags & 1) !== 0 ? this.number(64) : undefined, flags };
  }

  memory(): WasmMemory {
    const { maximum, flags } = this.limits();
    return { maximumPages: maximum, is64Bit: (flags & 4) !== 0, isShared: (flags & 2) !== 0 };
  }

  table(): WasmTable {
    this.valueType();
    return { minimum: this.limits().minimum };
  }

  kind(): string {
    return KINDS[this.byte()] ?? notWasm("an import or export is of no known kind");
  }
}

/** Collects what the sections say; functions are numbered over imports and definitions. */
class Parser {
  readonly file: WasmFile = {
    imports: [],
    exports: [],
    memories: [],
    tables: [],
    hasStart: false,
    customSections: [],
  };
  private readonly types: string[] = [];
  private readonly functions: string[] = [];

  section(id: number, bytes: Uint8Array): void {
    const items: Readonly<Record<number, (reader: Reader) => void>> = {
      1: (reader) => this.type(reader),
      2: (reader) => this.import(reader),
      3: (reader) => this.functions.push(this.signature(reader)),
      4: (reader) => this.file.tables.push(reader.table()),
      5: (reader) => this.file.memories.push(reader.memory()),
      7: (reader) => this.export(reader),
    };
    const reader = new Reader(bytes);
    if (id === 0) {
      if (this.file.customSections.length === MOST_CUSTOM_SECTIONS) notWasm("it has too many custom sections");
      this.file.customSections.push({ name: reader.name(), bytes: reader.rest() });
      return;
    }
    this.file.hasStart ||= id === 8;
    const [most, what] = MOST_ITEMS[id] ?? [];
    if (most === undefined) return;
    let left = reader.number();
    if (left > most) notWasm(`it has more than ${String(most)} ${String(what)}`);
    const read = items[id];
    if (read === undefined) return;
    for (; left > 0; --left) read(reader);
    if (!reader.empty) notWasm("a section is longer than what it holds");
  }

  private type(reader: Reader): void {
    if (reader.byte() !== 0x60) notWasm("a type is no function type");
    const parameters = reader.valueTypes();
    this.types.push(`${parameters}->${reader.valueTypes()}`);
  }

  private signature(reader: Reader): string {
    return this.types[reader.number()] ?? notWasm("a function has a type that is not there");
  }

  private import(reader: Reader): void {
    const found: WasmImport = { module: reader.name(), name: reader.name(), kind: reader.kind() };
    if (found.kind === "function") {
      found.signature = this.signature(reader);
      this.functions.push(found.signature);
    } else if (found.kind === "table") {
      this.file.tables.push(reader.table());
    } else if (found.kind === "memory") {
      this.file.memories.push(reader.memory());
    } else if (found.kind === "global") {
      reader.valueType();
      reader.byte();
    } else {
      reader.byte();
      reader.number();
    }
    this.file.imports.push(found);
  }

  private export(reader: Reader): void {
    const found: WasmExport = { name: reader.name(), kind: reader.kind() };
    const index = reader.number();
    if (found.kind === "function") {
      found.signature = this.functions[index] ?? notWasm("it exports a function that it does not have");
    }
    this.file.exports.push(found);
  }
}

/**
 * Reads a binary. Code and data are skipped, not validated. Throws not-wasm: other magic or version, a component, a cut
 * or overlong section.
 */
export function parseWasm(binary: Uint8Array): WasmFile {
  if (binary.length > LONGEST_FILE) notWasm("it is larger than 16 MiB");
  const reader = new Reader(binary);
  if (binary.length < 8 || reader.take(4).join() !== "0,97,115,109") notWasm("it does not begin with the magic bytes");
  const version = reader.take(4).join();
  if (version === "13,0,1,0") notWasm("it is a component, not a core module");
  if (version !== "1,0,0,0") notWasm("its format is not version 1");
  const parser = new Parser();
  while (!reader.empty) {
    const id = reader.byte();
    parser.section(id, reader.take(reader.number()));
  }
  return parser.file;
}
