// The workflow on a real server, by the worker program: its account, its status, its ends, and where the key is.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { contactIds } from "skipcall-test-support/contacts";
import { startSandbox } from "skipcall-test-support/sandbox";
import { checkSums, countEvents, KEY, QUEUE, startRemoval, textOfHistory, untilProgress } from "./support/removal.mjs";
import { startServer } from "./support/server.mjs";
import { startWorker } from "./support/worker.mjs";

let server;
before(async () => (server = await startServer()));
after(() => server.stop());

const environment = ({ url }) => ({ SKIPCALL_API_KEY: KEY, SKIPCALL_BASE_URL: url });

/** The server says by a Retry-After alone when its window ends. */
const AN_HOUR = { windowMs: 3_600_000, rateHeaders: "never", retryAfter: "seconds" };

/** Calls use with a sandbox, and a worker of its own task queue. */
async function withWorker(contacts, switches, use) {
  const sequences = [{ id: "spring", contacts }];
  const sandbox = await startSandbox({ keys: [{ key: KEY, plan: "EXPERT" }], sequences, switches });
  let worker;
  try {
    worker = await startWorker(server.address, [], environment(sandbox));
    await use(sandbox, worker);
  } finally {
    await worker?.end();
    await sandbox.stop();
  }
}

test("contacts are removed, the account is exact, and neither key nor server is in the history", () =>
  withWorker(contactIds(950), { failEvery: 4, echoKey: true }, async (sandbox, worker) => {
    const ids = contactIds(1000);
    const input = { removals: [{ sequenceId: "spring", contactIds: [...ids, ids[0], "no id"] }] };
    const handle = await startRemoval(server.client, { ...input, options: { onInvalid: "skip" } });
    const result = await handle.result();
    checkSums(result);
    assert.deepEqual(
      [result.status, result.requested, result.confirmed, result.duplicates, result.invalid],
      ["completed", 1002, 1000, 1, 1],
    );
    assert.equal(result.removed, 950);
    assert.equal(result.requests, sandbox.requests().length);
    assert.ok(result.retries > 0);

    const history = await handle.fetchHistory();
    const text = textOfHistory(history);
    assert.ok(text.includes(ids[0]) && text.includes("*".repeat(KEY.length)), "the answers are in it");
    assert.ok(!text.includes(KEY) && !text.includes(new URL(sandbox.url).host));
    assert.ok(!worker.log.includes(KEY), "it is in the log");
    assert.equal(countEvents(history).activityTaskScheduled, result.requests);

    const { phase, confirmed } = await handle.query("progress");
    assert.deepEqual([phase, confirmed], ["ended", 1000]);
    const { memo } = await handle.describe();
    assert.deepEqual([memo.skipcallProgress.phase, memo.skipcallProgress.confirmed], ["ended", 1000]);
  }));

test("an input that is refused ends in a result, and nothing is sent", () =>
  withWorker([], {}, async (sandbox) => {
    const handle = await startRemoval(server.client, { sequenceId: "spring", contactIds: ["no id"] });
    const { status, stoppedBy, errors } = await handle.result();
    assert.deepEqual([status, stoppedBy, errors[0].retryable], ["failed", "invalid-input", false]);
    assert.equal(sandbox.requests().length, 0);
  }));

test("arguments that are no input end in a result or a failure, and nothing is sent", { timeout: 60_000 }, () =>
  withWorker([], {}, async (sandbox) => {
    const start = (args) =>
      server.client.workflow.start("removeContacts", { taskQueue: QUEUE, workflowId: randomUUID(), args });
    const input = { sequenceId: "spring", contactIds: ["no id"], options: null };
    for (const args of [[], [null], ["x"], [[]], [{ options: "x" }], [input], [input, null], [input, "x"]]) {
      const { status, stoppedBy } = await (await start(args)).result();
      assert.deepEqual([status, stoppedBy], ["failed", "invalid-input"], JSON.stringify(args));
    }
    for (const settings of [{ requestsPerRun: 0 }, { requestsPerRun: "x" }, { taskQueue: 7 }, { taskQueue: "" }]) {
      const handle = await start([input, settings]);
      await assert.rejects(handle.result(), ({ cause }) => cause.type === "skipcall-settings");
    }
    assert.equal(sandbox.requests().length, 0);
  }),
);

