// The numbers and layouts of abi.ts against abi/golden.json.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as abi from "../src/core/abi.js";
import { readJson } from "./support/repository.js";

interface Golden {
  exports: Record<string, string>;
  imports: Record<string, Record<string, string>>;
  actions: Record<string, string>;
  structs: Record<string, { size: number; members: { offset: number; name: string }[] }>;
  constants: Record<string, number | string>;
}
const golden = readJson("abi/golden.json") as Golden;

test("functions and their signatures are those of the golden list", () => {
  assert.deepEqual(abi.EXPORTS, golden.exports);
  assert.deepEqual({ [abi.HOST_MODULE]: abi.IMPORTS }, golden.imports);
  assert.deepEqual(new Set(Object.values(golden.actions)), new Set([abi.ACTION_SIGNATURE]));
});

test("structs lie as in the golden list", () => {
  const known = {
    action_bytes: abi.BYTES,
    action_http_request: abi.REQUEST,
    action_http_response: abi.RESPONSE,
    action_progress: abi.PROGRESS,
  };
  assert.deepEqual(Object.keys(known).sort(), Object.keys(golden.structs).sort());
  for (const [name, layout] of Object.entries<Record<string, number>>(known)) {
    const struct = golden.structs[name]!;
    const members = struct.members.filter((member) => member.name !== "reserved");
    const expected = Object.fromEntries(members.map((member) => [member.name, member.offset]));
    assert.deepEqual({ ...layout }, { bytes: struct.size, ...expected }, name);
  }
});

test("constants are those of the golden list", () => {
  const known: Record<string, number | string> = {
    ACTION_ABI_MAJOR: abi.ABI_MAJOR,
    ACTION_ABI_MINOR: abi.ABI_MINOR,
    ACTION_ABI_VERSION: abi.ABI_VERSION,
    ACTION_HOST_MODULE: abi.HOST_MODULE,
    ACTION_SECTION_MANIFEST: abi.MANIFEST_SECTION,
    ACTION_HTTP_NOT_SENT: abi.NOT_SENT,
    ACTION_HTTP_MAY_HAVE_REPEATED: abi.MAY_HAVE_REPEATED,
  };
  for (const [name, value] of Object.entries(abi.State)) known[`ACTION_${name}`] = value;
  for (const [name, value] of Object.entries(abi.HttpError)) known[`ACTION_HTTP_${name}`] = value;
  for (const [name, value] of Object.entries(abi.Phase)) known[`ACTION_PHASE_${name}`] = value;
  assert.deepEqual(known, golden.constants);
});
