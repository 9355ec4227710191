// Items of every kind: what becomes of each, and which output it leaves by.
import assert from "node:assert/strict";

import { id, row, toError, words } from "./rows.mjs";

const to = (node, index = 0) => ({ node, type: "main", index });

/** Another node of n8n's. */
const nodeOf = (name, type, typeVersion, parameters) => ({
  id: name,
  name,
  type: `n8n-nodes-base.${type}`,
  typeVersion,
  position: [600, 200],
  parameters,
});

export default {
  "all confirmed: main, with the rows' own data, paired": {
    rows: [row(1), row(2), row(1, " vip ", id(1).toUpperCase())],
    check({ code, items, hints }) {
      assert.equal(code, 0);
      const [done] = items.Skipcall;
      assert.deepEqual(
        done.map(({ json, pairedItem }) => [
          json.name,
          json.skipcall.outcome,
          json.skipcall.requested,
          json.skipcall.confirmed,
          pairedItem,
        ]),
        [
          ["row 1", "confirmed", 1, 1, { item: 0 }],
          ["row 2", "confirmed", 1, 1, { item: 1 }],
          ["row 1", "confirmed", 1, 1, { item: 2 }],
        ],
      );
      assert.deepEqual(done[0].json.skipcall.contactIds, []);
      assert.match(hints.Skipcall[0].message, /^2 of 2 contacts confirmed .*1 listed more than once/);
    },
  },
  "a dry run: main, and nothing is sent": {
    rows: [row(1), row(2)],
    parameters: { options: { dryRun: true } },
    server: "silent",
    check({ code, items, hints }) {
      assert.equal(code, 0);
      assert.deepEqual(words(items.Done[0]), [
        ["row 1", "checked", null, false],
        ["row 2", "checked", null, false],
      ]);
      assert.match(hints.Skipcall[0].message, /^Dry run: 2 contacts of 1 sequence would be removed, nothing was sent/);
    },
  },
  "empty lists: main, with nothing to do": {
    rows: [{ ...row(1), contactId: [] }],
    server: "silent",
    check({ code, items }) {
      assert.equal(code, 0);
      assert.deepEqual(words(items.Done[0]), [["row 1", "empty", null, false]]);
    },
  },
  "a list, and a string with commas": {
    rows: [
      { ...row(1), contactId: [id(1), id(2)] },
      { ...row(2), contactId: `${id(3)}, ${id(4)}` },
    ],
    check({ code, items }) {
      assert.equal(code, 0);
      assert.deepEqual(
        items.Done[0].map(({ json }) => json.skipcall.confirmed),
        [2, 2],
      );
    },
  },
  "bad ids, skipped: main without them, and a warning names them": {
    rows: [row(1), row(2, "vip", "nobody")],
    parameters: { options: { skipBadIds: true } },
    check({ code, items, hints }) {
      assert.equal(code, 0);
      assert.deepEqual(words(items.Done[0]), [["row 1", "confirmed", null, false]]);
      assert.equal(hints.Skipcall[0].type, "warning");
      assert.match(
        hints.Skipcall[0].message,
        /^Contact IDs: "nobody" is not a contact ID .* This affects item 1\. .*1 invalid/,
      );
    },
  },
  "bad ids: one error that names them, and nothing is sent": {
    rows: Array.from({ length: 25 }, (_, n) => row(n, "vip", n === 0 ? id(1) : "nobody")),
    server: "silent",
    check({ code, error }) {
      assert.equal(code, 1);
      assert.equal(error.name, "NodeOperationError");
      const first = Array.from({ length: 20 }, (_, n) => n + 1).join(", ");
      assert.equal(error.message, 'Contact IDs: "nobody" is not a contact ID (nothing was sent)');
      assert.ok(error.description.includes(`This affects items ${first} and 4 more.`), error.description);
    },
  },
  "bad ids with the error output: they go there, the good ones are done": {
    rows: [row(1), row(2, "vip", "nobody"), row(3, "", id(3))],
    node: toError,
    check({ code, items }) {
      assert.equal(code, 0);
      assert.deepEqual(words(items.Done[0]), [["row 1", "confirmed", null, false]]);
      assert.deepEqual(words(items.Left[0]), [
        ["row 2", "invalid", "invalid-input", false],
        ["row 3", "invalid", "invalid-input", false],
      ]);
      assert.deepEqual(items.Left[0][0].json.skipcall.contactIds, ["nobody"]);
    },
  },
  "a sequence ID with a step up, which no host sends: its own item only": {
    rows: [row(1), row(2, "vip/../other"), row(3, "vip?x=1"), row(4)],
    node: toError,
    check({ code, items }) {
      assert.equal(code, 0);
      assert.deepEqual(words(items.Done[0]), [
        ["row 1", "confirmed", null, false],
        ["row 4", "confirmed", null, false],
      ]);
      assert.deepEqual(words(items.Left[0]), [
        ["row 2", "invalid", "invalid-input", false],
        ["row 3", "refused", "not-found", false],
      ]);
      assert.match(items.Left[0][0].json.error, /^Sequence ID: "vip\/\.\.\/other" is not a sequence ID$/);
    },
  },
  "an ID that the module cannot read, with the error output: its own item only": {
    rows: [row(1), row(2, "vip", `${id(2)}\ud800`), row(3)],
    node: toError,
    check({ code, items }) {
      assert.equal(code, 0);
      assert.deepEqual(words(items.Done[0]), [
        ["row 1", "confirmed", null, false],
        ["row 3", "confirmed", null, false],
      ]);
      assert.deepEqual(words(items.Left[0]), [["row 2", "invalid", "invalid-input", false]]);
    },
  },
  "items with binary data, and an error that a node before this one left on them": {
    rows: [row(1), row(2, "gone")],
    // n8n keeps the error on an item, and replaces the data with its message.
    before: `return $input.all().map(({ json }) => ({
      json,
      binary: { file: { data: "SGVsbG8=", mimeType: "text/plain" } },
      error: { message: "of the node before" },
    }));`,
    parameters: {
      sequenceId: "={{ $('Split').item.json.sequenceId }}",
      contactIds: "={{ $('Split').item.json.contactId }}",
    },
    node: toError,
    check({ code, items, text }) {
      assert.equal(code, 0, text.slice(-2000));
      const outcomes = (some) => some.map(({ json }) => json.skipcall.outcome);
      assert.deepEqual([outcomes(items.Done[0]), outcomes(items.Left[0])], [["confirmed"], ["refused"]]);
      for (const [item] of [items.Done[0], items.Left[0]]) assert.equal(item.binary.file.mimeType, "text/plain");
    },
  },
  "Execute Once: the first item alone": {
    rows: [row(1), row(2)],
    node: { executeOnce: true },
    check({ code, items, hints }) {
      assert.equal(code, 0);
      assert.deepEqual(words(items.Done[0]), [["row 1", "confirmed", null, false]]);
      assert.match(hints.Skipcall[0].message, /^1 of 1 contact /);
    },
  },
  "the older Continue On Fail beside the newer Stop Workflow: n8n goes on, and no row passes as it came": {
    rows: [row(1), row(2, "vip", "nobody")],
    node: { continueOnFail: true, onError: "stopWorkflow" },
    check({ code, items }) {
      assert.equal(code, 0);
      assert.deepEqual(words(items.Done[0]), [
        ["row 1", "unsent", "invalid-input", false],
        ["row 2", "invalid", "invalid-input", false],
      ]);
    },
  },
  "Loop Over Items: a run for each batch, and each run accounts for its own items": {
    rows: [row(1), row(2, "vip", "nobody"), row(3)],
    node: { onError: "continueRegularOutput" },
    change(workflow) {
      workflow.nodes.push(nodeOf("Loop", "splitInBatches", 3, { batchSize: 2, options: {} }));
      workflow.connections.Split = { main: [[to("Loop")]] };
      workflow.connections.Loop = { main: [[to("Done")], [to("Skipcall")]] };
      workflow.connections.Skipcall = { main: [[to("Loop")]] };
    },
    check({ code, items, runs }) {
      assert.equal(code, 0);
      assert.equal(runs.Skipcall.length, 2);
      assert.deepEqual(words(items.Done[0]), [
        ["row 1", "confirmed", null, false],
        ["row 2", "invalid", "invalid-input", false],
        ["row 3", "confirmed", null, false],
      ]);
    },
  },
  "Merge and Wait before it: each item stays paired, and is found by its pair": {
    rows: [row(1), row(2, "gone"), row(3)],
    parameters: { contactIds: "={{ $('Split').item.json.contactId }}" },
    node: toError,
    change(workflow) {
      const merge = { mode: "combine", combineBy: "combineByPosition", options: {} };
      const shout = "return $input.all().map(({ json: { name } }) => ({ json: { loud: name.toUpperCase() } }));";
      workflow.nodes.push(
        nodeOf("Loud", "code", 2, { jsCode: shout }),
        nodeOf("Merge", "merge", 3.2, merge),
        nodeOf("Wait", "wait", 1.1, { amount: 1 }),
      );
      Object.assign(workflow.connections, {
        Split: { main: [[to("Merge"), to("Loud")]] },
        Loud: { main: [[to("Merge", 1)]] },
        Merge: { main: [[to("Wait")]] },
        Wait: { main: [[to("Skipcall")]] },
      });
    },
    check({ code, items, text }) {
      assert.equal(code, 0, text.slice(-2000));
      const seen = (some) => some.map(({ json }) => [json.name, json.loud, json.skipcall.outcome]);
      assert.deepEqual(seen(items.Done[0]), [
        ["row 1", "ROW 1", "confirmed"],
        ["row 3", "ROW 3", "confirmed"],
      ]);
      assert.deepEqual(seen(items.Left[0]), [["row 2", "ROW 2", "refused"]]);
    },
  },
  "a second node, for another sequence: it is refused by itself, and the first one's account stays": {
    rows: [row(1), row(2)],
    node: { onError: "continueRegularOutput" },
    parameters: { sequenceId: "gone" },
    change(workflow) {
      const first = workflow.nodes.find(({ name }) => name === "Skipcall");
      workflow.nodes.push({
        ...first,
        id: "second",
        name: "Second",
        parameters: { ...first.parameters, sequenceId: "vip" },
      });
      workflow.connections.Skipcall = { main: [[to("Second")]] };
      workflow.connections.Second = { main: [[to("Done")]] };
    },
    check({ code, items, hints }) {
      assert.equal(code, 0);
      assert.deepEqual(words(items.Done[0]), [
        ["row 1", "unsent", "configuration", false],
        ["row 2", "unsent", "configuration", false],
      ]);
      assert.deepEqual(
        items.Done[0].map(({ json }) => json.skipcall.earlier.map(({ outcome, sequenceId }) => [outcome, sequenceId])),
        [[["refused", "gone"]], [["refused", "gone"]]],
      );
      assert.match(hints.Second[0].message, /^Put Result in Field is "skipcall", and item 0 has a field of this name/);
    },
  },
  "a node after it finds the rows by their pairs": {
    rows: [row(1), row(2)],
    change(workflow) {
      const done = workflow.nodes.find(({ name }) => name === "Done");
      const fields = [{ id: "a", name: "from", value: "={{ $('Split').item.json.name }}", type: "string" }];
      done.type = "n8n-nodes-base.set";
      done.typeVersion = 3.4;
      done.parameters = { assignments: { assignments: fields }, options: {} };
    },
    check({ code, items }) {
      assert.equal(code, 0);
      assert.deepEqual(
        items.Done[0].map(({ json }) => json.from),
        ["row 1", "row 2"],
      );
    },
  },
  "a row whose fields have the node's own names: they stay": {
    rows: [{ ...row(1), outcome: "mine", cause: "mine", confirmed: "mine", contactIds: "mine", error: "mine" }],
    node: toError,
    check({ items }) {
      const { skipcall, ...rest } = items.Done[0][0].json;
      assert.deepEqual(rest, {
        ...row(1),
        outcome: "mine",
        cause: "mine",
        confirmed: "mine",
        contactIds: "mine",
        error: "mine",
      });
      assert.equal(skipcall.outcome, "confirmed");
    },
  },
};
