// The whole way: both modules, fetch, and the strict sandbox with rate windows, failures and lost responses.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ActionHost, fetchSender, loadModule, type Progress, systemClock } from "../src/index.js";
import type { RemovalResult } from "../../../plugin-manifest/remove_contacts.js";
import { contactIds } from "skipcall-test-support/contacts";
import { MODULES, readBytes } from "skipcall-test-support/repository";
import { startSandbox } from "skipcall-test-support/sandbox";

const SEQUENCES = ["spring", "autumn", "Relance été", "vip"];
const removals = SEQUENCES.map((sequenceId, group) => ({ sequenceId, contactIds: contactIds(800 + group, group) }));
const total = removals.reduce((sum, removal) => sum + removal.contactIds.length, 0);

const data = {
  keys: [{ key: "sk_test_expert", plan: "EXPERT" }],
  sequences: removals.map(({ sequenceId, contactIds: contacts }) => ({ id: sequenceId, contacts })),
  switches: {
    limit: 8,
    windowMs: 1000,
    reset: "milliseconds",
    failEvery: 12,
    failStatuses: [500, 503],
    lostEvery: 14,
  },
};

for (const [build, path] of Object.entries(MODULES)) {
  test(`thousands of contacts, module by ${build}: each id is accounted for`, async () => {
    const sandbox = await startSandbox(data);
    try {
      const module = await loadModule(readBytes(path));
      const host = new ActionHost(module, { send: fetchSender(), clock: systemClock() });
      const connections = { skipcall: { baseUrl: sandbox.url, secret: "sk_test_expert" } };
      const seen: Progress[] = [];
      const gone = { sequenceId: "gone", contactIds: contactIds(120, 9) };
      const run = (list: unknown[], more = {}) =>
        host.run<RemovalResult>({
          action: "remove_contacts",
          input: { removals: list, options: { leaveRemaining: 0, maxAttempts: 20 } },
          connections,
          ...more,
        });
      const { result } = await run([...removals, gone], { onProgress: (progress: Progress) => seen.push(progress) });

      assert.equal(result.status, "partial");
      assert.equal(result.unique, total + 120);
      assert.equal(result.confirmed, total);
      assert.equal(result.refused, 120);
      assert.deepEqual(
        result.refusedIds.removals.flatMap((removal) => removal.contactIds),
        gone.contactIds,
      );
      assert.deepEqual(result.remaining.removals, []);
      assert.ok(result.retries >= 2, "failures were retried");
      assert.ok(
        seen.some((progress) => progress.phase === 2),
        "it waited for a rate window",
      );
      assert.ok(seen.every((progress, i) => i === 0 || progress.confirmed >= (seen[i - 1]?.confirmed ?? 0)));

      // The server agrees: none of them is left to remove.
      const again = await run(removals);
      assert.equal(again.result.status, "completed");
      assert.equal(again.result.removed, 0);
    } finally {
      await sandbox.stop();
    }
  });
}

test("a key that is not accepted stops the run, and the result says so", async () => {
  const sandbox = await startSandbox();
  try {
    const host = new ActionHost(await loadModule(readBytes(MODULES.Emscripten)), {
      send: fetchSender(),
      clock: systemClock(),
    });
    const { result } = await host.run<RemovalResult>({
      action: "remove_contacts",
      input: { sequenceId: "vip", contactIds: contactIds(300) },
      connections: { skipcall: { baseUrl: sandbox.url, secret: "sk_test_revoked" } },
    });
    assert.equal(result.status, "failed");
    assert.equal(result.stoppedBy, "credential-invalid");
    // What the server turned away may be sent again with another key.
    assert.equal(result.remaining.removals.flatMap((removal) => removal.contactIds).length, 300);
  } finally {
    await sandbox.stop();
  }
});
