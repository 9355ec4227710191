// The node's options as the action's, the credential as the host's connection: nodes/Skipcall/settings.ts.
import assert from "node:assert/strict";
import { test } from "node:test";

import { actionOptions, connectionOf, timeLeft } from "../../dist/nodes/Skipcall/settings.js";

test("without options: three requests at a time, 240 s, bad ids stop the run", () => {
  assert.deepEqual(actionOptions({}, undefined, false), {
    batchSize: 100,
    concurrency: 3,
    dryRun: false,
    maxDurationMs: 240_000,
    maxStallMs: 240_000,
    onInvalid: "fail",
  });
});

test("handing on at once means no wait for a window at all", () => {
  assert.equal(actionOptions({ whenLimited: "handOn" }, undefined, false).maxStallMs, 0);
});

test("bad ids are skipped by the option, and with the error output", () => {
  assert.equal(actionOptions({ skipBadIds: true }, undefined, false).onInvalid, "skip");
  assert.equal(actionOptions({}, undefined, true).onInvalid, "skip");
});

test("no requests at all may be left to others; the module's own share is not said", () => {
  assert.equal(actionOptions({ leaveRemaining: 0 }, undefined, false).leaveRemaining, 0);
});

test("a run ends before the workflow's time-out, and lasts no less than the module allows", () => {
  assert.equal(actionOptions({}, 60_000, false).maxDurationMs, 55_000);
  assert.equal(actionOptions({ maxDuration: 10 }, 60_000, false).maxDurationMs, 10_000);
  assert.equal(actionOptions({}, 2000, false).maxDurationMs, 1000);
});

test("the workflow's time-out: n8n's own moment, else the setting", () => {
  const context = (moment, seconds) => ({
    additionalData: { executionTimeoutTimestamp: moment },
    getWorkflowSettings: () => ({ executionTimeout: seconds }),
  });
  assert.equal(timeLeft(context(5000, 60), 2000), 3000);
  assert.equal(timeLeft(context(undefined, 60), 2000), 60_000);
  assert.equal(timeLeft(context(undefined, -1), 2000), undefined);
  assert.equal(timeLeft({ getWorkflowSettings: () => ({}) }, 0), undefined);
});

test("production is the manifest's server, whatever base URL is left in the credential", () => {
  const connection = connectionOf({ environment: "production", baseUrl: "https://other.example.com", apiKey: "k" });
  assert.equal(connection.baseUrl, "https://api-public.skipcall.app");
  assert.equal(
    connectionOf({ environment: "custom", baseUrl: "https://a.example.com" }).baseUrl,
    "https://a.example.com",
  );
  assert.equal(connection.authenticatedBySend, true);
});
