// Stopping an execution stops the run: nothing more is sent.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startSandbox } from "skipcall-test-support/sandbox";

import { N8n } from "../support/n8n.mjs";
import { need } from "../support/places.mjs";
import { until } from "../support/processes.mjs";
import { Rest } from "../support/rest.mjs";
import { startPostgres } from "../support/services.mjs";
import { callNode, credential, skipcallNode, subWorkflow, webhookWorkflow } from "../support/workflows.mjs";

const id = (n) => `123e4567-e89b-12d3-a456-${String(n).padStart(12, "0")}`;
const CONTACTS = 600;
const CONCURRENCY = 2;

const missing = await need("postgresql");
describe("stopping an execution", { skip: missing && `cannot run here: ${missing}` }, () => {
  let postgres, n8n, sandbox, hanging, rest;

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

  /** Stops the execution of a workflow, and waits until n8n says so. */
  const stop = async (workflowId) => {
    const filter = encodeURIComponent(JSON.stringify({ workflowId }));
    const execution = await until("the execution runs", 30, async () => {
      const { results } = await rest.call("GET", `/rest/executions?filter=${filter}`);
      return results.find(({ status }) => status === "running");
    });
    await rest.call("POST", `/rest/executions/${execution.id}/stop`);
    await until("the execution is canceled", 30, async () => {
      const now = await rest.call("GET", `/rest/executions/${execution.id}`);
      return now.status === "canceled";
    });
  };

  before(async () => {
    postgres = await startPostgres();
    sandbox = await startSandbox({
      keys: [{ key: "sk_test_good", plan: "EXPERT" }],
      sequences: [
        { id: "long", contacts: [] },
        { id: "short", contacts: [] },
        { id: "reading", contacts: [] },
        { id: "calling", contacts: [] },
      ],
      switches: { latencyMs: 200 },
    });
    hanging = await startSandbox({
      keys: [{ key: "sk_test_good", plan: "EXPERT" }],
      sequences: [{ id: "waiting", contacts: [] }],
      switches: { latencyMs: 60_000 },
    });
    n8n = await N8n.create(await postgres.database());
    await n8n.import("credentials", [
      credential("good", "sk_test_good", sandbox.url),
      credential("hanging", "sk_test_good", hanging.url),
    ]);
    const node = skipcallNode("good", { options: { batchSize: 1, concurrency: CONCURRENCY, leaveRemaining: 0 } });
    // Expressions that n8n has to evaluate for each item.
    const slowToRead = skipcallNode("good", {
      sequenceId: "={{ $json.sequenceId.trim() }}",
      contactIds: "={{ $json.contactId.trim() }}",
    });
    await n8n.import("workflow", [
      webhookWorkflow("long", "long", node, "onReceived"),
      webhookWorkflow("short", "short", node),
      webhookWorkflow("reading", "reading", slowToRead, "onReceived"),
      webhookWorkflow("calling", "calling", callNode("called"), "onReceived"),
      subWorkflow("called", node),
      webhookWorkflow("waiting", "waiting", callNode("hung"), "onReceived"),
      subWorkflow("hung", skipcallNode("hanging")),
    ]);
    for (const name of ["long", "short", "reading", "called", "calling", "hung", "waiting"])
      await n8n.mustCommand("publish:workflow", `--id=${name}`);
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
    await hanging?.stop();
    await postgres?.stop();
  });

  test("no request is sent after it", async () => {
    await post("long", CONTACTS);
    await until("some requests", 30, () => sent("long") >= 4);
    await stop("long");
    const before = sent("long");
    // Another execution of twelve requests, after the other two, gives the stopped one more than a second.
    await post("short", 12);
    assert.equal(sent("short"), 12);
    assert.ok(sent("long") <= before + CONCURRENCY, `${sent("long") - before} requests came after the stop`);
    assert.ok(sent("long") < CONTACTS / 2);
  });

  const untilEnded = async (workflowId, seconds) => {
    const filter = encodeURIComponent(JSON.stringify({ workflowId }));
    await until("the sub-workflow has ended", seconds, async () => {
      const { results } = await rest.call("GET", `/rest/executions?filter=${filter}`);
      return results.length > 0 && results.every(({ status }) => status !== "running");
    });
  };

  test("in a sub-workflow, a request without a response does not last until its timeout", async () => {
    await post("waiting", 1);
    await until("a request", 30, () => hanging.requests().length > 0);
    await stop("waiting");
    await untilEnded("hung", 15);
  });

  test("in a sub-workflow, no request is sent soon after the stop of the workflow that called it", async () => {
    await post("calling", CONTACTS);
    await until("some requests", 30, () => sent("calling") >= 4);
    await stop("calling");
    await untilEnded("called", 30);
    assert.ok(sent("calling") < CONTACTS / 2, `${sent("calling")} requests`);
  });

  test("while 20,000 items are read: n8n answers, and no request is ever sent", async () => {
    await post("reading", 20_000);
    await stop("reading");
    await post("short", 12);
    assert.equal(sent("reading"), 0);
  });
});
