// The node's options as the action's, the credential as the host's connection: nodes/Skipcall/settings.ts,
// credential.ts.
import assert from "node:assert/strict";
import { test } from "node:test";

import { baseUrlOf, connectionOf as checkedConnection } from "../../dist/nodes/Skipcall/credential.js";
import { compiledModule } from "../../dist/nodes/Skipcall/run.js";
import { actionOptions, checkOptions, timeLeft } from "../../dist/nodes/Skipcall/settings.js";

const { manifest } = await compiledModule();
const connectionOf = (credential) => checkedConnection(credential, manifest);

/** The action's options, from valid ones. */
const optionsOf = (given, timeLeftMs, skipBadIds = false) =>
  actionOptions(checkOptions(given, given), timeLeftMs, skipBadIds);

test("without options: three requests at a time, 240 s, bad ids stop the run", () => {
  assert.deepEqual(optionsOf({}, undefined, false), {
    batchSize: 100,
    concurrency: 3,
    dryRun: false,
    maxDurationMs: 240_000,
    maxStallMs: 240_000,
    onInvalid: "fail",
    requestTimeoutMs: 30_000,
  });
});

test("returning the rest at once means no wait for a window at all", () => {
  assert.equal(optionsOf({ whenLimited: "handOn" }, undefined, false).maxStallMs, 0);
});

test("bad ids are skipped by the option, and with the error output", () => {
  assert.equal(optionsOf({ skipBadIds: true }, undefined, false).onInvalid, "skip");
  assert.equal(optionsOf({}, undefined, true).onInvalid, "skip");
});

test("no requests at all may be left for others; the module's own share is not passed", () => {
  assert.equal(optionsOf({ leaveRemaining: 0 }, undefined, false).leaveRemaining, 0);
});

test("a run ends before the workflow's timeout, also if its last request gets no response", () => {
  for (const left of [2700, 4000, 8000, 20_000, 60_000, 120_000, 250_000, 300_000, 3_600_000]) {
    for (const maxDuration of [1, 10, 240, 3600]) {
      const { maxDurationMs, requestTimeoutMs } = optionsOf({ maxDuration }, left);
      const atWorst = maxDurationMs + requestTimeoutMs;
      assert.ok(atWorst <= left - Math.min(5000, left / 4), `${left} ${maxDuration}: ${atWorst}`);
      assert.ok(maxDurationMs >= 1000 && requestTimeoutMs >= 1000, `${left} ${maxDuration}`);
    }
  }
  const ofMinute = ({ maxDurationMs, requestTimeoutMs }) => [maxDurationMs, requestTimeoutMs];
  assert.deepEqual(ofMinute(optionsOf({}, 60_000)), [40_000, 15_000]);
  assert.deepEqual(ofMinute(optionsOf({ maxDuration: 10 }, 60_000)), [10_000, 15_000]);
  assert.deepEqual(ofMinute(optionsOf({}, 300_000)), [240_000, 30_000]);
  for (const left of [2600, 1000, 0, -5]) assert.equal(optionsOf({}, left).cause, "deadline", String(left));
});

test("the workflow's timeout: n8n's own moment, otherwise the setting", () => {
  const context = (moment, seconds) => ({
    additionalData: { executionTimeoutTimestamp: moment },
    getWorkflowSettings: () => ({ executionTimeout: seconds }),
  });
  assert.equal(timeLeft(context(5000, 60), 2000), 3000);
  assert.equal(timeLeft(context(undefined, 60), 2000), 60_000);
  assert.equal(timeLeft(context(undefined, -1), 2000), undefined);
  assert.equal(timeLeft({ getWorkflowSettings: () => ({}) }, 0), undefined);
});

test("a value that an expression gave as a string counts if it is unambiguous", () => {
  const options = checkOptions({ dryRun: "=…", batchSize: "=…" }, { dryRun: "false", batchSize: " 50 " });
  assert.deepEqual([options.dryRun, options.batchSize], [false, 50]);
  for (const dryRun of ["TRUE", "True", " true "]) {
    assert.equal(checkOptions({ dryRun: "=…" }, { dryRun }).dryRun, true, `as a sheet shows it: ${dryRun}`);
  }
});

test("production is the manifest's server, whatever base URL is left in the credential", () => {
  const apiKey = "sk_test_unit_key";
  const connection = connectionOf({ environment: "production", baseUrl: "https://other.example.com", apiKey });
  assert.equal(connection.baseUrl, "https://api-public.skipcall.app");
  assert.equal(
    connectionOf({ environment: "custom", baseUrl: "https://a.example.com", apiKey }).baseUrl,
    "https://a.example.com",
  );
  assert.equal(connection.authenticatedBySend, true);
  assert.equal(connectionOf({ environment: "production", apiKey: ` ${apiKey}\n` }).secret, apiKey);
});

test("a base URL is that before /v1, once", () => {
  assert.equal(baseUrlOf(" https://a.example.com/v1/ "), "https://a.example.com");
  assert.equal(baseUrlOf("https://a.example.com/api/v1"), "https://a.example.com/api");
  assert.equal(baseUrlOf("https://a.example.com/v10"), "https://a.example.com/v10");
});
