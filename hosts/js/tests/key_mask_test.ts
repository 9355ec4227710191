// The spellings of a key that are found in a server's text.
import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesOf, byteString } from "../src/core/byte_string.js";
import { KeyMask } from "../src/core/key_mask.js";

const KEY = "sk_test_0123+/456789";
const STARS = "*".repeat(KEY.length);

function masked(text: string, cutOff = false, key = KEY): string {
  const bytes = bytesOf(text);
  new KeyMask(key).apply(bytes, cutOff);
  assert.equal(bytes.length, text.length);
  return byteString(bytes);
}

test("a repeated key is overwritten wherever it is, in any letter case", () => {
  assert.equal(masked("no key here"), "no key here");
  assert.equal(masked(`<${KEY}> and ${KEY}`), `<${STARS}> and ${STARS}`);
  assert.equal(masked(`sk_test_${KEY}`), `sk_test_${STARS}`);
  assert.equal(masked("SK_TEST_0123+/456789"), STARS);
  assert.equal(masked("Sk_Test_0123+/456789"), STARS);
  assert.equal(masked(KEY, false, ""), KEY);
});

test("an escaped key is overwritten, whether all of it is escaped or some", () => {
  const each = (spell: (code: number) => string): string => Array.from(bytesOf(KEY), spell).join("");
  const hex = (code: number): string => code.toString(16).padStart(2, "0").toUpperCase();
  for (const spelled of [
    each((code) => `%${hex(code)}`),
    each((code) => `\\u00${hex(code)}`),
    each((code) => `\\x${hex(code)}`),
    each((code) => `&#x${hex(code)};`),
    each((code) => `&#${String(code)};`),
    "sk_test_0123%2B%2f456789",
    "sk_test_0123+\\/456789",
    "\\u0073k_test_0123%2b/456789",
  ]) {
    assert.equal(masked(`<${spelled}>`), `<${"*".repeat(spelled.length)}>`, spelled);
  }
  assert.equal(masked("a&amp;b\\\\c%25d&lt;", false, "a&b\\c%d<"), "*".repeat(18));
  assert.equal(masked("%25abcdefg", false, "%25abcdefg"), "*".repeat(10));
});

test("a key in hexadecimal digits or base64 is overwritten, alone and inside something longer", () => {
  assert.equal(masked("x736b5f746573745f303132332b2f343536373839y"), `x${"*".repeat(40)}y`);
  assert.equal(masked("736B5F746573745F303132332B2F343536373839"), "*".repeat(40));
  for (const before of ["", "a", "ab", "abc", "Bearer "]) {
    for (const behind of ["", "x", "xy", "xyz"]) {
      for (const coding of ["base64", "base64url"] as const) {
        const coded = Buffer.from(before + KEY + behind).toString(coding);
        const stars = masked(`<${coded}>`).split("*").length - 1;
        assert.ok(stars >= 27 && stars <= 28, `${coded} ${String(stars)}`);
      }
    }
  }
  assert.equal(masked("fn5+Pz8/Pj4+b29v", false, "~~~???>>>ooo"), "*".repeat(16));
  assert.equal(masked("fn5-Pz8_Pj4-b29v", false, "~~~???>>>ooo"), "*".repeat(16));
});

test("the beginning of a key is overwritten where a text was cut, in any spelling", () => {
  for (const part of [
    "sk_test_0123",
    "SK_T",
    "%73%6b%5f%74%65",
    "sk_test_0123%2",
    "sk_test_0123%",
    "\\u0073k_t\\u00",
    "736b5f74",
    "c2tfdGVz",
  ]) {
    assert.equal(masked(`ends with ${part}`, true), `ends with ${"*".repeat(part.length)}`, part);
    assert.equal(masked(`ends with ${part}`), `ends with ${part}`);
  }
  assert.equal(masked("ends with sk_", true), "ends with sk_");
  assert.equal(masked("sk_t is no end", true), "sk_t is no end");
});

test("a truncated escape may begin with a character of the key", () => {
  for (const spelled of [
    "a_key_&amp;%+rest",
    "a_key_&#38;%+rest",
    "a_key_&#x26;%+rest",
    "a_key_%26%25%2Brest",
    "a_key_\\u0026%+rest",
  ]) {
    for (let length = 4; length <= spelled.length; ++length) {
      const part = spelled.slice(0, length);
      assert.equal(masked(`ends with ${part}`, true, "a_key_&%+rest"), `ends with ${"*".repeat(length)}`, part);
    }
  }
});
