// Stopping an execution stops the run: nothing more is sent.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { N8n } from "../support/n8n.mjs";
import { need } from "../support/places.mjs";
import { until } from "../support/processes.mjs";
import { Rest } from "../support/rest.mjs";
import { startPostgres, startSandbox } from "../support/services.mjs";
import { credential, skipcallNode, webhookWorkflow } from "../support/workflows.mjs";

const id = (n) => `123e4567-e89b-12d3-a456-${String(n).padStart(12, "0")}`;
const CONTACTS = 600;
const CONCURRENCY = 2;

const missing = await need("postgresql");
describe("stopping an execution", { skip: missing && `cannot run here: ${missing}` }, () => {
  let postgres, n8n, sandbox, rest;

  const post = async (path, count) => {
    const rows = Array.from({ length: count }, (_, n) => ({ sequenceId: path, contactId: id(n) }));
    const response = await fetch(`${n8n.url}/webhook/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ rows }),
    });
    assert.equal(response.status, 200);
    return response.json();
  };
  const sent = (path) => sandbox.requests().filter((line) => line.includes(`/${path}/`)).length;

  before(async () => {
    postgres = await startPostgres();
    sandbox = await startSandbox({
      keys: [{ key: "sk_test_good", plan: "EXPERT" }],
      sequences: [
        { id: "long", contacts: [] },
        { id: "short", contacts: [] },
      ],
      switches: { latencyMs: 200 },
    });
    n8n = await N8n.create(await postgres.database());
    await n8n.import("credentials", [credential("good", "sk_test_good", sandbox.url)]);
    const node = skipcallNode("good", { options: { batchSize: 1, concurrency: CONCURRENCY, leaveRemaining: 0 } });
    await n8n.import("workflow", [
      webhookWorkflow("long", "long", node, "onReceived"),
      webhookWorkflow("short", "short", node),
    ]);
    for (const name of ["long", "short"]) await n8n.mustCommand("publish:workflow", `--id=${name}`);
    await n8n.startMain();
    rest = await Rest.signIn(n8n.url);
    await until(
      "webhooks",
      60,
      async () => (await fetch(`${n8n.url}/webhook/short`, { method: "POST" })).status !== 404,
    );
  });

  after(async () => {
    await n8n?.stop();
    await sandbox?.stop();
    await postgres?.stop();
  });

  test("no request is sent after it", async () => {
    await post("long", CONTACTS);
    await until("some requests", 30, () => sent("long") >= 4);
    const filter = encodeURIComponent('{"workflowId":"long"}');
    const { results } = await rest.call("GET", `/rest/executions?filter=${filter}`);
    const [execution] = results;
    await rest.call("POST", `/rest/executions/${execution.id}/stop`);
    await until("the execution is canceled", 30, async () => {
      const now = await rest.call("GET", `/rest/executions/${execution.id}`);
      return now.status === "canceled";
    });
    const before = sent("long");
    // Another execution of twelve requests one after the other two gives the stopped one more than a second.
    await post("short", 12);
    assert.equal(sent("short"), 12);
    assert.ok(sent("long") <= before + CONCURRENCY, `${sent("long") - before} requests came after the stop`);
    assert.ok(sent("long") < CONTACTS / 2);
  });
});
