// Queue mode: a main process, two workers, Redis and Postgres, many executions at once on one API key; and a worker that
// is killed in the middle of a run.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startSandbox } from "skipcall-test-support/sandbox";

import { N8n } from "../support/n8n.mjs";
import { need } from "../support/places.mjs";
import { until } from "../support/processes.mjs";
import { Rest } from "../support/rest.mjs";
import { startPostgres, startRedis } from "../support/services.mjs";
import { credential, skipcallNode, webhookWorkflow } from "../support/workflows.mjs";

const id = (n) => `123e4567-e89b-12d3-a456-${String(n).padStart(12, "0")}`;
const CONTACTS = 4000;
const EXECUTIONS = 40;
const all = Array.from({ length: CONTACTS }, (_, n) => id(n));
const rowsOf = (ids, sequenceId) => ids.map((contactId) => ({ sequenceId, contactId }));

/** What is still in a sequence, by removing it: 0 when the node has removed everybody. */
async function stillThere(sandbox, sequenceId, ids) {
  let left = 0;
  for (let at = 0; at < ids.length; at += 100) {
    const response = await fetch(`${sandbox.url}/v1/sequences/${sequenceId}/contacts`, {
      method: "DELETE",
      headers: { Authorization: `Bearer sk_test_audit${(at / 100) % 10}`, "Content-Type": "application/json" },
      body: JSON.stringify({ contactIds: ids.slice(at, at + 100) }),
    });
    assert.equal(response.status, 200);
    left += (await response.json()).removed;
  }
  return left;
}

