// Items in, removals out: nodes/Skipcall/items.ts.
import assert from "node:assert/strict";
import { test } from "node:test";

import { contactIdsOf, removalOf, trimId } from "../../dist/nodes/Skipcall/items.js";

const A = "123e4567-e89b-12d3-a456-426614174000";
const B = "123e4567-e89b-12d3-a456-426614174001";

test("a field with one id", () => {
  assert.deepEqual(contactIdsOf(A), [A]);
});

test("a text with commas, semicolons and line ends, and nothing between two of them", () => {
  assert.deepEqual(contactIdsOf(`${A}, ${B};${A}\r\n${B},,\n`), [A, ` ${B}`, A, B]);
});

test("a list stays as it is, with what is no id in it", () => {
  const list = [A, null, 5, "", { id: B }];
  assert.equal(contactIdsOf(list), list);
});

test("an empty list is nothing to do, a field without a value is a bad id", () => {
  assert.deepEqual(contactIdsOf([]), []);
  assert.deepEqual(contactIdsOf(""), [""]);
  assert.deepEqual(contactIdsOf(" \u00a0,\ufeff"), [""]);
  assert.deepEqual(contactIdsOf(undefined), [null]);
  assert.deepEqual(contactIdsOf(null), [null]);
  assert.deepEqual(contactIdsOf(42), [42]);
});

test("a list as JSON text, as models write one", () => {
  assert.deepEqual(contactIdsOf(` ["${A}", "${B}"] `), [A, B]);
  assert.deepEqual(contactIdsOf(`[${A}, ${B}`), [`[${A}`, ` ${B}`]);
});

test("a whole number is a sequence id; other values are left to the module", () => {
  assert.equal(removalOf(42, A).sequenceId, "42");
  assert.equal(removalOf(4.5, A).sequenceId, 4.5);
  assert.equal(removalOf(undefined, A).sequenceId, null);
  assert.equal(removalOf(" spring ", A).sequenceId, " spring ");
});

test("blanks are those of the module: ASCII white space, U+FEFF, U+00A0", () => {
  assert.equal(trimId("\ufeff\u00a0\t\v\f\r\n a b \u00a0"), "a b");
  assert.equal(trimId("\u2003a\u2003"), "\u2003a\u2003");
});
