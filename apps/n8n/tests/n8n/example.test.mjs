// The example workflow: imported as it is, run to its end against a sandbox with a small window.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { startSandbox } from "skipcall-test-support/sandbox";

import { N8n } from "../support/n8n.mjs";
import { need, packageRoot } from "../support/places.mjs";
import { startPostgres } from "../support/services.mjs";
import { credential } from "../support/workflows.mjs";

const id = (n) => `123e4567-e89b-12d3-a456-${String(n).padStart(12, "0")}`;

const missing = await need("postgresql");
describe("the example workflow", { skip: missing && `cannot run here: ${missing}` }, () => {
  let postgres, sandbox, n8n;

  before(async () => {
    postgres = await startPostgres();
    sandbox = await startSandbox({
      keys: [{ key: "sk_test_good", plan: "EXPERT" }],
      sequences: [{ id: "vip", contacts: Array.from({ length: 500 }, (_, n) => id(n)) }],
      switches: { limit: 2, windowMs: 2000 },
    });
    n8n = await N8n.create(await postgres.database());
    const text = readFileSync(join(packageRoot, "examples/remove-contacts.workflow.json"), "utf8");
    const workflow = JSON.parse(text);
    const node = (name) => workflow.nodes.find((one) => one.name === name);
    const rows = Array.from({ length: 500 }, (_, n) => ({ name: `row ${n}`, sequenceId: "vip", contactId: id(n) }));
    rows.push({ name: "lost", sequenceId: "no-such-sequence", contactId: id(1) });
    node("Read rows").parameters.jsonOutput = JSON.stringify({ rows });
    node("Remove contacts").credentials.skipcallApi = { id: "good", name: "good" };
    await n8n.import("credentials", [credential("good", "sk_test_good", sandbox.url)]);
    await n8n.import("workflow", [workflow]);
  });

  after(async () => {
    await n8n?.stop();
    await sandbox?.stop();
    await postgres?.stop();
  });

  test("every contact is removed after some rounds, and what cannot be is returned", async (t) => {
    const { code, runs, text } = await n8n.execute("skipcallExample");
    assert.equal(code, 0, text.slice(-2000));
    const names = (node) => runs[node].flatMap((run) => run.flat()).map(({ json }) => json.name);
    t.diagnostic(`${runs["Remove contacts"].length} rounds`);
    assert.ok(runs["Remove contacts"].length > 1, "it never had to wait");
    assert.deepEqual(names("Look at these"), ["lost"]);
    assert.equal(new Set(names("Done")).size, 500);
    assert.equal(names("Done").length, 500);
  });
});
