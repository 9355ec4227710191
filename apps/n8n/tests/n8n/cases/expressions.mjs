// Fields that are expressions, as n8n evaluates them.
import assert from "node:assert/strict";

import { id, row, toError, words } from "./rows.mjs";

export default {
  "an expression that throws, with the error output: nothing leaves by the success output": {
    rows: [row(1), row(2)],
    server: "silent",
    parameters: { contactIds: "={{ $('Sheet').item.json.contactId }}" },
    node: toError,
    check({ code, items }) {
      assert.equal(code, 0);
      assert.deepEqual(items.Skipcall[0], []);
      assert.deepEqual(words(items.Left[0]), [
        ["row 1", "invalid", "invalid-input", false],
        ["row 2", "invalid", "invalid-input", false],
      ]);
      assert.match(items.Left[0][0].json.error, /^Contact IDs: the expression .* could not be evaluated/);
    },
  },
  "the same, continuing on the regular output: the rows say that they were not removed": {
    rows: [row(1)],
    server: "silent",
    parameters: { contactIds: "={{ $('Sheet').item.json.contactId }}" },
    node: { onError: "continueRegularOutput" },
    check({ items }) {
      assert.deepEqual(words(items.Done[0]), [["row 1", "invalid", "invalid-input", false]]);
      assert.match(items.Done[0][0].json.error, /could not be evaluated/);
    },
  },
  "the same, without: one error": {
    rows: [row(1)],
    server: "silent",
    parameters: { contactIds: "={{ $('Sheet').item.json.contactId }}" },
    check({ code, error }) {
      assert.equal(code, 1);
      assert.match(error.message, /^Contact IDs: the expression .* could not be evaluated.*\(nothing was sent\)$/);
    },
  },
  "a pairing that was lost on the way, with the error output": {
    rows: [row(1), row(2)],
    server: "silent",
    before: "return $input.all().flatMap(({ json }) => [{ json }, { json: { ...json } }]);",
    parameters: { contactIds: "={{ $('Split').item.json.contactId }}" },
    node: toError,
    check({ code, items, text }) {
      assert.equal(code, 0, text.slice(-2000));
      assert.deepEqual(items.Skipcall[0], []);
      assert.equal(items.Left[0].length, 4);
      assert.match(items.Left[0][0].json.error, /could not be evaluated/);
    },
  },
  "an expression evaluated by n8n for each item, and a plain field, give the same": {
    rows: [row(1), { ...row(2), contactId: [id(2), id(3)] }],
    parameters: { sequenceId: "={{ $json.sequenceId + '' }}", contactIds: '={{ $json["contactId"] }}' },
    check({ items }) {
      assert.deepEqual(
        items.Done[0].map(({ json }) => json.skipcall.confirmed),
        [1, 2],
      );
    },
  },
  "an expression that gives nothing for one item, and something odd for others": {
    rows: [
      { ...row(1), deep: { id: id(1) } },
      row(2),
      { ...row(3), deep: { id: 42 } },
      { ...row(4), deep: { id: {} } },
    ],
    parameters: { contactIds: "={{ $json.deep?.id }}" },
    node: toError,
    check({ code, items }) {
      assert.equal(code, 0);
      assert.deepEqual(words(items.Done[0]), [["row 1", "confirmed", null, false]]);
      assert.deepEqual(
        items.Left[0].map(({ json }) => json.error),
        [
          "Contact IDs: the expression {{ $json.deep?.id }} returned nothing",
          "Contact IDs: 42 is not a contact ID",
          "Contact IDs: {} is not a contact ID",
        ],
      );
    },
  },
  "expressions that give what JSON cannot hold: their items are invalid, and n8n saves them": {
    rows: [row(1), row(2), row(3), row(4)],
    parameters: {
      contactIds: "={{ [$json.contactId, $now, () => 1, 0 / 0][$itemIndex] }}",
    },
    node: toError,
    check({ code, items, text }) {
      assert.equal(code, 0, text.slice(-2000));
      assert.deepEqual(words(items.Done?.[0] ?? []), [["row 1", "confirmed", null, false]]);
      assert.deepEqual(
        items.Left[0].map(({ json }) => json.skipcall.outcome),
        ["invalid", "invalid", "invalid"],
      );
    },
  },
  "an expression over all items: each names all of them, and each is confirmed": {
    rows: [row(1), row(2)],
    parameters: {
      sequenceId: "={{ $('Split').first().json.sequenceId }}",
      contactIds: "={{ $input.all().map((one) => one.json.contactId) }}",
    },
    check({ code, items, hints }) {
      assert.equal(code, 0);
      assert.deepEqual(
        items.Done[0].map(({ json }) => json.skipcall.confirmed),
        [2, 2],
      );
      assert.match(hints.Skipcall[0].message, /^2 of 2 contacts .*2 listed more than once/);
    },
  },
  "a list of expressions: each item names its own contacts": {
    rows: [row(1), row(2)],
    parameters: { contactIds: ["={{ $json.contactId }}"] },
    check({ code, items, hints }) {
      assert.equal(code, 0);
      assert.deepEqual(
        items.Done[0].map(({ json }) => json.skipcall.outcome),
        ["confirmed", "confirmed"],
      );
      assert.match(hints.Skipcall[0].message, /^2 of 2 contacts confirmed/);
    },
  },
};
