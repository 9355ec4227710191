// The parts of the extension that need no browser.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { isFromOwnPage, KEY_PATTERN, MOST_CONTACTS, readCommand } from "../../extension/messages.js";
import { isKeyRefused, outcomeOf } from "../../extension/outcome.js";
import { accountLines, remainingOf } from "../../extension/popup/ending.js";
import { previewLines } from "../../extension/popup/preview.js";
import { standingOf } from "../../extension/popup/standing.js";
import { Latest } from "../../extension/latest.js";
import { badgeOf, type RunView } from "../../extension/run_view.js";
import { nextAlarm } from "../../extension/schedule.js";
import { headline } from "../../shared/result/headline.js";
import type { RemovalResult } from "../../../../plugin-manifest/remove_contacts.js";
import { readJson, repositoryPath } from "skipcall-test-support/repository";

const VIEW: RunView = {
  state: "running",
  hasKey: true,
  wish: "none",
  contacts: 10,
  total: 8,
  confirmed: 4,
  failed: 2,
  phase: 1,
  wakeMs: 0,
  complete: false,
};

test("the extension asks for the API's server, and for no unnecessary permission", () => {
  const manifest = readJson("apps/browser/extension/manifest.json") as {
    permissions: string[];
    host_permissions: string[];
    content_security_policy: { extension_pages: string };
    [member: string]: unknown;
  };
  const action = readJson("plugin-manifest/remove_contacts.manifest.json") as {
    version: string;
    connections: { baseUrl: string; fields: { pattern: string }[] }[];
  };
  const [connection] = action.connections;
  assert.deepEqual(manifest.permissions, ["activeTab", "alarms", "contextMenus", "scripting", "storage"]);
  assert.deepEqual(manifest.host_permissions, [`${connection?.baseUrl ?? ""}/*`]);
  assert.ok(
    manifest.content_security_policy.extension_pages.includes(`connect-src 'self' ${connection?.baseUrl ?? ""};`),
  );
  assert.match(manifest.content_security_policy.extension_pages, /script-src 'self' 'wasm-unsafe-eval';/);
  for (const name of ["externally_connectable", "content_scripts", "web_accessible_resources"]) {
    assert.equal(manifest[name], undefined);
  }
  assert.ok(KEY_PATTERN.source.startsWith(connection?.fields[0]?.pattern ?? "none"));
});

test("a build for another server is only for this machine, and never in the folder that is shipped", () => {
  const build = (...options: string[]): unknown =>
    execFileSync(process.execPath, [repositoryPath("apps/browser/scripts/build_extension.mjs"), ...options], {
      stdio: "pipe",
    });
  assert.throws(() => build("--base-url", "http://127.0.0.1:1"), /only for the API/);
  assert.throws(() => build("--base-url", "https://example.com", "--out", "nowhere"), /on this machine/);
});

test("the alarm rings when the run asks to be woken, or soon, in case the worker is stopped", () => {
  const now = 1_000_000;
  assert.equal(nextAlarm(0, now, 0), now + 30_000, "it waits for responses");
  assert.equal(nextAlarm(now + 500, now, 0), now + 30_000, "a wait that a timer survives");
  assert.equal(nextAlarm(0, now, now + 20_000), undefined, "it rings soon enough");
  assert.equal(nextAlarm(0, now, now - 5), undefined, "it has rung, and rings each period");
  assert.equal(nextAlarm(0, now, now + 45_000), now + 30_000, "it was set to a wait that is over");
  assert.equal(nextAlarm(now + 60_000, now, now + 30_000), now + 60_000, "a rate window");
  assert.equal(nextAlarm(now + 60_000, now, now + 60_000), undefined, "it is set already");
});

test("messages are accepted only from the popup, and only commands of the right form", () => {
  const [id, url] = ["abc", "chrome-extension://abc/popup.html"];
  assert.ok(isFromOwnPage({ id, url }, id, [url]));
  assert.ok(!isFromOwnPage({ id: "other", url }, id, [url]));
  assert.ok(!isFromOwnPage({ id, url: "https://example.com/popup.html" }, id, [url]));
  assert.ok(!isFromOwnPage({ id }, id, [url]));

  const removals = [{ sequenceId: "s", contactIds: ["a", ""] }];
  assert.deepEqual(readCommand({ type: "start", removals, more: 1 }), { type: "start", removals });
  assert.deepEqual(readCommand({ type: "stop", key: "k" }), { type: "stop" });
  assert.deepEqual(readCommand({ type: "key", key: "k" }), { type: "key", key: "k" });
  const wrong = [
    undefined,
    "start",
    { type: "start" },
    { type: "start", removals: [null] },
    { type: "start", removals: [{ sequenceId: "s", contactIds: [1] }] },
    { type: "start", removals: [{ sequenceId: "s".repeat(501), contactIds: [] }] },
    { type: "preview", removals: [{ sequenceId: "s", contactIds: Array(MOST_CONTACTS + 1).fill("a") }] },
    { type: "key", key: 1 },
    { type: "toString" },
  ];
  for (const message of wrong) assert.equal(readCommand(message), undefined);
});

test("the badge has at most four characters, and never says that all is done before it is", () => {
  assert.equal(badgeOf(VIEW).text, "75%");
  assert.equal(badgeOf({ ...VIEW, confirmed: 8, failed: 0 }).text, "99%");
  assert.equal(badgeOf({ ...VIEW, total: 0 }).text, "0%");
  assert.equal(badgeOf({ ...VIEW, state: "ended", complete: true }).text, "ok");
  assert.equal(badgeOf({ ...VIEW, state: "ended" }).text, "!");
  assert.equal(badgeOf({ ...VIEW, state: "needs-key" }).text, "key");
});

