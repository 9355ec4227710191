// What a WebAssembly binary says about itself, read without compiling or running it (core specification, 5.5).
import { featureOf, findFeatures } from "./features.js";
import { notWasm, Reader } from "./wasm_reader.js";

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
  /** Those that are not in the ABI's table, as far as types, tags and code show them; LLVM's names. */
  foreignFeatures: Set<string>;
  /** Views of the binary. */
  customSections: { name: string; bytes: Uint8Array }[];
}

/**
 * The most items of each section, by its number: more than a real module has, and few enough that a small file cannot
 * make a host or its engine use gigabytes.
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
  10: [100_000, "function bodies"],
  11: [100_000, "data segments"],
};
const LONGEST_BODY = 128 * 1024;
const MOST_CUSTOM_SECTIONS = 1000;
const LONGEST_FILE = 16 * 1024 * 1024;

/** Collects what the sections say; functions are numbered over imports and definitions. */
class Parser {
  readonly file: WasmFile = {
    imports: [],
    exports: [],
    memories: [],
    tables: [],
    hasStart: false,
    foreignFeatures: new Set(),
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
      10: (reader) => this.body(reader),
    };
    const reader = new Reader(bytes);
    if (id === 0) {
      if (this.file.customSections.length === MOST_CUSTOM_SECTIONS) notWasm("it has too many custom sections");
      this.file.customSections.push({ name: reader.name(), bytes: reader.rest() });
      return;
    }
    this.file.hasStart ||= id === 8;
    if (id === 13) this.file.foreignFeatures.add("exception-handling"); // tags
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
    if (reader.byte() !== 0x60) notWasm("a type is not a function type");
    const [parameters, results] = [reader.valueTypes(), reader.valueTypes()];
    for (const type of [...parameters, ...results]) {
      const feature = featureOf(type);
      if (feature !== undefined) this.file.foreignFeatures.add(feature);
    }
    if (results.length > 1) this.file.foreignFeatures.add("multivalue");
    this.types.push(`(${parameters.join(",")})->(${results.join(",")})`);
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

  private body(reader: Reader): void {
    const length = reader.number();
    if (length > LONGEST_BODY) notWasm("a function is longer than 128 KiB");
    findFeatures(reader.take(length), this.file.foreignFeatures);
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
 * Reads a binary. Code is scanned for features, data skipped; the engine validates both. Throws not-wasm: other magic
 * or version, a component, a cut or overlong section.
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
