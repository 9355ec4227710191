// 5,000 dirty contacts against small windows and faults: a worker is killed and the server restarted in the middle, then
// the removal ends by itself, or it is stopped in the middle and another one does the rest.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { dirtyRemovals, dirtySequences } from "skipcall-test-support/contacts";
import { startSandbox } from "skipcall-test-support/sandbox";
import { checkSums, countEvents, KEY, startRemoval, untilProgress } from "./support/removal.mjs";
import { startServer } from "./support/server.mjs";
import { startWorker } from "./support/worker.mjs";

const SWITCHES = { limit: 20, windowMs: 1000, failEvery: 9, lostEvery: 13, latencyMs: 20 };
const options = { onInvalid: "skip", leaveRemaining: 0, maxAttempts: 20 };

let server;
before(async () => (server = await startServer({ onDisk: true })));
after(() => server.stop());

const remove = (removals) => startRemoval(server.client, { removals, options });

/** Calls use with the progress of a removal that is in the middle, its worker killed and the server started again. */
async function inTheMiddle(use) {
  const sequences = Object.entries(dirtySequences).map(([id, contacts]) => ({ id, contacts }));
  const sandbox = await startSandbox({ keys: [{ key: KEY, plan: "EXPERT" }], sequences, switches: SWITCHES });
  const newWorker = () => startWorker(server.address, [], { SKIPCALL_API_KEY: KEY, SKIPCALL_BASE_URL: sandbox.url });
  let worker;
  try {
    worker = await newWorker();
    const handle = await remove(dirtyRemovals());
    await untilProgress(handle, ({ confirmed }) => confirmed >= 1000);
    await worker.end("SIGKILL");
    await server.again();
    worker = await newWorker();
    const { confirmed } = await untilProgress(handle, (progress) => progress.confirmed >= 1500);
    assert.ok(confirmed < 4800, "it was in the middle");
    await use(handle, sandbox);

    // In the end nobody is left.
    const all = Object.entries(dirtySequences).map(([sequenceId, contactIds]) => ({ sequenceId, contactIds }));
    const { confirmed: everybody, removed } = await (await remove(all)).result();
    assert.deepEqual([everybody, removed], [4800, 0]);
  } finally {
    await worker?.end("SIGKILL");
    await sandbox.stop();
  }
}

function checkAccount(account) {
  checkSums(account);
  assert.deepEqual([account.requested, account.invalid, account.duplicates, account.unique], [5000, 100, 100, 4800]);
}

test("a removal whose worker was killed and whose server was restarted ends with an exact account", () =>
  inTheMiddle(async (handle, sandbox) => {
    const account = await handle.result();
    checkAccount(account);
    assert.deepEqual([account.status, account.confirmed], ["completed", 4800]);
    const history = await handle.fetchHistory();
    assert.equal(countEvents(history).activityTaskScheduled, account.requests);
    assert.equal(countEvents(history).workflowTaskFailed ?? 0, 0);
    const lost = countEvents(history).activityTaskTimedOut ?? 0;
    const sent = sandbox.requests().length;
    assert.ok(sent <= account.requests && sent >= account.requests - lost, `${sent} of ${account.requests}`);
  }));

test("stopped in the middle after that, what remains is the input of the removal of the rest", () =>
  inTheMiddle(async (handle) => {
    await handle.signal("stop");
    const account = await handle.result();
    checkAccount(account);
    assert.equal(account.status, "cancelled");
    assert.ok(account.confirmed >= 1500 && account.unsent > 0, JSON.stringify(account));
    const rest = await (await remove(account.remaining.removals)).result();
    checkSums(rest);
    assert.equal(rest.unique, account.unsent + account.unknown);
    assert.deepEqual([rest.status, rest.confirmed], ["completed", rest.unique]);
  }));