test("a long wait is one timer; stop ends it gently, and remaining is a next input", () =>
  withWorker(contactIds(1000), { limit: 4, ...AN_HOUR }, async (sandbox) => {
    const handle = await startRemoval(server.client, { sequenceId: "spring", contactIds: contactIds(1000) });
    const { waitingUntil, confirmed } = await untilProgress(handle, ({ phase }) => phase === "rate-window");
    assert.equal(confirmed, 400);
    assert.ok(Date.parse(waitingUntil) > Date.now() + 3_000_000, waitingUntil);
    const { memo } = await handle.describe();
    assert.equal(memo.skipcallProgress.waitingUntil, waitingUntil);

    await handle.signal("stop");
    const result = await handle.result();
    checkSums(result);
    assert.deepEqual([result.status, result.confirmed, result.unsent, result.unknown], ["cancelled", 400, 600, 0]);
    assert.equal(sandbox.requests().length, result.requests);
    assert.ok(countEvents(await handle.fetchHistory()).timerStarted <= 2);

    const dryRun = await startRemoval(server.client, { ...result.remaining, options: { dryRun: true } });
    assert.equal((await dryRun.result()).unique, 600);
  }));

test("stop lets a request that is open end; cancel gives it up; both give the account", () =>
  withWorker(contactIds(1000), { latencyMs: 3000 }, async (sandbox) => {
    const input = { sequenceId: "spring", contactIds: contactIds(1000) };
    const isOpen = ({ open, confirmed }) => open > 0 && confirmed > 0;
    const stopped = await startRemoval(server.client, input);
    await untilProgress(stopped, isOpen);
    await stopped.signal("stop");
    const first = await stopped.result();
    checkSums(first);
    assert.deepEqual([first.status, first.unknown], ["cancelled", 0]);
    assert.equal(first.confirmed, 100 * sandbox.requests().length);

    const cancelled = await startRemoval(server.client, input);
    await untilProgress(cancelled, isOpen);
    await cancelled.cancel();
    const second = await cancelled.result();
    checkSums(second);
    assert.equal(second.status, "cancelled");
    assert.ok(second.confirmed > 0 && second.unknown > 0, JSON.stringify(second));
    assert.equal(second.remaining.removals.flatMap(({ contactIds: ids }) => ids).length, 1000 - second.confirmed);
  }));

test("the key may be on another task queue, with workers that run no workflow", async () => {
  const sandbox = await startSandbox({
    keys: [{ key: KEY, plan: "EXPERT" }],
    sequences: [{ id: "spring", contacts: contactIds(300) }],
  });
  const workflows = await startWorker(server.address, ["--only", "workflows", "--task-queue", "keyless"], {});
  const input = { sequenceId: "spring", contactIds: contactIds(300) };
  const handle = await startRemoval(server.client, input, { taskQueue: "keyless", settings: { taskQueue: QUEUE } });
  await untilProgress(handle, ({ open }) => open > 0);
  const requests = await startWorker(server.address, ["--only", "requests"], environment(sandbox));
  const { status, removed } = await handle.result();
  assert.deepEqual([status, removed], ["completed", 300]);
  await requests.end();
  await workflows.end();
  await sandbox.stop();
});

test("a worker that is killed costs nothing but its open requests, and SIGTERM not even those", () =>
  withWorker(contactIds(3000), { latencyMs: 200 }, async (sandbox) => {
    const input = { sequenceId: "spring", contactIds: contactIds(3000), options: { concurrency: 2 } };
    const handle = await startRemoval(server.client, input);
    const second = await startWorker(server.address, [], environment(sandbox));
    await untilProgress(handle, ({ confirmed }) => confirmed >= 500);
    await second.end("SIGKILL");
    const { confirmed } = await handle.query("progress");
    const third = await startWorker(server.address, [], environment(sandbox));
    await untilProgress(handle, (progress) => progress.confirmed > confirmed);
    await third.end("SIGTERM");
    const result = await handle.result();
    checkSums(result);
    assert.deepEqual([result.status, result.confirmed], ["completed", 3000]);
    const repeated = result.requests - 30;
    assert.ok(repeated <= 2, `${repeated} requests were repeated`);
  }));
