// The credential and the options.
import assert from "node:assert/strict";

import { row, toError, words } from "./rows.mjs";

export default {
  "a base URL in clear over the network: an error of the settings": {
    rows: [row(1)],
    server: "clear",
    check({ code, error }) {
      assert.equal(code, 1);
      assert.equal(error.name, "NodeOperationError");
      assert.match(error.message, /base URL must begin with https/);
    },
  },
  "a base URL in clear over the network, with the error output: all items": {
    rows: [row(1), row(2)],
    server: "clear",
    node: toError,
    check({ code, items }) {
      assert.equal(code, 0);
      assert.deepEqual(words(items.Left[0]), [
        ["row 1", "unsent", "configuration", false],
        ["row 2", "unsent", "configuration", false],
      ]);
      assert.match(items.Left[0][0].json.error, /base URL must begin with https/);
    },
  },
  "a base URL with /v1, and blanks around it and the key: the address that the credential's test asks": {
    rows: [row(1)],
    server: "versioned",
    key: " sk_test_good ",
    check({ code, items }) {
      assert.equal(code, 0);
      assert.deepEqual(words(items.Done[0]), [["row 1", "confirmed", null, false]]);
    },
  },
  "no credential at all, with the error output: unsent, and the text says so": {
    rows: [row(1)],
    node: { ...toError, credentials: {} },
    check({ items, error }) {
      // n8n itself may refuse to begin; if not, the rows say what is wrong.
      if (error !== undefined) return assert.match(error.message, /credential|issues/i);
      assert.deepEqual(words(items.Left[0]), [["row 1", "unsent", "configuration", false]]);
      assert.match(items.Left[0][0].json.error, /credential/);
    },
  },
  "a key that is an expression, and not the same for all items: nothing is sent": {
    rows: ["good", "good", "free"].map((name, n) => ({ ...row(n + 1), api_key: `sk_test_${name}` })),
    key: "={{ $json.api_key }}",
    node: toError,
    check({ code, items, text }) {
      assert.equal(code, 0, text.slice(-2000));
      assert.deepEqual(items.Skipcall[0], []);
      assert.equal(items.Left[0].length, 3);
      assert.equal(items.Left[0][0].json.error, "The Skipcall credential is not the same for item 0 and item 2");
    },
  },
  "a key that is an expression, and the same for all items": {
    rows: [1, 2].map((n) => ({ ...row(n), api_key: "sk_test_good" })),
    key: "={{ $json.api_key }}",
    node: toError,
    check({ code, items, text }) {
      assert.equal(code, 0, text.slice(-2000));
      assert.equal(items.Done[0].length, 2);
    },
  },
  "Dry Run as an expression that gives nothing: nothing is sent": {
    rows: [row(1)],
    server: "silent",
    parameters: { options: { dryRun: "={{ $json.dryrun }}" } },
    check({ code, error }) {
      assert.equal(code, 1);
      assert.equal(error.message, "Dry Run has no value: its expression {{ $json.dryrun }} returned nothing");
    },
  },
  "another option that gives nothing, with the error output": {
    rows: [row(1)],
    server: "silent",
    parameters: { options: { batchSize: "={{ null }}" } },
    node: toError,
    check({ items }) {
      assert.deepEqual(words(items.Left[0]), [["row 1", "unsent", "configuration", false]]);
      assert.match(items.Left[0][0].json.error, /^Batch Size has no value/);
    },
  },
  "options as one expression, which n8n drops: nothing is sent": {
    rows: [row(1)],
    server: "silent",
    parameters: { options: "={{ { dryRun: true } }}" },
    check({ code, error }) {
      assert.equal(code, 1);
      assert.match(error.message, /^Options is "=\{\{ \{ dryRun: true \} \}\}" but must be an object/);
    },
  },
  "an option that n8n does not know, with the error output": {
    rows: [row(1)],
    server: "silent",
    parameters: { options: { dryrun: true } },
    node: toError,
    check({ items }) {
      assert.deepEqual(words(items.Left[0]), [["row 1", "unsent", "configuration", false]]);
      assert.equal(items.Left[0][0].json.error, 'Options: there is no option "dryrun"');
    },
  },
  "an option beside the options: nothing is sent": {
    rows: [row(1)],
    server: "silent",
    parameters: { dryRun: true },
    check({ code, error }) {
      assert.equal(code, 1);
      assert.match(error.message, /^Dry Run \(dryRun\) is beside Options/);
    },
  },
  // n8n's command line does not pass on what its editor shows: 'Parameter "Sequence ID" is required.'
  "a field whose name is misspelt, which n8n drops: nothing runs": {
    rows: [row(1)],
    parameters: { sequenceId: undefined, sequenceID: "vip" },
    node: toError,
    check({ code, items }) {
      assert.deepEqual([code, items], [1, {}]);
    },
  },
  "a field that is null: nothing runs": {
    rows: [row(1)],
    parameters: { contactIds: null },
    check({ code, items }) {
      assert.deepEqual([code, items], [1, {}]);
    },
  },
  "an operation of another version": {
    rows: [row(1)],
    server: "silent",
    parameters: { operation: "addContacts" },
    check({ code, error }) {
      assert.equal(code, 1);
      assert.match(error.message, /^This version of the node has no operation "addContacts"/);
    },
  },
  "braces in a field that is fixed: nothing is sent": {
    rows: [row(1)],
    server: "silent",
    parameters: { sequenceId: "{{ $json.sequenceId }}" },
    check({ code, error }) {
      assert.equal(code, 1);
      assert.match(
        error.message,
        /^Sequence ID is the text "\{\{ \$json\.sequenceId \}\}", which n8n does not evaluate/,
      );
    },
  },
};
