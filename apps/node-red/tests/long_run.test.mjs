// 5,000 dirty rows against small windows and faults: to the end, and stopped in the middle, by a message and by a deploy.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { contactIds, sandboxOf, withFlow } from "./support/flow.mjs";
import { checkAccount, dirtyRows, sequences, SWITCHES } from "./support/dirty_rows.mjs";

const LIMIT = { timeout: 180_000 };
const definition = { onInvalid: "skip", progress: true };
let sandbox;

beforeEach(async () => (sandbox = await sandboxOf(sequences, SWITCHES)));
afterEach(() => sandbox.stop());

const isOver = (out) => out.removed.length > 0 && out.notRemoved.length > 0;

test("to the end", LIMIT, async () => {
  const out = await withFlow(sandbox, definition, async (flow) => {
    flow.send({ payload: dirtyRows() });
    await flow.until(isOver, 150);
  });
  const [{ payload: removed, skipcall }] = out.removed;
  checkAccount(skipcall);
  assert.deepEqual([skipcall.status, skipcall.confirmed], ["completed", 4800]);
  assert.equal(skipcall.requests, sandbox.requests().length);
  assert.deepEqual([removed.length, out.notRemoved[0].payload.length], [4900, 100]);
  assert.ok(out.progress.some(({ payload }) => payload.waitingUntil !== null));
  assert.ok(out.status.some(({ text }) => /^[\d,]+ \/ 4,800/.test(text)));
});

/** What is left goes out with a second run, and after it nobody is left. */
async function finish() {
  for (const isLast of [false, true]) {
    const out = await withFlow(sandbox, definition, async (flow) => {
      flow.send({ payload: dirtyRows() });
      await flow.until(isOver, 100);
    });
    const { confirmed, removed } = out.removed[0].skipcall;
    assert.equal(confirmed, 4800);
    if (isLast) assert.equal(removed, 0);
    else assert.ok(removed > 0 && removed <= 3300, String(removed));
  }
}

async function untilTheMiddle(flow) {
  flow.send({ payload: dirtyRows(), topic: "first" });
  flow.send({ payload: [{ contactId: contactIds(1)[0], sequenceId: "spring" }], topic: "waits" });
  await flow.until((out) => out.progress.at(-1)?.payload.confirmed >= 1500, 100);
}

test("stopped in the middle by msg.stop", LIMIT, async () => {
  const out = await withFlow(sandbox, definition, async (flow) => {
    await untilTheMiddle(flow);
    flow.send({ stop: true });
    await flow.until((now) => isOver(now) && now.notRemoved.length === 2);
  });
  const waited = out.notRemoved.find(({ topic }) => topic === "waits");
  assert.deepEqual(
    waited.payload.map(({ outcome }) => outcome),
    ["unsent"],
  );
  const { skipcall, payload } = out.removed[0];
  const { payload: rest } = out.notRemoved.find(({ topic }) => topic === "first");
  checkAccount(skipcall);
  assert.equal(skipcall.status, "cancelled");
  assert.equal(payload.length + rest.length, 5000);
  await finish();
});

test("stopped in the middle by a deploy", LIMIT, async () => {
  await withFlow(sandbox, definition, untilTheMiddle);
  await finish();
});
