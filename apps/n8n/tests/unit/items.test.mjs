// Items in, removals out: nodes/Skipcall/items.ts.
import assert from "node:assert/strict";
import { test } from "node:test";

import * as items from "../../dist/nodes/Skipcall/items.js";
import { execution } from "../support/report.mjs";

const { sequenceIdOf, trimId } = items;
const contactIdsOf = (value) => items.contactIdsOf(value, execution());

const A = "123e4567-e89b-12d3-a456-426614174000";
const B = "123e4567-e89b-12d3-a456-426614174001";

test("a field with one id", async () => {
  assert.deepEqual(await contactIdsOf(A), [A]);
});

test("a string with commas, semicolons and line ends, and nothing between two of them", async () => {
  assert.deepEqual(await contactIdsOf(`${A}, ${B};${A}\r\n${B},,\n`), [A, B, A, B]);
});

test("a list stays as it is, including what is not an id", async () => {
  const list = [A, null, 5, "", { id: B }];
  assert.deepEqual(await contactIdsOf(list), list);
});

test("an entry of a list may name several, as rows of a sheet do that n8n's Aggregate puts together", async () => {
  assert.deepEqual(await contactIdsOf([`${A}, ${B}`, B, `${B} ${A}`]), [A, B, B, B, A]);
  assert.deepEqual(await contactIdsOf([`${A}, Ada`, ""]), [A, "Ada", ""]);
});

test("an empty list is nothing to do, a field without a value is a bad id", async () => {
  assert.deepEqual(await contactIdsOf([]), []);
  assert.deepEqual(await contactIdsOf(""), [""]);
  assert.deepEqual(await contactIdsOf(" \u00a0,\ufeff"), [""]);
  assert.deepEqual(await contactIdsOf(undefined), [null]);
  assert.deepEqual(await contactIdsOf(null), [null]);
  assert.deepEqual(await contactIdsOf(42), [42]);
});

test("what JSON cannot hold becomes a string, so that n8n can save the item", async () => {
  const circle = {};
  circle.circle = circle;
  const throws = {
    toJSON() {
      throw new Error("boom");
    },
  };
  for (const value of [1n, Symbol("x"), () => A, circle, throws, new Date(0), NaN, Promise.resolve(A)]) {
    for (const given of [value, [value]]) {
      const [id] = await contactIdsOf(given);
      assert.deepEqual(JSON.parse(JSON.stringify([id])), [id], String(id));
    }
    const sequenceId = sequenceIdOf(value);
    assert.deepEqual(JSON.parse(JSON.stringify([sequenceId])), [sequenceId], String(sequenceId));
  }
});

test("a list as JSON text, as models write one", async () => {
  assert.deepEqual(await contactIdsOf(` ["${A}", "${B}"] `), [A, B]);
  assert.deepEqual(await contactIdsOf(`[${A}, ${B}`), [`[${A}`, B]);
});

test("a UUID is read without what programs and pages put around it", async () => {
  const spelled = [
    `"${A}"`,
    `'${A}'`,
    `“${A}”`,
    `„${A}“`,
    `‘${A}’`,
    `«${A}»`,
    `\`${A}\``,
    `(${A})`,
    `{${A}}`,
    `"{${A}}"`,
    `\u200b${A}`,
    `\ufeff \u2060${A}\u00ad`,
    `\u202a${A}\u202c`,
    `\u2003${A}\u3000`,
  ];
  for (const text of spelled) {
    assert.deepEqual(await contactIdsOf(text), [A], JSON.stringify(text));
    assert.deepEqual(await contactIdsOf([text]), [A], JSON.stringify(text));
  }
  assert.equal(sequenceIdOf(`{${B}}`), B);
});

test("what may be something else stays as it is, for the module to refuse", async () => {
  const bare = A.replaceAll("-", "");
  for (const text of [
    bare,
    `{${bare}}`,
    `${A}x`,
    `<${A}>`,
    `"${A}`,
    `${A.slice(0, 8)}\u200b${A.slice(8)}`,
    `id ${A}`,
  ]) {
    assert.ok(!(await contactIdsOf(text)).includes(A), JSON.stringify(text));
  }
});

test("lists with blanks, and as databases and Python write them", async () => {
  for (const text of [
    `${A} ${B}`,
    `${A}\t${B}`,
    ` ${A}  ${B} `,
    `{${A},${B}}`,
    `['${A}', '${B}']`,
    `"${A}","${B}"`,
    `"${A}, ${B}"`,
  ]) {
    assert.deepEqual(await contactIdsOf(text), [A, B], text);
  }
  assert.deepEqual(await contactIdsOf(`Ada Lovelace, ${A}`), ["Ada Lovelace", A]);
});

test("a whole number is a sequence id; other values are left to the module", async () => {
  assert.equal(sequenceIdOf(42), "42");
  assert.equal(sequenceIdOf(42n), "42");
  assert.equal(sequenceIdOf(4.5), 4.5);
  assert.equal(sequenceIdOf(undefined), null);
  assert.equal(sequenceIdOf(" spring "), "spring");
  assert.equal(sequenceIdOf("\u200bspring"), "spring");
  for (const text of ['"spring"', "'spring'", " “spring” ", "‘ spring ’"]) assert.equal(sequenceIdOf(text), "spring");
  for (const text of ['"', "''", 'spring "24"', "'spring"]) assert.equal(sequenceIdOf(text), text);
});

test("no text is made into a sequence id of what JSON cannot hold, and nothing throws", async () => {
  const cyclic = {};
  cyclic.self = cyclic;
  const textless = Object.create(null);
  textless.self = textless;
  const throwing = new Proxy({}, { get: () => assert.fail() });
  for (const value of [cyclic, textless, throwing, () => "spring", Symbol("spring"), new Date(0)]) {
    assert.equal(sequenceIdOf(value), null);
    assert.equal((await contactIdsOf(value)).length, 1);
  }
});

test("blanks are those of the module: ASCII white space, U+FEFF, U+00A0", async () => {
  assert.equal(trimId("\ufeff\u00a0\t\v\f\r\n a b \u00a0"), "a b");
  assert.equal(trimId("\u2003a\u2003"), "\u2003a\u2003");
});
