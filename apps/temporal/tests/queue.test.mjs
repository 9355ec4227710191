// One queue for each key: removals in turn, none refused by the rate limit.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { WithStartWorkflowOperation } from "@temporalio/client";
import { contactIds } from "skipcall-test-support/contacts";
import { startSandbox } from "skipcall-test-support/sandbox";
import { removalQueue, removeInTurnUpdate } from "skipcall-temporal/workflows";
import { checkSums, KEY, QUEUE, untilProgress } from "./support/removal.mjs";
import { startServer } from "./support/server.mjs";
import { startWorker } from "./support/worker.mjs";

let server;
before(async () => (server = await startServer()));
after(() => server.stop());

/** Calls use with a sandbox that has 5 sequences of 400 contacts, and a worker. */
async function withWorker(switches, use) {
  const groups = Array.from({ length: 5 }, (_, i) => i);
  const sequences = groups.map((group) => ({ id: `s${group}`, contacts: contactIds(400, group) }));
  const sandbox = await startSandbox({ keys: [{ key: KEY, plan: "EXPERT" }], sequences, switches });
  let worker;
  try {
    worker = await startWorker(server.address, [], { SKIPCALL_API_KEY: KEY, SKIPCALL_BASE_URL: sandbox.url });
    await use(sandbox, sequences);
  } finally {
    await worker?.end();
    await sandbox.stop();
  }
}

/** An input that takes some seconds. */
const slow = ({ id, contacts }) => ({
  sequenceId: id,
  contactIds: contacts,
  options: { batchSize: 20, concurrency: 1 },
});

/** Starts the queue where it does not run. */
function removeInTurn(workflowId, updateId, input) {
  return server.client.workflow.executeUpdateWithStart(removeInTurnUpdate, {
    updateId,
    args: [input],
    startWorkflowOperation: new WithStartWorkflowOperation(removalQueue, {
      ...{ workflowId, taskQueue: QUEUE, workflowIdConflictPolicy: "USE_EXISTING" },
    }),
  });
}

test("removals that come together run in turn, and the rate limit refuses none of their requests", () =>
  withWorker({ limit: 6, windowMs: 2000 }, async (sandbox, sequences) => {
    const options = { leaveRemaining: 0 };
    const results = await Promise.all(
      sequences.map(({ id, contacts }) => removeInTurn("key-a", id, { sequenceId: id, contactIds: contacts, options })),
    );
    for (const result of results) {
      checkSums(result);
      assert.deepEqual([result.status, result.removed, result.rateLimited], ["completed", 400, 0]);
    }
    const requests = sandbox.requests();
    assert.equal(requests.length, 20);
    const order = requests.map((line) => /\/sequences\/(s\d)\//.exec(line)[1]);
    const changes = order.filter((id, i) => i === 0 || id !== order[i - 1]);
    assert.equal(changes.length, 5, order.join(" "));
  }));

test("a removal is a workflow of its own, and its end is not that of the next one", () =>
  withWorker({ latencyMs: 300 }, async (_sandbox, sequences) => {
    const [first, second, third] = sequences.map(slow);
    const running = removeInTurn("key-b", "one", first);
    const removal = server.client.workflow.getHandle("key-b/one");
    await untilRunning("key-b/one");
    const next = removeInTurn("key-b", "two", { ...second, removals: [] });
    const last = removeInTurn("key-b", "three", third);
    await removal.signal("stop");
    const stopped = await running;
    checkSums(stopped);
    assert.equal(stopped.status, "cancelled");
    assert.deepEqual([(await next).status, (await next).stoppedBy], ["failed", "invalid-input"]);
    assert.deepEqual([(await last).status, (await last).removed], ["completed", 400]);
  }));

test("what is no job is refused, and those that come after it run", { timeout: 60_000 }, () =>
  withWorker({}, async (_sandbox, [{ id, contacts }]) => {
    for (const job of [null, "x", 7]) await assert.rejects(removeInTurn("key-d", randomUUID(), job), String(job));
    const result = await removeInTurn("key-d", "good", { sequenceId: id, contactIds: contacts });
    assert.deepEqual([result.status, result.removed], ["completed", 400]);
  }),
);

test("cancelled, the queue lets its removal give its account, and starts no other", () =>
  withWorker({ latencyMs: 300 }, async (sandbox, sequences) => {
    const [first, second] = sequences.map(slow);
    const running = removeInTurn("key-c", "one", first);
    await untilRunning("key-c/one");
    const queue = server.client.workflow.getHandle("key-c");
    const waiting = await queue.startUpdate(removeInTurnUpdate, { args: [second], waitForStage: "ACCEPTED" });
    await queue.cancel();
    const account = await running;
    checkSums(account);
    assert.equal(account.status, "cancelled");
    await assert.rejects(waiting.result());
    assert.ok(sandbox.requests().every((line) => line.includes("/s0/")));
  }));

/** A removal whose turn it is. */
async function untilRunning(workflowId) {
  for (;;) {
    try {
      return await untilProgress(server.client.workflow.getHandle(workflowId), ({ confirmed }) => confirmed > 0);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100)); // it is not there yet
    }
  }
}
