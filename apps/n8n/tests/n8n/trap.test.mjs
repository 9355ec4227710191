// A module that traps, in real n8n: the node says so, its items are unsent if no request was passed to n8n, and n8n
// continues.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { N8n } from "../support/n8n.mjs";
import { need, root } from "../support/places.mjs";
import { mustRun } from "../support/processes.mjs";
import { startPostgres } from "../support/services.mjs";
import { credential, rowsWorkflow, skipcallNode } from "../support/workflows.mjs";

const SECTION = "action_manifest";

/** A number as WebAssembly writes lengths. */
function leb128(number) {
  const bytes = [];
  for (let rest = number; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 0x7f) | 0x80);
  }
}

/** The repository's guest, whose action "trap" has the name that the node calls. */
async function trappingModule() {
  const text = readFileSync(join(root, "tests/wasmtime/guests/actions.wat"), "utf8")
    .replace('(export "trap")', '(export "remove_contacts")')
    .replace('{\\"export\\":\\"trap\\"}', '{\\"export\\":\\"remove_contacts\\"}')
    .replace('{\\"id\\":\\"test\\"', '{\\"id\\":\\"skipcall\\"');
  const folder = mkdtempSync(join(tmpdir(), "skipcall-guest-"));
  try {
    // Old wabt ignores (@custom …), so it is left out, and written here.
    const [annotation, manifest] = /\(@custom "action_manifest" "(.*)"\)/.exec(text);
    writeFileSync(join(folder, "guest.wat"), text.replace(annotation, ""));
    await mustRun("wat2wasm", ["guest.wat", "-o", "guest.wasm"], { cwd: folder });
    const content = Buffer.concat([leb128(SECTION.length), Buffer.from(SECTION + manifest.replaceAll('\\"', '"'))]);
    return Buffer.concat([readFileSync(join(folder, "guest.wasm")), leb128(0), leb128(content.length), content]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const rows = [1, 2].map((n) => ({ sequenceId: "vip", contactId: `123e4567-e89b-12d3-a456-00000000000${n}` }));
const missing = await need("postgresql");

describe("a module that traps", { skip: missing && `not run: ${missing}` }, () => {
  let postgres;
  let n8n;

  before(async () => {
    postgres = await startPostgres();
    n8n = await N8n.create(await postgres.database());
    const built = "node_modules/n8n-nodes-skipcall/dist/nodes/Skipcall/generated/module.js";
    const file = join(n8n.folder, ".n8n/nodes", built);
    const base64 = (await trappingModule()).toString("base64");
    writeFileSync(file, readFileSync(file, "utf8").replace(/(WASM_BASE64 = ")[^"]+"/, `$1${base64}"`));
    await n8n.import("credentials", [credential("nowhere", "sk_test_nobody", "http://127.0.0.1:9")]);
    await n8n.import("workflow", [
      rowsWorkflow("stops", rows, skipcallNode("nowhere")),
      rowsWorkflow("goes-on", rows, skipcallNode("nowhere", {}, { onError: "continueErrorOutput" })),
    ]);
  });

  after(async () => {
    await n8n?.stop();
    await postgres?.stop();
  });

  test("stop on error: one NodeOperationError that says so", async () => {
    const { code, error } = await n8n.execute("stops");
    assert.equal(code, 1);
    assert.equal(error.name, "NodeOperationError");
    assert.match(error.message, /module trapped in action_wake/);
  });

  test("error output: every item is there, and unsent", async () => {
    const { code, items } = await n8n.execute("goes-on");
    assert.equal(code, 0);
    assert.deepEqual(items.Skipcall[0], []);
    assert.deepEqual(
      items.Left[0].map(({ json }) => [
        json.contactId,
        json.skipcall.outcome,
        json.skipcall.cause,
        json.skipcall.contactIds,
      ]),
      rows.map(({ contactId }) => [contactId, "unsent", "internal", [contactId]]),
    );
  });
});
