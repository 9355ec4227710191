// The node in real n8n, by `n8n execute`: every way an item can go, against the sandbox.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { N8n } from "../support/n8n.mjs";
import { need } from "../support/places.mjs";
import { startPostgres, startSandbox } from "../support/services.mjs";
import { recordingServer } from "../support/recording_server.mjs";
import { credential, rowsWorkflow, skipcallNode, toolWorkflow } from "../support/workflows.mjs";

const id = (n) => `123e4567-e89b-12d3-a456-${String(n).padStart(12, "0")}`;
const row = (n, sequenceId = "vip", contactId = id(n)) => ({ name: `row ${n}`, sequenceId, contactId });
const RETRY_AT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const toError = { onError: "continueErrorOutput" };

const DATA = {
  keys: [
    { key: "sk_test_good", plan: "EXPERT" },
    { key: "sk_test_free", plan: "FREE" },
    { key: "sk_test_revoked", plan: "EXPERT", status: "revoked" },
  ],
  sequences: [{ id: "vip", contacts: [1, 2, 3, 4, 5, 6].map(id) }],
};

// Each sandbox by its name: what is different from the data above.
const SANDBOXES = {
  plain: { echoKey: true },
  limited: { limit: 2 },
  waiting: { limit: 2, windowMs: 3000 },
  failing: { failEvery: 1 },
  redirecting: { redirect: "/elsewhere" },
};

const words = (items) => items.map(({ json }) => [json.name, json.outcome, json.cause, json.retryable]);

