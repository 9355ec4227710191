// What the tests start, and look at.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";

export const KEY = "sk_test_temporal_0123456789";
export const QUEUE = "skipcall";

export function startRemoval(client, input, { settings, taskQueue = QUEUE } = {}) {
  return client.workflow.start("removeContacts", {
    taskQueue,
    workflowId: `removal-${randomUUID()}`,
    args: settings === undefined ? [input] : [input, settings],
  });
}

/** Looks until it is as wanted. */
export async function until(look, isWanted) {
  for (;;) {
    const seen = await look();
    if (isWanted(seen)) return seen;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export function untilProgress(handle, isWanted) {
  return until(() => handle.query("progress"), isWanted);
}

export function checkSums({ requested, invalid, duplicates, unique, confirmed, refused, unknown, unsent }) {
  assert.equal(requested, invalid + duplicates + unique);
  assert.equal(unique, confirmed + refused + unknown + unsent);
}

/** All text of a history, that of payloads and of responses' bodies too. */
export function textOfHistory(history) {
  const seen = [];
  const look = (value) => {
    if (value instanceof Uint8Array) look(Buffer.from(value).toString("latin1"));
    else if (typeof value === "string") {
      const bodies = [...value.matchAll(/"body":"([^"]*)"/g)];
      seen.push(value, ...bodies.map(([, body]) => Buffer.from(body, "base64").toString("latin1")));
    } else if (typeof value === "object" && value !== null) Object.values(value).forEach(look);
  };
  look(history);
  return seen.join("\n");
}

/** Of all runs of a workflow, from its first one. */
export async function historiesOf(client, { workflowId, firstExecutionRunId }) {
  const histories = [];
  for (let runId = firstExecutionRunId; runId;) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    histories.push({ runId, ...history });
    runId = history.events.at(-1).workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
  }
  return histories;
}

export function countEvents({ events }) {
  const counts = {};
  for (const event of events) {
    const [kind] = Object.keys(event).filter((name) => name.endsWith("Attributes") && event[name] !== null);
    const name = kind.replace("EventAttributes", "");
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
