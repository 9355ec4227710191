// Twenty workflows that share a key and its small windows, on three workers. Workers are killed at random, and so is
// Temporal's server.
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { test } from "node:test";
import proto from "@temporalio/proto";
import { contactIds } from "skipcall-test-support/contacts";
import { startSandbox } from "skipcall-test-support/sandbox";
import { checkSums, KEY, startRemoval, until } from "./support/removal.mjs";
import { startRecordingProxy } from "./support/recording_proxy.mjs";
import { startServer } from "./support/server.mjs";
import { startWorker } from "./support/worker.mjs";

const WORKFLOWS = 20;
const CONTACTS = 800;
const SWITCHES = { limit: 30, windowMs: 2000, latencyMs: 100, failEvery: 17, retryAfter: "seconds" };
/** After so many requests a worker is killed, or the server. */
const KILLS = [15, 40, 90, 130];
const SERVER_KILL = 65;
const { WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND: UNHANDLED_COMMAND } =
  proto.temporal.api.enums.v1.WorkflowTaskFailedCause;

const millis = (time) => Number(time.seconds) * 1000 + Math.floor(time.nanos / 1e6);
const textOf = (payload) => new TextDecoder().decode(payload.data);

/** What became of each request of a history: its batch, the worker, from when to when, and how it ended. */
function requestsOf({ events }) {
  const found = new Map();
  for (const event of events) {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) {
      const [head, body] = scheduled.input.payloads.map(textOf);
      found.set(String(event.eventId), { batch: `${JSON.parse(head).target} ${body}` });
      continue;
    }
    const started = event.activityTaskStartedEventAttributes;
    const completed = event.activityTaskCompletedEventAttributes;
    const timedOut = event.activityTaskTimedOutEventAttributes;
    const request = found.get(String((started ?? completed ?? timedOut)?.scheduledEventId));
    if (started)
      Object.assign(request, { worker: Number.parseInt(started.identity, 10), from: millis(event.eventTime) });
    if (timedOut) Object.assign(request, { isLost: true, to: millis(event.eventTime) });
    if (completed) Object.assign(request, { status: JSON.parse(textOf(completed.result.payloads[0])).status });
  }
  return [...found.values()];
}

test(
  "every contact is removed, every account exact, and only what was open at a kill is sent twice",
  { timeout: 600_000 },
  async () => {
    const groups = Array.from({ length: WORKFLOWS }, (_, i) => i);
    const sequences = groups.map((group) => ({ id: `s${group}`, contacts: contactIds(CONTACTS, group) }));
    const server = await startServer({ onDisk: true });
    const sandbox = await startSandbox({ keys: [{ key: KEY, plan: "EXPERT" }], sequences, switches: SWITCHES });
    const proxy = await startRecordingProxy(sandbox.url);
    const newWorker = () => startWorker(server.address, [], { SKIPCALL_API_KEY: KEY, SKIPCALL_BASE_URL: proxy.url });
    const workers = [];
    const logs = [];
    try {
      for (let i = 0; i < 3; ++i) workers.push(await newWorker());
      const options = { leaveRemaining: 0, maxAttempts: 20 };
      const handles = [];
      for (const { id, contacts } of sequences) {
        handles.push(await startRemoval(server.client, { sequenceId: id, contactIds: contacts, options }));
      }
      const killed = new Set();
      let serverKilledAt;
      for (const at of [...KILLS, SERVER_KILL].sort((a, b) => a - b)) {
        const isOpen = () => proxy.seen.some(({ status }) => status === undefined);
        // On a busy machine all may be done before an open one is seen; the other kills have met some then.
        const latest = Date.now() + 20_000;
        await until(
          () => proxy.seen.length,
          (count) => count >= at && (isOpen() || Date.now() > latest),
        );
        if (at === SERVER_KILL) {
          serverKilledAt = Date.now();
          await server.again();
          continue;
        }
        const [worker] = workers.splice(randomInt(workers.length), 1);
        killed.add(worker.pid);
        await worker.end("SIGKILL");
        logs.push(worker.log);
        workers.push(await newWorker());
      }

      const results = await Promise.all(handles.map((handle) => handle.result()));
      for (const result of results) {
        checkSums(result);
        assert.deepEqual([result.status, result.confirmed], ["completed", CONTACTS]);
        assert.ok(result.removedExact ? result.removed === CONTACTS : result.removed <= CONTACTS);
      }
      let lost = 0;
      for (const [i, handle] of handles.entries()) {
        const history = await handle.fetchHistory();
        // The server refuses the end of a workflow for which something has just arrived, and asks again.
        const failed = history.events
          .map((event) => event.workflowTaskFailedEventAttributes)
          .filter((failure) => failure && failure.cause !== UNHANDLED_COMMAND);
        assert.deepEqual(
          failed.map(({ cause, failure }) => [cause, failure?.message]),
          [],
          "a workflow task failed",
        );
        const requests = requestsOf(history);
        assert.equal(requests.length, results[i].requests);
        for (const { worker, from, to } of requests.filter((request) => request.isLost)) {
          const isExpected = killed.has(worker) || (from <= serverKilledAt && serverKilledAt <= to);
          assert.ok(isExpected, `lost by worker ${worker} from ${from} to ${to}; server killed at ${serverKilledAt}`);
          ++lost;
        }
        for (const batch of new Set(requests.map((request) => request.batch))) {
          const tries = requests.filter((request) => request.batch === batch);
          // One more than were lost or failed: none is repeated that had been answered.
          assert.equal(tries.filter(({ status }) => status === 200).length, 1);
          assert.equal(tries.at(-1).status, 200);
          const sent = proxy.seen.filter((one) => one.batch === batch).length;
          assert.ok(sent <= tries.length, "an activity sent its request twice");
          assert.ok(sent >= tries.filter(({ status }) => status !== undefined).length);
        }
      }
      assert.ok(lost > 0, "no kill met an open request");
      for (const log of [...logs, ...workers.map((worker) => worker.log)])
        assert.ok(!/ondeterminis|TMPRL1100/.test(log), log);

      const removals = sequences.map(({ id, contacts }) => ({ sequenceId: id, contactIds: contacts }));
      const again = await (await startRemoval(server.client, { removals, options })).result();
      assert.deepEqual([again.confirmed, again.removed], [WORKFLOWS * CONTACTS, 0]);
    } finally {
      await Promise.all(workers.map((worker) => worker.end("SIGKILL")));
      await proxy.stop();
      await sandbox.stop();
      await server.stop();
    }
  },
);
