// Which WebAssembly features a function's code uses beyond those of the ABI's table (ABI.md "The module file").
// JavaScript engines accept every feature that they know, so a module that runs here might run nowhere else.
import { notWasm, Reader } from "./wasm_reader.js";

/** Of one function. A compiler may need memory for each local at each branch. */
const MOST_LOCALS_TIMES_BYTES = 2 ** 25;

/** By opcode, or the first and the last one of a range. The others are of no feature that this host knows. */
const FOREIGN: readonly [first: number, last: number, feature: string][] = [
  [0x06, 0x0a, "exception-handling"],
  [0x12, 0x13, "tail-call"],
  [0x14, 0x15, "function-references"],
  [0x18, 0x19, "exception-handling"],
  [0x1c, 0x1c, "reference-types"],
  [0x1f, 0x1f, "exception-handling"],
  [0x25, 0x26, "reference-types"],
  [0xd0, 0xd2, "reference-types"],
  [0xd3, 0xd6, "function-references"],
  [0xfb, 0xfb, "gc"],
  [0xfd, 0xfd, "simd128"],
  [0xfe, 0xfe, "atomics"],
];

/** What follows an opcode: `n` a number, `0` a number that has to be 0 (the only memory or table), or bytes. */
function operandsOf(opcode: number): string | undefined {
  if (opcode >= 0x45 && opcode <= 0xc4) return "";
  if (opcode >= 0x28 && opcode <= 0x3e) return "mn";
  if (opcode >= 0x20 && opcode <= 0x24) return "n";
  return OPERANDS[opcode];
}
const OPERANDS: Readonly<Record<number, string>> = {
  ...{ 0x00: "", 0x01: "", 0x05: "", 0x0b: "", 0x0f: "", 0x1a: "", 0x1b: "" },
  ...{ 0x02: "b", 0x03: "b", 0x04: "b", 0x0c: "n", 0x0d: "n", 0x0e: "v", 0x10: "n", 0x11: "n0" },
  ...{ 0x3f: "0", 0x40: "0", 0x41: "i", 0x42: "i", 0x43: "4", 0x44: "8" },
};
/** After 0xfc: conversions that do not trap, and bulk memory. */
const OPERANDS_FC = ["", "", "", "", "", "", "", "", "n0", "n", "00", "0", "n0", "n", "00"];

/** The feature of a value type; undefined for numbers. */
export function featureOf(type: string): string | undefined {
  if (/^[if](32|64)$/.test(type)) return undefined;
  return type === "v128" ? "simd128" : "reference-types";
}

/**
 * Adds what a function's body uses. It ends at the first foreign instruction, since the length of an unknown one is not
 * known; bodies that no engine accepts may end it too. Throws if there are too many locals for its length.
 */
export function findFeatures(body: Uint8Array, found: Set<string>): void {
  const reader = new Reader(body);
  let locals = 0;
  for (let groups = reader.number(); groups > 0; --groups) {
    locals += reader.number();
    const feature = featureOf(reader.valueType());
    if (feature !== undefined) found.add(feature);
  }
  if (locals * body.length > MOST_LOCALS_TIMES_BYTES) notWasm("a function has too many locals for its length");
  while (!reader.empty) {
    const feature = instruction(reader);
    if (feature !== undefined) {
      found.add(feature);
      return;
    }
  }
}

/** Reads one. Returns its feature, if that is a foreign one. */
function instruction(reader: Reader): string | undefined {
  const opcode = reader.byte();
  const operands = opcode === 0xfc ? OPERANDS_FC[reader.number()] : operandsOf(opcode);
  if (operands === undefined) {
    if (opcode === 0xfc) return "an unknown one";
    return FOREIGN.find(([first, last]) => opcode >= first && opcode <= last)?.[2] ?? "an unknown one";
  }
  for (const operand of operands) {
    const feature = read(reader, operand);
    if (feature !== undefined) return feature;
  }
  return undefined;
}

function read(reader: Reader, operand: string): string | undefined {
  if (operand === "n") reader.number();
  else if (operand === "0" && reader.number() !== 0) return "multimemory";
  else if (operand === "m" && reader.number() >= 64) return "multimemory";
  else if (operand === "i") while (reader.byte() >= 0x80);
  else if (operand === "v") for (let left = reader.number(); left >= 0; --left) reader.number();
  else if (operand === "b") return blockType(reader);
  else if (operand === "4" || operand === "8") reader.take(Number(operand));
  return undefined;
}

/** No result, or one number; others are types of functions. */
function blockType(reader: Reader): string | undefined {
  const code = reader.byte();
  if (code === 0x40 || (code >= 0x7c && code <= 0x7f)) return undefined;
  return code === 0x7b ? "simd128" : code >= 0x40 && code < 0x80 ? "reference-types" : "multivalue";
}
