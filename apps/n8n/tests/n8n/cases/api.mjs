// What the API and the network do.
import assert from "node:assert/strict";

import { id, row, toError, words } from "./rows.mjs";

const RETRY_AT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

export default {
  "a sequence that is not found: one error": {
    rows: [row(1), row(2, "gone")],
    check({ code, error }) {
      assert.equal(code, 1);
      assert.equal(error.name, "NodeApiError");
      assert.match(
        error.message,
        /^Skipcall did not find the sequence "gone" \(1 of 2 (removed|done, 0 removed now)\)$/,
      );
      assert.equal(error.httpCode, "404");
      assert.match(error.description, /^Check the sequence ID.* This affects item 1\./);
    },
  },
  "a sequence that is not found, with the error output: its items only": {
    rows: [row(1), row(2, "gone")],
    node: toError,
    check({ code, items }) {
      assert.equal(code, 0);
      assert.deepEqual(words(items.Done[0]), [["row 1", "confirmed", null, false]]);
      assert.deepEqual(words(items.Left[0]), [["row 2", "refused", "not-found", false]]);
      assert.deepEqual(items.Skipcall[1][0].pairedItem, { item: 1 });
    },
  },
  "the same, continuing on the regular output: the data stays": {
    rows: [row(1), row(2, "gone")],
    node: { onError: "continueRegularOutput" },
    check({ code, items }) {
      assert.equal(code, 0);
      assert.deepEqual(words(items.Done[0]), [
        ["row 1", "confirmed", null, false],
        ["row 2", "refused", "not-found", false],
      ]);
    },
  },
  "a revoked key: one error with the counts, one request": {
    rows: [row(1), row(2)],
    key: "sk_test_revoked",
    check({ code, error }) {
      assert.equal(code, 1);
      assert.equal(error.name, "NodeApiError");
      assert.equal(error.httpCode, "401");
      assert.equal(error.message, "Skipcall does not accept the API key (0 of 2 removed)");
      assert.match(error.description, /^Create a key in Skipcall.* This affects both items\.$/);
    },
  },
  "a wrong plan, with the error output: not retryable": {
    rows: [row(1)],
    key: "sk_test_free",
    node: toError,
    check({ code, items }) {
      assert.equal(code, 0);
      assert.deepEqual(words(items.Left[0]), [["row 1", "unsent", "plan-not-eligible", false]]);
    },
  },
  "the limit, returned at once: one error that says when to retry": {
    rows: [row(1), row(2), row(3), row(4)],
    server: "limited",
    parameters: { options: { whenLimited: "handOn", batchSize: 1, leaveRemaining: 0 } },
    check({ code, error }) {
      assert.equal(code, 1);
      assert.equal(error.name, "NodeApiError");
      assert.match(
        error.message,
        /^The API key has no requests left for now \(2 of 4 (removed|done, \d removed now)\)$/,
      );
      assert.match(
        error.description,
        /It can continue from \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \(.*\/.*\)\. This affects items 2, 3\.$/,
      );
    },
  },
  "the limit, returned with the error output: retryable, with the time": {
    rows: [row(1), row(2), row(3), row(4)],
    server: "limited",
    parameters: { options: { whenLimited: "handOn", batchSize: 1, leaveRemaining: 0 } },
    node: toError,
    check({ code, items }) {
      assert.equal(code, 0);
      const left = items.Left[0];
      assert.ok(left.length >= 2);
      for (const { json } of left) {
        const { outcome, cause, retryable, retryAt } = json.skipcall;
        assert.deepEqual([outcome, cause, retryable], ["unsent", "rate-limited", true]);
        assert.match(retryAt, RETRY_AT);
      }
    },
  },
  "the limit, waited for: all confirmed": {
    rows: [row(1), row(2), row(3), row(4), row(5)],
    server: "waiting",
    parameters: { options: { batchSize: 1, leaveRemaining: 0, maxDuration: 60 } },
    check({ code, items }) {
      assert.equal(code, 0);
      assert.equal(items.Done[0].filter(({ json }) => json.skipcall.outcome === "confirmed").length, 5);
    },
  },
  "the workflow's timeout: the node ends before it, and passes the rest on": {
    rows: [row(1), row(2), row(3), row(4)],
    server: "limited",
    parameters: { options: { batchSize: 1, leaveRemaining: 0 } },
    node: toError,
    settings: { executionTimeout: 20 },
    check({ code, items }) {
      assert.equal(code, 0);
      for (const { json } of items.Left[0]) {
        const { outcome, cause, retryable } = json.skipcall;
        assert.deepEqual([outcome, cause, retryable], ["unsent", "rate-limited", true]);
      }
    },
  },
  "the workflow's timeout, and a server that does not respond: the rows are passed on, too": {
    rows: [row(1)],
    server: "hanging",
    node: toError,
    settings: { executionTimeout: 8 },
    check({ code, items }) {
      assert.equal(code, 0);
      assert.deepEqual(words(items.Left[0]), [["row 1", "unknown", "network", true]]);
      assert.match(items.Left[0][0].json.error, / did not respond in time/);
    },
  },
  "a server that fails, with the error output: retryable": {
    rows: [row(1), row(2)],
    server: "failing",
    parameters: { options: { maxDuration: 2 } },
    node: toError,
    check({ code, items }) {
      assert.equal(code, 0);
      for (const { json } of items.Left[0]) {
        const { outcome, cause, retryable } = json.skipcall;
        assert.deepEqual([outcome, cause, retryable], ["unknown", "temporarily-unavailable", true]);
      }
    },
  },
  "no server: retryable, by the network": {
    rows: [row(1)],
    server: "nowhere",
    parameters: { options: { maxDuration: 1 } },
    node: toError,
    check({ code, items }) {
      assert.equal(code, 0);
      assert.deepEqual(words(items.Left[0]), [["row 1", "unsent", "network", true]]);
      const [{ json }] = items.Left[0];
      assert.equal(json.error, "Could not connect to 127.0.0.1:9");
      assert.match(json.message, /These contacts were not sent.* n8n reports ECONNREFUSED\./);
    },
  },
  "no server, without an error output: n8n does not replace the message": {
    rows: [row(1)],
    server: "nowhere",
    parameters: { options: { maxDuration: 1 } },
    check({ code, error }) {
      assert.equal(code, 1);
      assert.equal(error.message, "Could not connect to 127.0.0.1:9 (0 of 1 removed)");
      assert.match(error.description, / n8n reports ECONNREFUSED\./);
    },
  },
  "a row's word for which n8n would call the execution canceled": {
    rows: [row(1, "vip", "canceled")],
    server: "silent",
    check({ code, error }) {
      assert.equal(code, 1);
      assert.equal(error.message, 'Contact IDs: "can…" is not a contact ID (nothing was sent)');
      assert.match(error.description, /^Contact IDs: "canceled" is not a contact ID \(nothing was sent\)\. /);
    },
  },
  "a host that is not there: named, and nothing was sent": {
    rows: [row(1)],
    server: "nameless",
    parameters: { options: { maxDuration: 1 } },
    node: toError,
    check({ items }) {
      assert.deepEqual(words(items.Left[0]), [["row 1", "unsent", "network", true]]);
      assert.match(items.Left[0][0].json.error, /^The host no-such-host\.invalid was not found$/);
    },
  },
  "a server without TLS, asked with it: named, and nothing was sent": {
    rows: [row(1)],
    server: "untrusted",
    parameters: { options: { maxDuration: 1 } },
    check({ code, error }) {
      assert.equal(code, 1);
      assert.match(error.message, /^Could not make a secure connection to 127\.0\.0\.1:\d+ \(0 of 1 removed\)$/);
      assert.match(error.description, /^These contacts were not sent\..* n8n reports EPROTO\./);
    },
  },
  "a redirect is not followed": {
    rows: [row(1)],
    server: "redirecting",
    node: toError,
    check({ code, items, sandbox }) {
      assert.equal(code, 0);
      assert.equal(items.Left[0][0].json.skipcall.cause, "unexpected-response");
      assert.ok(!sandbox.log().includes("elsewhere"));
    },
  },
  "a web page with 404, of a proxy or another server: no sequence is said to be missing": {
    rows: [row(1), row(2, "gone")],
    server: "page",
    node: toError,
    check({ code, items }) {
      assert.equal(code, 0);
      assert.deepEqual(words(items.Left[0]), [
        ["row 1", "unknown", "unexpected-response", false],
        ["row 2", "unknown", "unexpected-response", false],
      ]);
      assert.match(
        items.Left[0][0].json.error,
        /^127\.0\.0\.1:\d+ did not respond the way Skipcall does \(HTTP 404\)$/,
      );
    },
  },
  "Retry On Fail: all items again, and the error of the last try": {
    rows: [row(1, "gone-twice")],
    node: { retryOnFail: true, maxTries: 2, waitBetweenTries: 10 },
    check({ code, error, sandbox }) {
      assert.equal(code, 1);
      assert.match(error.message, /^Skipcall did not find the sequence "gone-twice"/);
      assert.equal(sandbox.log().split("gone-twice").length - 1, 2);
    },
  },
  "the body byte for byte, one key, and no request that the run does not count": {
    rows: [row(1)],
    server: "recording",
    check({ code, hints, recorded }) {
      assert.equal(code, 0);
      assert.match(hints.Skipcall[0].message, / 3 requests\.$/);
      assert.equal(recorded.length, 3, "a reset, a 500 and a 200: each sent by the run itself");
      for (const { method, url, rawHeaders, body } of recorded) {
        assert.equal(`${method} ${url}`, "DELETE /v1/sequences/vip/contacts");
        assert.equal(body, JSON.stringify({ contactIds: [id(1)] }));
        const keys = rawHeaders.filter((_, at) => rawHeaders[at - 1]?.toLowerCase() === "authorization");
        assert.deepEqual(keys, ["Bearer sk_test_good"]);
        const types = rawHeaders.filter((_, at) => rawHeaders[at - 1]?.toLowerCase() === "content-type");
        assert.deepEqual(types, ["application/json"]);
      }
    },
  },
};
