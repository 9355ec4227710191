// Accounts of several runs, added up.
import assert from "node:assert/strict";
import { test } from "node:test";
import { again, NOTHING, settled, sum, withoutLists } from "../src/account.ts";

const error = (cause, contacts, more = {}) => ({
  ...{ cause, code: null, httpStatus: null, retryable: true, retryAt: null, message: cause, apiMessage: null },
  ...{ contacts, ...more },
});
const removal = (sequenceId, ids, outcome, at) => ({ sequenceId, contactIds: ids, outcome, error: at });
const sequence = (sequenceId, unique, confirmed, more = {}) => ({
  ...{ sequenceId, status: "partial", unique, confirmed, refused: 0, unknown: 0, unsent: 0, removed: confirmed },
  ...more,
});

// Ten contacts and an invalid id: 3 confirmed, 2 refused, 1 unknown, 4 unsent, then paused.
const paused = {
  ...NOTHING,
  ...{
    status: "cancelled",
    stoppedBy: "cancelled",
    requested: 12,
    invalid: 1,
    duplicates: 1,
    unique: 10,
    confirmed: 3,
  },
  ...{ refused: 2, unknown: 1, unsent: 4, removed: 3, batches: 5, requests: 4, retries: 1, waitedMs: 10 },
  sequences: [sequence("a", 8, 3, { unknown: 1, unsent: 4 }), sequence("b", 2, 0, { refused: 2, status: "failed" })],
  invalidIds: [{ removal: 0, contact: 3, reason: "empty" }],
  remaining: {
    removals: [removal("a", ["4"], "unknown", 0), removal("a", ["5", "6", "7", "8"], "unsent", 2)],
  },
  refusedIds: { removals: [removal("b", ["1", "2"], "refused", 1)] },
  errors: [error("network", 1), error("not-found", 2, { retryable: false }), error("cancelled", 4)],
};
const rest = {
  ...NOTHING,
  ...{ status: "partial", requested: 5, unique: 5, confirmed: 4, refused: 1, removed: 4, batches: 2, requests: 3 },
  sequences: [sequence("a", 5, 4, { refused: 1 })],
  refusedIds: { removals: [removal("a", ["8"], "refused", 0)] },
  errors: [error("refused", 1)],
};

test("what a run has left, run again, gives the account of one run", () => {
  const total = sum(settled(paused), again(rest));
  const { requested, invalid, duplicates, unique, confirmed, refused, unknown, unsent } = total;
  assert.deepEqual(
    { requested, invalid, duplicates, unique, confirmed, refused, unknown, unsent },
    { requested: 12, invalid: 1, duplicates: 1, unique: 10, confirmed: 7, refused: 3, unknown: 0, unsent: 0 },
  );
  assert.deepEqual([total.status, total.stoppedBy, total.batches, total.requests], ["partial", null, 5, 7]);
  assert.deepEqual(
    total.errors.map(({ cause, contacts }) => [cause, contacts]),
    [
      ["not-found", 2],
      ["refused", 1],
    ],
  );
  assert.deepEqual(
    total.refusedIds.removals.map(({ sequenceId, error: at }) => [sequenceId, at]),
    [
      ["b", 0],
      ["a", 1],
    ],
  );
  assert.deepEqual(total.sequences, [
    sequence("a", 8, 7, { refused: 1 }),
    sequence("b", 2, 0, { refused: 2, status: "failed" }),
  ]);
  assert.deepEqual(total.invalidIds, paused.invalidIds);
});

test("what may have been removed before is not counted, so the count is a lower bound", () => {
  assert.equal(sum(settled(paused), again(rest)).removedExact, false);
  assert.equal(sum(settled({ ...paused, unknown: 0, unsent: 5 }), again(rest)).removedExact, true);
});

test("errors that say the same are one, and an end by the key is the end of all", () => {
  const part = { ...rest, errors: [error("refused", 1)] };
  const both = sum(part, { ...part, stoppedBy: "credential-invalid" });
  assert.deepEqual([both.errors.length, both.errors[0].contacts], [1, 2]);
  assert.deepEqual([both.status, both.stoppedBy], ["partial", "credential-invalid"]);
  const nothing = { ...NOTHING, status: "failed", requested: 1, unique: 1, unsent: 1, stoppedBy: "credential-invalid" };
  assert.equal(sum(NOTHING, nothing).status, "failed");
});

test("all confirmed is completed, and warnings are of the whole", () => {
  const whole = {
    ...NOTHING,
    requested: 2,
    unique: 2,
    confirmed: 2,
    removed: 0,
    sequences: [sequence("a", 2, 2, { removed: 0 })],
  };
  const { status, warnings } = sum(whole, whole);
  assert.deepEqual([status, warnings], ["completed", [{ code: "nothing-was-in-sequence", count: 1 }]]);
  const touched = { ...whole, removed: 2, sequences: [sequence("a", 2, 2)] };
  assert.deepEqual(sum(whole, touched).warnings, []);
  assert.deepEqual(sum(NOTHING, NOTHING).warnings, [{ code: "nothing-to-do", count: 1 }]);
});

test("without lists there is no id left in it", () => {
  const text = JSON.stringify(withoutLists({ ...paused, errors: [error("refused", 1, { apiMessage: "not 4711" })] }));
  assert.ok(!/contactIds|4711|"contact"/.test(text), text);
});
