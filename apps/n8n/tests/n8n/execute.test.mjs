// The node in real n8n, by `n8n execute`: every way an item can go, against the sandbox.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { N8n } from "../support/n8n.mjs";
import { need } from "../support/places.mjs";
import { startPostgres, startSandbox } from "../support/services.mjs";
import { recordingServer } from "../support/recording_server.mjs";
import { credential, manualTrigger, rowsWorkflow, skipcallNode, toolWorkflow } from "../support/workflows.mjs";

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

const words = (items) =>
  items.map(({ json }) => [json.name, json.skipcall.outcome, json.skipcall.cause, json.skipcall.retryable]);

/** name: { server, key, rows, parameters, node, settings, check(execution) }; settings are the workflow's. */
const CASES = {
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
        /^Contact IDs: "nobody" is not a contact ID .* This concerns item 1\. .*1 not valid/,
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
      assert.ok(error.description.includes(`This concerns items ${first} and 4 more.`), error.description);
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
  "a sequence that is not found: one error": {
    rows: [row(1), row(2, "gone")],
    check({ code, error }) {
      assert.equal(code, 1);
      assert.equal(error.name, "NodeApiError");
      assert.match(
        error.message,
        /^Skipcall does not know the sequence "gone" \(1 of 2 (removed|done, 0 removed now)\)$/,
      );
      assert.equal(error.httpCode, "404");
      assert.match(error.description, /^Check the sequence ID.* This concerns item 1\./);
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
      assert.equal(error.message, "Skipcall does not accept the API key (0 of 2 removed)");
      assert.match(error.description, /^Put a valid key into the credential.* This concerns all 2 items\.$/);
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
      assert.match(
        error.message,
        /^The API key has no requests left for now \(2 of 4 (removed|done, \d removed now)\)$/,
      );
      assert.match(
        error.description,
        /It can go on from \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \(.*\/.*\)\. This concerns items 2, 3\.$/,
      );
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
  "the workflow's time-out: the node ends before it, and hands the rest on": {
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
      assert.equal(json.error, "No connection to 127.0.0.1:9 (ECONNREFUSED)");
      assert.match(json.message, /These contacts were not sent/);
    },
  },
  "a host that is not there: named, and nothing was sent": {
    rows: [row(1)],
    server: "nameless",
    parameters: { options: { maxDuration: 1 } },
    node: toError,
    check({ items }) {
      assert.deepEqual(words(items.Left[0]), [["row 1", "unsent", "network", true]]);
      assert.match(
        items.Left[0][0].json.error,
        /^The host no-such-host\.invalid was not found \((ENOTFOUND|EAI_AGAIN)\)$/,
      );
    },
  },
  "a server without TLS, asked with it: named, and nothing was sent": {
    rows: [row(1)],
    server: "untrusted",
    parameters: { options: { maxDuration: 1 } },
    check({ code, error }) {
      assert.equal(code, 1);
      assert.match(error.message, /^No secure connection to 127\.0\.0\.1:\d+ \(EPROTO\) \(0 of 1 removed\)$/);
      assert.match(error.description, /^These contacts were not sent\./);
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
  "a base URL with /v1, and blanks around it and the key: the address that the test of the credential asks": {
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
      // n8n itself may refuse to begin; where it does not, the rows say what is wrong.
      if (error !== undefined) return assert.match(error.message, /credential|issues/i);
      assert.deepEqual(words(items.Left[0]), [["row 1", "unsent", "configuration", false]]);
      assert.match(items.Left[0][0].json.error, /credential/);
    },
  },
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
      assert.match(items.Left[0][0].json.error, /^Contact IDs: the expression .* could not be worked out/);
    },
  },
  "the same, going on by the regular output: the rows say that they were not removed": {
    rows: [row(1)],
    server: "silent",
    parameters: { contactIds: "={{ $('Sheet').item.json.contactId }}" },
    node: { onError: "continueRegularOutput" },
    check({ items }) {
      assert.deepEqual(words(items.Done[0]), [["row 1", "invalid", "invalid-input", false]]);
      assert.match(items.Done[0][0].json.error, /could not be worked out/);
    },
  },
  "the same, without: one error": {
    rows: [row(1)],
    server: "silent",
    parameters: { contactIds: "={{ $('Sheet').item.json.contactId }}" },
    check({ code, error }) {
      assert.equal(code, 1);
      assert.match(error.message, /^Contact IDs: the expression .* could not be worked out.*\(nothing was sent\)$/);
    },
  },
  "a pairing that was lost on the way, with the error output": {
    rows: [row(1), row(2)],
    server: "silent",
    losesPairs: true,
    parameters: { contactIds: "={{ $('Split').item.json.contactId }}" },
    node: toError,
    check({ code, items, text }) {
      assert.equal(code, 0, text.slice(-2000));
      assert.deepEqual(items.Skipcall[0], []);
      assert.equal(items.Left[0].length, 4);
      assert.match(items.Left[0][0].json.error, /could not be worked out/);
    },
  },
  "a row with fields of the node's own names: they stay": {
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
  "an expression worked out by n8n for each item, and a plain field, give the same": {
    rows: [row(1), { ...row(2), contactId: [id(2), id(3)] }],
    parameters: { sequenceId: "={{ $json.sequenceId + '' }}", contactIds: '={{ $json["contactId"] }}' },
    check({ items }) {
      assert.deepEqual(
        items.Done[0].map(({ json }) => json.skipcall.confirmed),
        [1, 2],
      );
    },
  },
  "Dry Run as an expression that gives nothing: nothing is sent": {
    rows: [row(1)],
    server: "silent",
    parameters: { options: { dryRun: "={{ $json.dryrun }}" } },
    check({ code, error }) {
      assert.equal(code, 1);
      assert.equal(error.message, "Dry Run has no value: its expression {{ $json.dryrun }} gave nothing");
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
      assert.equal(answer.skipcall, undefined);
    },
  },
  "as a tool, with an id that is none: no throw, nothing removed": {
    query: { sequenceId: "vip", contactIds: `${id(1)},somebody` },
    check(answer) {
      assert.equal(answer.confirmed, 0);
      assert.equal(answer.cause, "invalid-input");
      assert.match(answer.message, /"somebody" is not a contact ID/);
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
      nameless: "https://no-such-host.invalid",
      untrusted: recording.url.replace("http:", "https:"),
      versioned: ` ${sandboxes.plain?.url}/v1/ `,
      recording: recording.url,
    })[server] ?? sandboxes[server].url;

  // Not the key itself: n8n writes the names of credentials into errors.
  const credentialId = ({ server = "plain", key = "sk_test_good" }) => `${server}-${key.trim().split("_").pop()}`;
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
              rowsWorkflow(
                workflowId(name),
                one.rows,
                skipcallNode(credentialId(one), one.parameters, one.node),
                manualTrigger,
                one,
              ),
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
      assert.ok(!execution.text.includes((one.key ?? "sk_test_good").trim()), "the key is in what n8n wrote");
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
