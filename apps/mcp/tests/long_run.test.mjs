// 5,000 dirty rows against small windows and faults: run to the end, stopped in the middle, and killed in the middle. In
// the end every contact is out, and each account says exactly what happened.
import assert from "node:assert/strict";
import { test } from "node:test";
import { agree, overStdio, remove } from "./support/client.mjs";
import { contactIds, startSandbox } from "./support/sandbox.mjs";

const SWITCHES = { limit: 20, windowMs: 1000, failEvery: 9, lostEvery: 13, latencyMs: 20 };
const sequences = { spring: contactIds(2400), été: contactIds(2400, 1) };
const removals = Object.entries(sequences).map(([sequenceId, ids], at) => ({
  sequenceId: ` ${sequenceId} `,
  // 50 duplicates in other letter case, 50 that are not ids
  contactIds: [
    ...ids,
    ...ids.slice(0, 50).map((id) => id.toUpperCase()),
    ...Array.from({ length: 50 }, (_, i) => [null, "", 7, `row ${i}`][(i + at) % 4]),
  ],
}));
const options = { onInvalid: "skip", leaveRemaining: 0, maxAttempts: 20 };
const args = ["--max-items", "5000"];

function checkSums({ requested, invalid, duplicates, unique, confirmed, refused, unknown, unsent }) {
  assert.equal(requested, invalid + duplicates + unique);
  assert.equal(unique, confirmed + refused + unknown + unsent);
}

async function withSandbox(use) {
  const sandbox = await startSandbox(sequences, SWITCHES);
  try {
    await use(sandbox);
  } finally {
    await sandbox.stop();
  }
}

/** What is left in the sandbox is what a final run removes. */
async function leftIn(sandbox) {
  const client = await overStdio(sandbox, { person: agree, args });
  const { structuredContent } = await remove(client, { removals, options }, { timeout: 120_000 });
  await client.close();
  assert.equal(structuredContent.confirmed, 4800);
  return structuredContent.removed;
}

/** Starts a run. middle: resolves when it is in the middle, or over; ended: with its result, or the error. */
function start(client, signal) {
  const ended = remove(client, { removals, options }, { signal, timeout: 120_000 }).catch((error) => error);
  return { ended, middle: Promise.race([ended, recent(client, ({ progress }) => progress?.confirmed >= 1500)]) };
}

/** Polls the last run until it is as wanted. */
async function recent(client, isWanted) {
  for (;;) {
    const { structuredContent } = await client.callTool({ name: "recent_runs", arguments: {} });
    const run = structuredContent.runs.at(-1);
    if (run !== undefined && (isWanted(run) || run.state === "ended")) return run;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const LIMIT = { timeout: 180_000 };

test("to the end", LIMIT, () =>
  withSandbox(async (sandbox) => {
    const client = await overStdio(sandbox, { person: agree, args });
    const { structuredContent: account } = await remove(client, { removals, options }, { timeout: 120_000 });
    await client.close();
    checkSums(account);
    assert.deepEqual(
      [account.status, account.requested, account.invalid, account.duplicates],
      ["completed", 5000, 100, 100],
    );
    assert.deepEqual([account.unique, account.confirmed], [4800, 4800]);
    assert.equal(account.requests, sandbox.requests());
    assert.equal(await leftIn(sandbox), 0);
  }),
);

test("cancelled in the middle: a gentle stop, and recent_runs has the account", LIMIT, () =>
  withSandbox(async (sandbox) => {
    const client = await overStdio(sandbox, { person: agree, args });
    const cancel = new AbortController();
    const { middle, ended } = start(client, cancel.signal);
    await middle;
    cancel.abort();
    await ended;
    const run = await recent(client, () => false);
    const account = run.result;
    checkSums(account);
    assert.equal(account.status, "cancelled");
    assert.ok(account.confirmed >= 1500 && account.unsent > 0, JSON.stringify(account));
    assert.match(client.log, /remove_contacts was stopped: .*"confirmed":/);
    // The account's own list of what is left is a call's input, and is all that is left.
    const rest = { removals: account.remaining.removals, options };
    const { structuredContent: second } = await remove(client, rest, { timeout: 120_000 });
    // Those whose connection was lost, and that were to be sent again when the stop came, are unknown.
    assert.equal(second.unique, account.unsent + account.unknown);
    assert.equal(second.confirmed, second.unique);
    await client.close();
    assert.equal(await leftIn(sandbox), 0);
  }),
);

test("killed in the middle, and called again", LIMIT, () =>
  withSandbox(async (sandbox) => {
    const client = await overStdio(sandbox, { person: agree, args });
    const { middle, ended } = start(client);
    await middle;
    process.kill(client.pid, "SIGKILL");
    await ended;
    await client.close();
    const sentBefore = sandbox.requests();
    const again = await overStdio(sandbox, { person: agree, args });
    const { structuredContent: account } = await remove(again, { removals, options }, { timeout: 120_000 });
    await again.close();
    checkSums(account);
    assert.deepEqual([account.status, account.confirmed], ["completed", 4800]);
    assert.equal(account.requests, sandbox.requests() - sentBefore);
    assert.ok(account.removed <= 4800 - 1000, "what was removed before is not counted again");
    assert.equal(await leftIn(sandbox), 0);
  }),
);
