// Who may start a removal, who may read the key, and how many removals there are at a time.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { browserTest } from "../support/chromium.js";
import { temporaryFolder } from "./support/installed.js";
import { CONTACTS, giveKey, KEY, resultOf, setUp, startRemoval } from "./support/removal.js";

const START = { type: "start", removals: [{ sequenceId: "spring", contactIds: CONTACTS.slice(0, 5) }] };
const REFUSED = { refused: "Only the popup of this extension may ask for that." };
const LOCK = "run";

/** Another extension, with only a worker. */
function otherExtension(context: TestContext): string {
  const folder = temporaryFolder(context);
  const manifest = { manifest_version: 3, name: "Other", version: "1", background: { service_worker: "other.js" } };
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "other.js"), "chrome.runtime.onInstalled.addListener(() => {});");
  return folder;
}

browserTest(
  "no page, no content script and no other extension can start a removal or read the key",
  async (context) => {
    const { recorder, installed } = await setUp(context, {}, [otherExtension(context)]);
    const popup = await installed.openPopup();
    await giveKey(popup, KEY);
    await popup.until("!document.getElementById('key-form').checkVisibility()");

    // A page has nothing to send with, and cannot show the popup in a frame.
    assert.equal(await installed.page.evaluate("typeof globalThis.chrome?.runtime?.sendMessage"), "undefined");
    const framed = await installed.page.evaluate(
      (url) =>
        fetch(url).then(
          () => "fetched",
          () => "refused",
        ),
      `chrome-extension://${installed.id}/popup.html`,
    );
    assert.equal(framed, "refused");

    // A script of this very extension inside the page.
    const inPage = (call: string): Promise<{ result: unknown }[]> =>
      popup.evaluate(`chrome.tabs.query({ active: true, currentWindow: true }).then(([tab]) =>
      chrome.scripting.executeScript({ target: { tabId: tab.id }, func: () => ${call} }))`);
    const [reply] = await inPage(`chrome.runtime.sendMessage(${JSON.stringify(START)})`);
    assert.deepEqual(reply?.result, REFUSED);
    const [read] = await inPage(`chrome.storage.session.get().then(() => "read", () => "refused")`);
    assert.equal(read?.result, "refused");

    const isOther = (url: string): boolean => url.endsWith("/other.js");
    const other =
      installed.chromium.serviceWorkers().find((worker) => isOther(worker.url())) ??
      (await installed.chromium.waitForEvent("serviceworker", (worker) => isOther(worker.url())));
    const answer = await other.evaluate(
      ([id, message]) => chrome.runtime.sendMessage(id, message).then(() => "answered", String),
      [installed.id, START] as const,
    );
    assert.match(answer, /Could not establish connection/);

    // The popup itself, with an invalid message.
    assert.deepEqual(await popup.ask({ ...START, removals: [{ sequenceId: 1 }] }), REFUSED);
    assert.equal(recorder.sent.length, 0);
  },
);

browserTest("two wake-ups, and two starts, never run twice", async (context) => {
  const { recorder, installed } = await setUp(context, {});
  recorder.hold();
  const popup = await installed.openPopup();
  await giveKey(popup, KEY);
  await popup.until("!document.getElementById('key-form').checkVisibility()");

  // Somebody else holds the lock, as another worker would: nothing begins until it is free.
  await popup.evaluate(
    `void navigator.locks.request("${LOCK}", () => new Promise((free) => (globalThis.free = free)))`,
  );
  await popup.until("typeof globalThis.free === 'function'");
  const ask = (command: unknown): string => `chrome.runtime.sendMessage(${JSON.stringify(command)})`;
  await popup.evaluate(`void (globalThis.first = ${ask(START)})`);
  await popup.until(`navigator.locks.query().then(({ pending }) => pending.length === 1)`);
  assert.deepEqual(await popup.ask(START), { refused: "A removal is already starting." });
  assert.equal(recorder.sent.length, 0);
  await popup.evaluate("globalThis.free()");
  assert.deepEqual(await popup.evaluate("globalThis.first"), {});
  assert.match(JSON.stringify(await popup.ask(START)), /One runs at a time/);

  // A fresh worker is woken several times at once, and sends what was on its way once.
  await recorder.until(() => recorder.heldBack === 1);
  await installed.stopWorker();
  const wakes = Array.from({ length: 6 }, (_, i) => ask({ type: i % 2 === 0 ? "view" : "resume" }));
  await popup.evaluate(`Promise.all([${wakes.join()}])`);
  await recorder.until(() => recorder.heldBack === 2);
  recorder.release();
  const result = await resultOf(popup);
  assert.equal(result.confirmed, 5);
  assert.equal(recorder.sent.length, 2);
});

browserTest("a second removal waits until the first one's outcome was dismissed", async (context) => {
  const { installed } = await setUp(context, {});
  const popup = await installed.openPopup();
  await startRemoval(popup);
  await resultOf(popup);
  assert.match(JSON.stringify(await popup.ask(START)), /dismiss it/);
  await popup.click("dismiss");
  await popup.untilVisible("selection");
  assert.deepEqual(await popup.ask({ type: "outcome" }), {});
  await popup.click("forget-key");
  await popup.untilVisible("key-form");
  assert.match(JSON.stringify(await popup.ask(START)), /API key first/);
});