test("a run's progress is said in a sentence", () => {
  const say = (more: Partial<RunView>): string => standingOf({ ...VIEW, ...more }, String);
  assert.equal(say({}), "4 of 8 contacts confirmed. Sending.");
  assert.equal(say({ total: 0 }), "10 contacts to remove. Sending.");
  assert.match(say({ phase: 2, wakeMs: 77 }), /next rate window until 77\.$/);
  assert.match(say({ phase: 3, wakeMs: 77 }), /after a failure until 77\.$/);
  assert.match(say({ wish: "stop", phase: 2 }), /Stopping/);
  assert.match(say({ wish: "cancel" }), /Cancelling/);
  assert.match(say({ state: "needs-key" }), /Enter it to resume/);
  assert.match(say({ state: "needs-space" }), /disk space/);
});

test("preview and account show each count that is not zero", () => {
  const result = {
    status: "partial",
    confirmed: 5,
    refused: 1,
    unknown: 0,
    unsent: 2,
    invalid: 5,
    duplicates: 1,
    removed: 4,
    removedExact: true,
    sequences: [{ sequenceId: "<b>s</b>", unique: 8 }],
    invalidIds: [0, 1, 2, 3, null].map((contact) => ({ removal: 0, contact, reason: "not-a-uuid" })),
    remaining: { removals: [{ sequenceId: "s", contactIds: ["a"] }] },
  } as unknown as RemovalResult;
  const names = ["Ada", "Grace", ""];
  const digits = "123e4567e89b12d3a456426614174000";
  const rows = names.map((name) => ({ name, contactId: name === "Grace" ? digits : "nobody", sequenceId: "s" }));
  assert.deepEqual(previewLines(result, [rows]), [
    "8 contacts from sequence <b>s</b>",
    "1 contact listed more than once: counted once",
    "“Ada” has no valid contact ID: left out",
    "“Grace” has 32 digits without hyphens where its contact ID should be: left out",
    "A row has no valid contact ID: left out",
    "2 more rows are left out",
  ]);
  assert.equal(accountLines(result).length, 5);
  const text = JSON.stringify(result);
  assert.equal(remainingOf({ kind: "result", text }).length, 1);
  assert.equal(remainingOf({ kind: "interrupted", why: "", confirmed: 0, remaining: { removals: [] } }).length, 0);
  assert.ok(!isKeyRefused({ kind: "result", text: JSON.stringify({ errors: [{ cause: "network" }] }) }));
  assert.ok(isKeyRefused({ kind: "result", text: JSON.stringify({ errors: [{ cause: "credential-invalid" }] }) }));
});

test("the sentence over a result says what the API counted, and nothing else", () => {
  const nothing = { refused: 0, unknown: 0, unsent: 0, invalid: 0, duplicates: 0, dryRun: false, removedExact: true };
  const say = (result: Partial<RemovalResult>): string => headline({ ...nothing, ...result } as RemovalResult);
  const done = { status: "completed", unique: 2500, confirmed: 2500 } as const;
  assert.equal(say({ ...done, removed: 2500 }), "2,500 contacts removed.");
  assert.equal(say({ ...done, removed: 2343 }), "2,343 removed, 157 were already out.");
  assert.equal(say({ ...done, removed: 0 }), "No contact was removed: all 2,500 were already out.");
  assert.equal(
    say({ ...done, removed: 900, removedExact: false }),
    "All 2,500 contacts are out of their sequence; at least 900 removed now.",
  );
  assert.equal(say({ ...done, removed: 2500, removedExact: false }), "2,500 contacts removed.");
  assert.equal(say({ status: "completed", unique: 0, confirmed: 0, removed: 0 }), "There was nothing to do.");
  assert.equal(
    say({ status: "completed", unique: 1, confirmed: 1, removed: 0 }),
    "No contact was removed: it was already out.",
  );
  assert.equal(
    say({ status: "partial", unique: 9, confirmed: 5, removed: 4, refused: 1, unsent: 3 }),
    "Partly done: 4 removed, 1 was already out, 1 refused, 3 unsent.",
  );
  assert.equal(say({ status: "cancelled", unique: 2, confirmed: 0, removed: 0, unknown: 2 }), "Stopped: 2 unknown.");
  assert.equal(
    say({ status: "partial", unique: 9, confirmed: 5, removed: 0, removedExact: false, unknown: 4 }),
    "Partly done: 5 are out of their sequence (none was counted as removed now), 4 unknown.",
  );
});

test("if the result names no ids, all of the input remains", () => {
  const removals = [{ sequenceId: "s", contactIds: ["a", "b", "c"] }];
  const result = {
    confirmed: 1,
    unknown: 1,
    unsent: 1,
    remaining: { removals: [] as unknown[] },
    errors: [{ message: "M" }],
  };
  assert.deepEqual(outcomeOf(JSON.stringify(result), removals), {
    kind: "interrupted",
    why: "M",
    confirmed: 1,
    remaining: { removals },
  });
  result.remaining.removals = [{ sequenceId: "s", contactIds: ["b", "c"] }];
  assert.equal(outcomeOf(JSON.stringify(result), removals).kind, "result");
});

test("of values that arrive while one is written, only the newest is written", async () => {
  const written: number[] = [];
  let finish: (() => void) | undefined;
  const latest = new Latest<number>(async (value) => {
    written.push(value);
    if (value === 1) await new Promise<void>((resolve) => (finish = resolve));
    if (value === 3) throw new Error("refused by the test");
  });
  const first = latest.put(1);
  void latest.put(2);
  const last = latest.put(3);
  finish?.();
  await Promise.all([first, last]);
  await latest.put(4);
  assert.deepEqual(written, [1, 3, 4]);
});