/** name: { server, key, rows, parameters, node, settings, check(execution) }; settings are the workflow's. */
const CASES = {
  "all confirmed: main, with the rows' own data, paired": {
    rows: [row(1), row(2), row(1, " vip ", id(1).toUpperCase())],
    check({ code, items, hints }) {
      assert.equal(code, 0);
      const [done] = items.Skipcall;
      assert.deepEqual(
        done.map(({ json, pairedItem }) => [json.name, json.outcome, json.requested, json.confirmed, pairedItem]),
        [
          ["row 1", "confirmed", 1, 1, { item: 0 }],
          ["row 2", "confirmed", 1, 1, { item: 1 }],
          ["row 1", "confirmed", 1, 1, { item: 2 }],
        ],
      );
      assert.deepEqual(done[0].json.contactIds, []);
      assert.match(hints.Skipcall[0].message, /^2 of 2 contacts confirmed .*1 named more than once/);
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
  "empty lists: main": {
    rows: [{ ...row(1), contactId: [] }],
    server: "silent",
    check({ code, items }) {
      assert.equal(code, 0);
      assert.deepEqual(words(items.Done[0]), [["row 1", "confirmed", null, false]]);
    },
  },
  "a list, and a text with commas": {
    rows: [
      { ...row(1), contactId: [id(1), id(2)] },
      { ...row(2), contactId: `${id(3)}, ${id(4)}` },
    ],
    check({ code, items }) {
      assert.equal(code, 0);
      assert.deepEqual(
        items.Done[0].map(({ json }) => json.confirmed),
        [2, 2],
      );
    },
  },
  "bad ids, skipped: main, and the bad one is said": {
    rows: [row(1), row(2, "vip", "nobody")],
    parameters: { options: { skipBadIds: true } },
    check({ code, items, hints }) {
      assert.equal(code, 0);
      assert.deepEqual(words(items.Done[0]), [
        ["row 1", "confirmed", null, false],
        ["row 2", "invalid", "invalid-input", false],
      ]);
      assert.match(hints.Skipcall[0].message, /1 not valid/);
    },
  },
  "bad ids: one error that names them, and nothing is sent": {
    rows: Array.from({ length: 25 }, (_, n) => row(n, "vip", n === 0 ? id(1) : "nobody")),
    server: "silent",
    check({ code, error }) {
      assert.equal(code, 1);
      assert.equal(error.name, "NodeOperationError");
      const first = Array.from({ length: 20 }, (_, n) => n + 1).join(", ");
      assert.equal(error.message, `Some ids are not valid: items ${first} and 4 more`);
      assert.match(error.description, /24 not valid/);
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
      assert.deepEqual(items.Left[0][0].json.contactIds, ["nobody"]);
    },
  },
  "a sequence that is not found: one error": {
    rows: [row(1), row(2, "gone")],
    check({ code, error }) {
      assert.equal(code, 1);
      assert.equal(error.name, "NodeApiError");
      assert.equal(error.message, "Not all contacts are confirmed: item 1");
      assert.equal(error.httpCode, "404");
      assert.match(error.description, /^1 of 2 contacts confirmed .*does not know this sequence/);
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
  "the same, going on by the regular output: the data stays": {
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
      assert.match(error.description, /^0 of 2 contacts confirmed .* 1 request; 2 not sent/);
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
  "the limit, handed on at once: one error that says from when on": {
    rows: [row(1), row(2), row(3), row(4)],
    server: "limited",
    parameters: { options: { whenLimited: "handOn", batchSize: 1, leaveRemaining: 0 } },
    check({ code, error }) {
      assert.equal(code, 1);
      assert.equal(error.name, "NodeApiError");
      assert.match(error.message, /^Not all contacts are confirmed: items 2, 3$/);
      assert.match(error.description, /It can go on from \d{4}-/);
    },
  },
  "the limit, handed on with the error output: retryable, with the time": {
    rows: [row(1), row(2), row(3), row(4)],
    server: "limited",
    parameters: { options: { whenLimited: "handOn", batchSize: 1, leaveRemaining: 0 } },
    node: toError,
    check({ code, items }) {
      assert.equal(code, 0);
      const left = items.Left[0];
      assert.ok(left.length >= 2);
      for (const { json } of left) {
        assert.deepEqual([json.outcome, json.cause, json.retryable], ["unsent", "rate-limited", true]);
        assert.match(json.retryAt, RETRY_AT);
      }
    },
  },
  "the limit, waited for: all confirmed": {
    rows: [row(1), row(2), row(3), row(4), row(5)],
    server: "waiting",
    parameters: { options: { batchSize: 1, leaveRemaining: 0, maxDuration: 60 } },
    check({ code, items }) {
      assert.equal(code, 0);
      assert.equal(items.Done[0].filter(({ json }) => json.outcome === "confirmed").length, 5);
    },
  },
  "the workflow's time-out: the node ends before it, and hands the rest on": {
    rows: [row(1), row(2), row(3), row(4)],
    server: "limited",
    parameters: { options: { batchSize: 1, leaveRemaining: 0 } },
    node: toError,
    settings: { executionTimeout: 20 },
    check({ code, items }) {
      assert.equal(code, 0);
      for (const { json } of items.Left[0]) {
        assert.deepEqual([json.outcome, json.cause, json.retryable], ["unsent", "rate-limited", true]);
      }
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
        assert.equal(json.outcome, "unknown");
        assert.equal(json.cause, "temporarily-unavailable");
        assert.equal(json.retryable, true);
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
    },
  },
  "a redirect is not followed": {
    rows: [row(1)],
    server: "redirecting",
    node: toError,
    check({ code, items, sandbox }) {
      assert.equal(code, 0);
      assert.equal(items.Left[0][0].json.cause, "unexpected-response");
      assert.ok(!sandbox.log().includes("elsewhere"));
    },
  },
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
      assert.equal(items.Left[0].length, 2);
      assert.equal(items.Left[0][0].json.name, "row 1");
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

const withSettings = (workflow, settings) => ({ ...workflow, settings: { ...workflow.settings, ...settings } });

const TOOL_CASES = {
  "as a tool: one compact item": {
    query: { sequenceId: "vip", contactIds: `${id(1)},${id(2)}` },
    check(answer) {
      assert.equal(answer.outcome, "confirmed");
      assert.equal(answer.confirmed, 2);
      assert.match(answer.message, /^2 of 2 contacts confirmed/);
    },
  },
  "as a tool, with an id that is none: no throw, nothing removed": {
    query: { sequenceId: "vip", contactIds: `${id(1)},somebody` },
    check(answer) {
      assert.equal(answer.confirmed, 0);
      assert.equal(answer.cause, "invalid-input");
      assert.match(answer.message, /Some ids are not valid/);
    },
  },
  "as a tool, with 1,001 ids: refused": {
    query: { sequenceId: "vip", contactIds: Array.from({ length: 1001 }, (_, n) => id(n)).join(",") },
    check(answer) {
      assert.equal(answer.requested, 1001);
      assert.equal(answer.confirmed, 0);
      assert.match(answer.message, /^Nothing was removed: .* at most 1,000/);
      assert.ok(answer.contactIds.length <= 20);
    },
  },
  "as a tool, with a revoked key: told, not thrown": {
    key: "sk_test_revoked",
    query: { sequenceId: "vip", contactIds: id(1) },
    check(answer) {
      assert.equal(answer.cause, "credential-invalid");
    },
  },
};

const missing = await need("postgresql");
describe("n8n execute", { skip: missing && `cannot run here: ${missing}` }, () => {
  const sandboxes = {};
  let postgres, n8n, recording;

  const urlOf = (server) =>
    ({
      silent: "http://127.0.0.1:9", // the discard port: whatever is sent there finds nobody
      nowhere: "http://127.0.0.1:9",
      clear: "http://example.com",
      recording: recording.url,
    })[server] ?? sandboxes[server].url;

  // Not the key itself: n8n writes the names of credentials into errors.
  const credentialId = ({ server = "plain", key = "sk_test_good" }) => `${server}-${key.split("_").pop()}`;
  const workflowId = (name) => `w${Object.keys({ ...CASES, ...TOOL_CASES }).indexOf(name)}`;

  before(async () => {
    postgres = await startPostgres();
    for (const [name, switches] of Object.entries(SANDBOXES))
      sandboxes[name] = await startSandbox({ ...DATA, switches });
    recording = await recordingServer((_, number) =>
      number === 1 ? "reset" : { status: number === 2 ? 500 : 200, body: number === 2 ? "" : '{"removed":1}' },
    );
    n8n = await N8n.create(await postgres.database());
    const credentials = new Map();
    const workflows = [];
    for (const [name, one] of Object.entries({ ...CASES, ...TOOL_CASES })) {
      const { server = "plain", key = "sk_test_good" } = one;
      credentials.set(credentialId(one), credential(credentialId(one), key, urlOf(server)));
      workflows.push(
        one.query
          ? toolWorkflow(workflowId(name), one.query, credentialId(one))
          : withSettings(
              rowsWorkflow(workflowId(name), one.rows, skipcallNode(credentialId(one), one.parameters, one.node)),
              one.settings,
            ),
      );
    }
    await n8n.import("credentials", [...credentials.values()]);
    await n8n.import("workflow", workflows);
  });

  after(async () => {
    await n8n?.stop();
    await recording?.stop();
    for (const sandbox of Object.values(sandboxes)) await sandbox.stop();
    await postgres?.stop();
  });

  for (const [name, one] of Object.entries(CASES)) {
    test(name, async () => {
      const execution = await n8n.execute(workflowId(name));
      assert.ok(!execution.text.includes(one.key ?? "sk_test_good"), "the key is in what n8n wrote");
      one.check({ ...execution, sandbox: sandboxes[one.server ?? "plain"], recorded: recording.requests });
    });
  }

  for (const [name, one] of Object.entries(TOOL_CASES)) {
    test(name, async () => {
      const { code, items, text } = await n8n.execute(workflowId(name));
      assert.equal(code, 0, text.slice(-2000));
      const answers = JSON.parse(items.Call[0][0].json.response ?? items.Call[0][0].json);
      assert.equal(answers.length, 1);
      one.check(answers[0]);
    });
  }
});
