import assert from "node:assert/strict";
import { test } from "node:test";
import { readHeaderBlock } from "../src/core/header_block.js";

test("a value without the blanks around it", () => {
  const block = Buffer.from("a: \t one \ttwo\t \r\nb:\r\n");
  assert.deepEqual(readHeaderBlock(block), [
    ["a", "one \ttwo"],
    ["b", ""],
  ]);
});

test("a value with a long run of blanks inside is read in time that grows with its length", () => {
  const value = `a${" ".repeat(60_000)}b`;
  const began = performance.now();
  for (let times = 0; times < 10; ++times) {
    assert.deepEqual(readHeaderBlock(Buffer.from(`a: ${value}\r\n`)), [["a", value]]);
  }
  assert.ok(performance.now() - began < 2000, "it takes the square of its length");
});
