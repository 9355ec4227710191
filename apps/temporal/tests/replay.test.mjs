// Removals that ran with yesterday's code, replayed by today's: a new version must not break what runs.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { DeterminismViolationError } from "@temporalio/workflow";
import { Worker } from "@temporalio/worker";
import { workflowsPath } from "skipcall-temporal";

const histories = JSON.parse(readFileSync(new URL("histories/removal.json", import.meta.url), "utf8"));

test("a recorded removal, with a window, failures, a killed worker and a continuation, replays", async () => {
  assert.ok(histories.length >= 2);
  for (const history of histories) await Worker.runReplayHistory({ workflowsPath }, history);
});

test("a history of other code does not", async () => {
  const [history] = structuredClone(histories);
  const scheduled = history.events.find((event) => event.activityTaskScheduledEventAttributes);
  scheduled.activityTaskScheduledEventAttributes.activityType.name = "another";
  await assert.rejects(Worker.runReplayHistory({ workflowsPath }, history), DeterminismViolationError);
});
