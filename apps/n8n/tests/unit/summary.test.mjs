// What is said of a run: nodes/Skipcall/summary.ts, tool.ts, and the errors of failures.ts.
import assert from "node:assert/strict";
import { test } from "node:test";

import { ItemFailures, runFailure } from "../../dist/nodes/Skipcall/failures.js";
import { removalOf } from "../../dist/nodes/Skipcall/items.js";
import { isDone, outcomesOf } from "../../dist/nodes/Skipcall/outcomes.js";
import { itemsOf } from "../../dist/nodes/Skipcall/output.js";
import { itemsText, summaryOf } from "../../dist/nodes/Skipcall/summary.js";
import { tooMany, toolAnswer } from "../../dist/nodes/Skipcall/tool.js";
import { answers, runModule } from "../support/module.mjs";

const id = (n) => `123e4567-e89b-12d3-a456-${String(n).padStart(12, "0")}`;
const node = { id: "1", name: "Skipcall", type: "skipcall", typeVersion: 1, position: [0, 0], parameters: {} };
// n8n's style guide: texts say what happened and what to do, without these words. n8n takes an error whose text has
// "canceled" for a stop by hand.
const UNWANTED = /\b(errors?|problems?|failures?|failed|mistakes?|canceled)\b/i;

test("the counts in one line", async () => {
  const removals = [removalOf("a", `${id(1)},${id(1)},${id(2)}`), removalOf("b", id(3))];
  const result = await runModule(removals, {}, answers({ status: 200, body: '{"removed":1}' }));
  assert.equal(
    summaryOf(result),
    "3 of 3 contacts confirmed in 2 sequences (2 removed now), 2 requests; 1 named more than once.",
  );
  const dry = await runModule(removals, { dryRun: true }, answers({ status: 200, body: "" }));
  assert.match(summaryOf(dry), /^Dry run: 3 contacts of 2 sequences would be removed, nothing was sent/);
});

test("a text names 20 items and counts the rest", () => {
  assert.equal(itemsText([4]), "item 4");
  assert.match(itemsText(Array.from({ length: 25 }, (_, n) => n)), /^items 0, 1, .*, 19 and 5 more$/);
});

test("no text has a word that n8n does not want, whatever the cause", async () => {
  const cases = [
    [400, ""],
    [401, ""],
    [402, ""],
    [403, '{"error":{"code":"PLAN_NOT_ELIGIBLE"}}'],
    [404, ""],
    [407, ""],
    [302, ""],
    [429, ""],
    [500, ""],
  ];
  for (const [status, body] of cases) {
    const removals = [removalOf("a", id(1)), removalOf("a", "nobody")];
    const options = { onInvalid: "skip", maxStallMs: 0, maxDurationMs: 2000 };
    const result = await runModule(removals, options, answers({ status, body }));
    const outcomes = outcomesOf(removals, result);
    const failure = runFailure(node, result, outcomes);
    const items = outcomes.map((outcome, at) => new ItemFailures(node, result.errors).of(outcome, at));
    for (const one of [failure, ...items]) {
      assert.doesNotMatch(`${one.message} ${one.description ?? ""}`, UNWANTED, `HTTP ${status}`);
    }
    assert.equal(failure.constructor.name, status === 407 ? "NodeOperationError" : "NodeApiError", `HTTP ${status}`);
    assert.match(failure.message, /^Not all contacts are confirmed: items 0, 1$/);
  }
});

test("an error of an item is seen by n8n's routing, and not by what replaces the item's data", async () => {
  const removals = [removalOf("a", id(1)), removalOf("a", id(2))];
  const result = await runModule(removals, {}, answers({ status: 404, body: "" }));
  const outcomes = outcomesOf(removals, result);
  const items = itemsOf(
    [{ json: { name: "one" } }, { json: { name: "two" } }],
    outcomes,
    new ItemFailures(node, result.errors),
  );
  assert.ok(!outcomes.some(isDone));
  for (const item of items) {
    assert.equal(item.error.constructor.name, "NodeApiError");
    assert.equal(item.error.httpCode, "404");
    assert.ok(!("error" in { ...item }));
  }
  assert.equal(items[0].error, items[1].error, "items alike share an error");
  assert.equal(items[1].json.name, "two");
});

test("a tool takes 1,000 ids, and says what to do with more", () => {
  const ids = (length) => [
    removalOf(
      "a",
      Array.from({ length }, (_, n) => id(n)),
    ),
  ];
  assert.equal(tooMany(ids(1000)), undefined);
  assert.match(tooMany(ids(1001)), /1,001 contact ids.*at most 1,000/);
});

test("a tool answers in one item, with few ids", async () => {
  const removals = [
    removalOf(
      "a",
      Array.from({ length: 300 }, (_, n) => id(n)),
    ),
  ];
  const result = await runModule(removals, {}, answers({ status: 404, body: "" }));
  const answer = toolAnswer(outcomesOf(removals, result), "text");
  assert.deepEqual([answer.requested, answer.confirmed, answer.outcome], [300, 0, "refused"]);
  assert.equal(answer.contactIds.length, 20);
  assert.equal(answer.message, "text");
});
