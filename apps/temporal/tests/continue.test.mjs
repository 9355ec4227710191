// Removals that are too large for one history, or for a payload; and payloads that Temporal's server cannot read.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Client } from "@temporalio/client";
import { contactIds } from "skipcall-test-support/contacts";
import { startSandbox } from "skipcall-test-support/sandbox";
import { dataConverter } from "./support/codec.mjs";
import {
  checkSums,
  historiesOf,
  KEY,
  QUEUE,
  startRemoval,
  textOfHistory,
  until,
  untilProgress,
} from "./support/removal.mjs";
import { startServer } from "./support/server.mjs";
import { startUserWorker } from "./support/worker.mjs";

let server;
let folder;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "skipcall-kept-"));
  server = await startServer();
});
after(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

/** Calls use with a sandbox that has the contacts, and a user's worker. kept(): the lists that it kept. */
async function withWorker(contacts, switches, env, use) {
  const sequences = [
    { id: "spring", contacts },
    { id: "autumn", contacts: contactIds(100, 1) },
  ];
  const sandbox = await startSandbox({ keys: [{ key: KEY, plan: "EXPERT" }], sequences, switches });
  const keepFile = join(mkdtempSync(join(folder, "run-")), "kept");
  let worker;
  try {
    worker = await startUserWorker(server.address, {
      ...{ TASK_QUEUE: QUEUE, SKIPCALL_API_KEY: KEY, SKIPCALL_BASE_URL: sandbox.url, KEEP_FILE: keepFile, ...env },
    });
    const kept = () =>
      readFileSync(keepFile, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
    await use({ sandbox, worker, kept });
  } finally {
    await worker?.end();
    await sandbox.stop();
  }
}

test("continued as new again and again, the account is that of one run", async () => {
  const ids = contactIds(1200);
  const input = {
    removals: [
      { sequenceId: "spring", contactIds: [...ids.slice(0, 700), "no id", ids[3]] },
      { sequenceId: "nowhere", contactIds: contactIds(150, 2) },
      { sequenceId: "autumn", contactIds: contactIds(200, 1) },
      { sequenceId: "spring", contactIds: ids.slice(600) },
    ],
    options: { onInvalid: "skip" },
  };
  const results = [];
  for (const settings of [{ requestsPerRun: 1000 }, { requestsPerRun: 3 }]) {
    await withWorker(ids, { failEvery: 5, failStatuses: [503] }, {}, async ({ sandbox }) => {
      const handle = await startRemoval(server.client, input, { settings });
      const result = await handle.result();
      checkSums(result);
      assert.equal(result.requests, sandbox.requests().length);
      const { total, confirmed, requests } = await handle.query("progress");
      assert.deepEqual([total, confirmed, requests], [result.unique, result.confirmed, result.requests]);
      results.push({ runs: (await historiesOf(server.client, handle)).length, result });
    });
  }
  const [whole, parts] = results;
  assert.equal(whole.runs, 1);
  assert.ok(parts.runs >= 4, `${parts.runs} runs`);
  // Depends on how many runs there were, and on the time.
  const varies = new Set(["requests", "retries", "waitedMs", "rateLimit", "removedExact"]);
  const comparable = ({ result }) => {
    const sequences = result.sequences.toSorted((a, b) => (a.sequenceId < b.sequenceId ? -1 : 1));
    const refusedIds = result.refusedIds.removals.flatMap((one) =>
      one.contactIds.map((id) => ({ ...one, contactIds: id })),
    );
    const account = { ...result, sequences, refusedIds };
    return Object.fromEntries(Object.entries(account).filter(([name]) => !varies.has(name)));
  };
  assert.deepEqual(comparable(parts), comparable(whole));
});

test("a million contacts by reference: read in parts, lists kept, histories short", { timeout: 600_000 }, async () => {
  const source = { contacts: 1_000_000, group: 3, every: 5000 };
  const ids = contactIds(source.contacts, 3);
  await withWorker(ids, { limit: 1_000_000 }, { PART: "20000" }, async ({ sandbox, kept }) => {
    const options = { onInvalid: "skip", concurrency: 32 };
    const handle = await server.client.workflow.start("removeContactsFrom", {
      ...{ taskQueue: QUEUE, workflowId: "million", args: [{ source, options }] },
    });
    const result = await handle.result();
    checkSums(result);
    const { status, requested, invalid, confirmed, refused, removed, removedExact, next } = result;
    assert.deepEqual(
      { status, requested, invalid, confirmed, refused, removed, removedExact, next },
      {
        ...{ status: "partial", requested: 1_000_050, invalid: 50, confirmed: 999_800, refused: 200, removed: 999_800 },
        ...{ removedExact: true, next: null },
      },
    );
    assert.equal(result.requests, sandbox.requests().length);
    const gone = kept().flatMap(({ refusedIds }) => refusedIds.removals.flatMap((one) => one.contactIds));
    assert.deepEqual(
      gone.toSorted(),
      ids.filter((_id, i) => (i + 1) % 5000 === 0),
    );
    assert.equal(kept().flatMap(({ invalidIds }) => invalidIds).length, 50);
    assert.equal(result.errors.find(({ cause }) => cause === "not-found").contacts, 200);
    const runs = await until(
      () => Array.fromAsync(server.client.workflow.list({ query: 'WorkflowId = "million"' })),
      (found) => found.some((run) => run.status.name === "COMPLETED"),
    );
    assert.ok(runs.length >= 30, `${runs.length} runs`);
    for (const { historyLength, historySize } of runs) {
      assert.ok(historyLength < 300 * 8 && historySize < 4_000_000, `${historyLength} events, ${historySize} bytes`);
    }
  });
});

test("stopped within a part: its rest is kept, and next is where another removal begins", async () => {
  const source = { contacts: 3000, group: 4, every: 10_000 };
  await withWorker(contactIds(3000, 4), { latencyMs: 300 }, { PART: "1000" }, async ({ kept }) => {
    const options = { onInvalid: "skip" };
    const start = (workflowId, input) =>
      server.client.workflow.start("removeContactsFrom", { taskQueue: QUEUE, workflowId, args: [input] });
    const first = await start("first", { source, options });
    await untilProgress(first, ({ confirmed }) => confirmed >= 1200);
    await first.signal("stop");
    const result = await first.result();
    checkSums(result);
    assert.deepEqual([result.status, result.stoppedBy], ["cancelled", "cancelled"]);
    const { remaining } = kept().at(-1);
    const rest = await startRemoval(server.client, { removals: remaining.removals, options });
    const second = await start("second", { source, options, cursor: result.next });
    const all = [result, await rest.result(), await second.result()];
    assert.equal(
      all.reduce((sum, { removed }) => sum + removed, 0),
      3000,
    );
  });
});

test("a part that is none, or does not say where the next one begins, ends the removal", { timeout: 60_000 }, () =>
  withWorker([], {}, {}, async () => {
    const start = (input) =>
      server.client.workflow.start("removeContactsFrom", { taskQueue: QUEUE, workflowId: randomUUID(), args: [input] });
    for (const part of [undefined, null, "x", {}, { removals: [] }, { next: null }]) {
      const handle = await start({ source: { wrong: { part } } });
      await assert.rejects(handle.result(), ({ cause }) => cause.type === "skipcall-source", JSON.stringify(part));
    }
    const nothing = await (await start({ source: { wrong: { part: { removals: [], next: null } } } })).result();
    assert.deepEqual([nothing.status, nothing.requested, nothing.next], ["completed", 0, null]);
  }),
);

test("more by value than its result could hold is refused, and nothing is sent", () =>
  withWorker([], {}, {}, async ({ sandbox }) => {
    const input = { sequenceId: "spring", contactIds: Array.from({ length: 35_001 }, () => "") };
    const handle = await startRemoval(server.client, input);
    await assert.rejects(handle.result(), ({ cause }) =>
      /35,001 contacts by value, at most 35,000/.test(cause.message),
    );
    assert.equal(sandbox.requests().length, 0);
  }));

test("with a codec that encrypts, Temporal's server sees no id and no sequence", async () => {
  const own = await startServer({ onDisk: true, dataConverter });
  const sequences = [{ id: "sequence-of-spring", contacts: contactIds(500, 9) }];
  const sandbox = await startSandbox({ keys: [{ key: KEY, plan: "EXPERT" }], sequences });
  const text = () =>
    readdirSync(own.folder)
      .map((name) => readFileSync(join(own.folder, name), "latin1"))
      .join("");
  const env = { TASK_QUEUE: QUEUE, SKIPCALL_API_KEY: KEY, SKIPCALL_BASE_URL: sandbox.url };
  const id = contactIds(500, 9)[77];
  const input = { sequenceId: "sequence-of-spring", contactIds: [...contactIds(500, 9), "no id"] };
  try {
    const worker = await startUserWorker(own.address, { ...env, ENCRYPTED: "yes" });
    const removal = { ...input, options: { onInvalid: "skip" } };
    const handle = await startRemoval(own.client, removal, { settings: { requestsPerRun: 2 } });
    await until(
      () => handle.query("progress"),
      ({ phase }) => phase === "ended",
    );
    const result = await handle.result();
    assert.deepEqual([result.status, result.removed, result.unique], ["completed", 500, 500]);
    await worker.end();
    const seen = text();
    assert.ok(seen.includes("binary/encrypted"));
    for (const secret of [id, "sequence-of-spring", "confirmed"]) assert.ok(!seen.includes(secret), secret);
    // Without the codec the same look finds them.
    const plain = await startUserWorker(own.address, env);
    const client = new Client({ connection: own.client.connection });
    const other = await startRemoval(client, input);
    await other.result();
    assert.ok(textOfHistory(await other.fetchHistory()).includes(id));
    assert.ok(text().includes(id));
    await plain.end();
  } finally {
    await own.stop();
    await sandbox.stop();
  }
});