const missing = await need("postgresql", "redis-server");
describe("queue mode", { skip: missing && `cannot run here: ${missing}` }, () => {
  let postgres, redis, n8n, crowded, slow, workers, rest;

  async function post(path, rows) {
    const response = await fetch(`${n8n.url}/webhook/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ rows }),
    });
    assert.equal(response.status, 200, path);
    return response.json();
  }

  before(async () => {
    postgres = await startPostgres();
    redis = await startRedis();
    const keys = ["sk_test_workers", ...Array.from({ length: 10 }, (_, n) => `sk_test_audit${n}`)].map((key) => ({
      key,
      plan: "EXPERT",
    }));
    const sequences = ["vip", "held"].map((id) => ({ id, contacts: all }));
    crowded = await startSandbox({ keys, sequences, switches: { limit: 100, windowMs: 5000 } });
    slow = await startSandbox({ keys, sequences, switches: { latencyMs: 100 } });
    n8n = await N8n.create(await postgres.database(), {
      ...redis.settings,
      EXECUTIONS_MODE: "queue",
      QUEUE_WORKER_LOCK_DURATION: "5000",
      QUEUE_WORKER_LOCK_RENEW_TIME: "1000",
      QUEUE_WORKER_STALLED_INTERVAL: "2000",
    });
    await n8n.import("credentials", [
      credential("crowded", "sk_test_workers", crowded.url),
      credential("slow", "sk_test_workers", slow.url),
    ]);
    const options = { batchSize: 10, leaveRemaining: 0, maxDuration: 240 };
    const node = (name) => skipcallNode(name, { options });
    await n8n.import("workflow", [
      webhookWorkflow("crowd", "crowd", node("crowded")),
      webhookWorkflow("fire", "fire", node("slow"), "onReceived"),
      webhookWorkflow("again", "again", node("slow")),
      webhookWorkflow("hold", "hold", node("slow"), "onReceived"),
    ]);
    for (const name of ["crowd", "fire", "again", "hold"]) await n8n.mustCommand("publish:workflow", `--id=${name}`);
    await n8n.startMain();
    rest = await Rest.signIn(n8n.url);
    workers = [await n8n.startWorker(), await n8n.startWorker()];
    // n8n says that it is ready before the webhooks are there.
    await until(
      "webhooks",
      60,
      async () => (await fetch(`${n8n.url}/webhook/again`, { method: "POST", body: "" })).status !== 404,
    );
  });

  after(async () => {
    await n8n?.stop();
    await slow?.stop();
    await crowded?.stop();
    await redis?.stop();
    await postgres?.stop();
  });

  test("many executions at once on one key: every contact removed, no id lost, few requests refused", async (t) => {
    const share = CONTACTS / EXECUTIONS;
    const answers = await Promise.all(
      Array.from({ length: EXECUTIONS }, (_, n) => post("crowd", rowsOf(all.slice(n * share, (n + 1) * share), "vip"))),
    );
    const named = answers.flat();
    assert.equal(named.length, CONTACTS);
    assert.deepEqual(new Set(named.map(({ contactId }) => contactId)).size, CONTACTS);
    assert.ok(named.every(({ skipcall }) => skipcall.outcome === "confirmed"));
    const requests = crowded.requests();
    const refused = requests.filter((line) => line.includes(": 429")).length;
    const rate = refused / requests.length;
    t.diagnostic(`${requests.length} requests, ${refused} refused (${(rate * 100).toFixed(1)} %)`);
    assert.ok(rate < 0.25, `${refused} of ${requests.length} requests were refused`);
    assert.equal(await stillThere(crowded, "vip", all), 0);
  });

  test("a worker killed in the middle: firing the trigger again leaves nobody", async (t) => {
    const ids = all.slice(0, 2000);
    const parts = Array.from({ length: 10 }, (_, n) => ids.slice(n * 200, (n + 1) * 200));
    for (const part of parts) await post("fire", rowsOf(part, "vip"));
    await until("some requests", 60, () => slow.requests().length >= 30);
    const [victim, other] = workers;
    victim.child.kill("SIGKILL");
    await victim.exited;
    // n8n gives up what the dead worker had, and never restarts it.
    const counts = await until("all executions have ended", 120, async () => {
      const { results } = await rest.call(
        "GET",
        `/rest/executions?filter=${encodeURIComponent('{"workflowId":"fire"}')}`,
      );
      const by = Object.groupBy(results, ({ status }) => status);
      const ended = results.length - (by.running?.length ?? 0) - (by.new?.length ?? 0);
      return ended === parts.length && { lost: parts.length - (by.success?.length ?? 0), ended };
    });
    t.diagnostic(`${counts.lost} of ${counts.ended} executions were lost with the worker`);
    assert.ok(counts.lost > 0, "the worker had no execution; kill it later");
    assert.ok(other.running);
    const answers = (await Promise.all(parts.map((part) => post("again", rowsOf(part, "vip"))))).flat();
    assert.equal(answers.length, ids.length);
    assert.ok(answers.every(({ skipcall }) => skipcall.outcome === "confirmed"));
    assert.equal(await stillThere(slow, "vip", ids), 0);
    assert.equal(await stillThere(slow, "vip", all.slice(2000, 2100)), 100, "this way of counting sees who is there");
  });

  test("a worker held up until n8n has given its execution up sends no more of it", async (t) => {
    // Another worker notices a stalled execution.
    while (workers.filter(({ running }) => running).length < 2) workers.push(await n8n.startWorker());
    const sent = () => slow.requests().filter((line) => line.includes("/held/")).length;
    const filter = encodeURIComponent('{"workflowId":"hold"}');
    const execution = async () => (await rest.call("GET", `/rest/executions?filter=${filter}`)).results[0];
    await post("hold", rowsOf(all, "held"));
    await until("some requests", 60, () => sent() >= 6);
    const { id: number } = await execution();
    const worker = workers.find(({ log }) => log.includes(`Worker started execution ${number} `));
    worker.child.kill("SIGSTOP");
    try {
      await until("n8n has given the execution up", 120, async () =>
        ["error", "crashed"].includes((await execution()).status),
      );
    } finally {
      worker.child.kill("SIGCONT");
    }
    const before = sent();
    await worker.says(new RegExp(`Worker finished execution ${number} `), 120);
    t.diagnostic(`${before} requests before, ${sent()} after`);
    assert.ok(before < CONTACTS / 10 / 2, "it was nearly done; hold it earlier");
    // Three may have been on their way out of the worker when it was held up.
    assert.ok(sent() <= before + 3, `${sent() - before} requests were sent after n8n gave it up`);
  });
});
