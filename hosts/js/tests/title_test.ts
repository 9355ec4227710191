// What members of an input are called on a form.
import assert from "node:assert/strict";
import { test } from "node:test";

import { titleOf } from "../src/core/title.js";

test("a title is taken as it is; without one, a name is split into words", () => {
  assert.equal(titleOf("maxStallMs", "Max Stall (ms)"), "Max Stall (ms)");
  assert.equal(titleOf("batchSize"), "Batch Size");
  assert.equal(titleOf("concurrency"), "Concurrency");
});
