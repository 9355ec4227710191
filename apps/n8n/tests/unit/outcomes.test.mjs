// The run's result back to items: nodes/Skipcall/outcomes.ts. Results come from the module itself, so that a change of
// its result is noticed here.
import assert from "node:assert/strict";
import { test } from "node:test";

import { removalOf } from "../support/removal.mjs";
import { sameOutcome } from "../../dist/nodes/Skipcall/outcomes.js";
import { NO_TIME } from "../../dist/nodes/Skipcall/reasons.js";
import { answers } from "../support/module.mjs";
import { outcomesBy, reportOf as outcomes } from "../support/report.mjs";

const id = (n) => `123e4567-e89b-12d3-a456-${String(n).padStart(12, "0")}`;

const causeOf = ({ reason }) => reason?.cause ?? null;
const isDone = ({ reason }) => reason === null;

test("confirmed ids, and duplicates of them in any spelling", async () => {
  const removals = [
    removalOf("spring", id(1)),
    removalOf(" spring\u00a0", ` ${id(1).toUpperCase()}`),
    removalOf("spring", `${id(2)},${id(2)}`),
  ];
  const run = await outcomes(removals);
  assert.equal(run.result.duplicates, 2);
  assert.deepEqual(
    run.outcomes.map((one) => [one.outcome, one.requested, one.confirmed, one.contactIds, causeOf(one), one.retryable]),
    [
      ["confirmed", 1, 1, [], null, false],
      ["confirmed", 1, 1, [], null, false],
      ["confirmed", 2, 2, [], null, false],
    ],
  );
  assert.ok(run.outcomes.every(isDone));
});

test("a sequence that is not found: its items only, duplicates too", async () => {
  const removals = [removalOf("spring", id(1)), removalOf("gone", id(1)), removalOf("gone", id(1).toUpperCase())];
  const send = answers((request) =>
    request.url.includes("/gone/") ? { status: 404, body: "" } : { status: 200, body: '{"removed":1}' },
  );
  const run = await outcomes(removals, {}, send);
  assert.deepEqual(
    run.outcomes.map((one) => [one.outcome, causeOf(one), one.retryable, one.contactIds]),
    [
      ["confirmed", null, false, []],
      ["refused", "not-found", false, [id(1)]],
      ["refused", "not-found", false, [id(1).toUpperCase()]],
    ],
  );
});

test("bad ids, bad sequence ids, and good ids beside them", async () => {
  const removals = [
    removalOf("spring", `${id(1)},nobody`),
    removalOf("spring", null),
    removalOf("", [id(2), id(3)]),
    removalOf("spring", id(4)),
  ];
  const skip = await outcomes(removals, { onInvalid: "skip" });
  assert.deepEqual(
    skip.outcomes.map((one) => [one.outcome, one.requested, one.confirmed, causeOf(one), one.contactIds]),
    [
      ["partial", 2, 1, "invalid-input", ["nobody"]],
      ["invalid", 1, 0, "invalid-input", [null]],
      ["invalid", 2, 0, "invalid-input", [id(2), id(3)]],
      ["confirmed", 1, 1, null, []],
    ],
  );
  const fail = await outcomes(removals, { onInvalid: "fail" });
  assert.deepEqual(
    fail.outcomes.map((one) => one.outcome),
    ["partial", "invalid", "invalid", "unsent"],
  );
  assert.equal(fail.result.requests, 0);
});

test("a limit that is not waited for: retryable, with the time", async () => {
  const removals = [removalOf("spring", id(1)), removalOf("autumn", id(2))];
  const send = answers({ status: 429, headers: [["Retry-After", "30"]], body: "" });
  const run = await outcomes(removals, { maxStallMs: 0 }, send);
  for (const one of run.outcomes) {
    assert.equal(one.outcome, "unsent");
    assert.equal(causeOf(one), "rate-limited");
    assert.equal(one.retryable, true);
    assert.match(one.retryAt, /^\d{4}-\d\d-\d\dT.*Z$/);
  }
});

test("a dry run: checked, and nothing sent", async () => {
  const run = await outcomes([removalOf("spring", id(1))], { dryRun: true });
  assert.deepEqual(run.outcomes[0], {
    sequenceId: "spring",
    requested: 1,
    confirmed: 0,
    outcome: "checked",
    reason: null,
    retryable: false,
    retryAt: null,
    contactIds: [id(1)],
  });
  assert.ok(isDone(run.outcomes[0]));
});

test("nothing to do is done, and claims no removal", async () => {
  const run = await outcomes([removalOf("spring", [])]);
  assert.deepEqual([run.outcomes[0].outcome, run.outcomes[0].requested], ["empty", 0]);
  assert.ok(isDone(run.outcomes[0]));
});

test("a result of an input that the module could not read confirms nobody", async () => {
  const unreadable = [{ sequenceId: "spring", contactIds: [id(1), "\ud800"] }, removalOf("spring", id(2))];
  const run = await outcomes(unreadable);
  assert.equal(run.result.requested, 0);
  assert.deepEqual(
    run.outcomes.map((one) => [one.outcome, one.confirmed]),
    [
      ["unsent", 0],
      ["unsent", 0],
    ],
  );
});

test("a result without its lists confirms nobody that it does not count", async () => {
  const removals = [removalOf("spring", id(1)), removalOf("spring", id(2))];
  const { result } = await outcomes(removals, {}, answers({ status: 500, body: "" }));
  const short = { ...result, confirmed: 1, unsent: 1, unknown: 0, remaining: { removals: [] } };
  assert.deepEqual(
    (await outcomesBy(removals, short)).map((one) => one.outcome),
    ["unknown", "unknown"],
  );
});

test("without a result, what is known applies to all", () => {
  const [one, none] = sameOutcome([removalOf("spring", id(1)), removalOf("spring", [])], "unsent", NO_TIME);
  assert.deepEqual([one.outcome, causeOf(one), one.retryable, one.contactIds], ["unsent", "deadline", true, [id(1)]]);
  assert.deepEqual([none.outcome, none.requested], ["unsent", 0]);
});

test("a row that is bad before the module sees it is invalid, with all of its ids", async () => {
  const bad = { ...removalOf("spring", `${id(1)},${id(2)}`), bad: { ...NO_TIME, cause: "invalid-input" } };
  const { result } = await outcomes([{ sequenceId: null, contactIds: bad.contactIds }], { onInvalid: "skip" });
  const [one] = await outcomesBy([bad], result);
  assert.deepEqual(
    [one.outcome, causeOf(one), one.sequenceId, one.contactIds.length],
    ["invalid", "invalid-input", "spring", 2],
  );
});

test("a dry run with a bad id: not done, and the reason is the bad id", async () => {
  const run = await outcomes([removalOf("spring", `${id(1)},nobody`)], { dryRun: true, onInvalid: "skip" });
  assert.deepEqual([run.outcomes[0].outcome, causeOf(run.outcomes[0])], ["partial", "invalid-input"]);
});
