// The extension end to end: Chromium, the popup, the worker, and the strict sandbox with short rate windows.
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { browserTest } from "../support/chromium.js";
import { startSandbox } from "../support/sandbox.js";
import { contactIds, contactTable } from "./support/contact_table.js";
import { builtFor, Installed, servePage, temporaryFolder } from "./support/installed.js";
import type { Popup } from "./support/popup.js";
import { Recorder } from "./support/recorder.js";

const KEY = "sk_test_extension";
const CONTACTS = contactIds(1500);

async function setUp(context: TestContext, switches: object, contacts = CONTACTS) {
  const sandbox = await startSandbox({
    keys: [{ key: KEY, plan: "EXPERT" }],
    sequences: [{ id: "spring", contacts }],
    switches: { reset: "milliseconds", ...switches },
  });
  context.after(() => sandbox.stop());
  const recorder = await Recorder.start(context, sandbox.url);
  const folder = await builtFor(context, recorder.baseUrl);
  const url = await servePage(context, contactTable("spring", contacts));
  const installed = await Installed.start(context, folder, temporaryFolder(context), url);
  return { recorder, installed, folder, url };
}

async function start(popup: Popup, key = KEY): Promise<void> {
  await popup.untilVisible("key-form");
  await popup.fill("key", key);
  await popup.submit("key-form");
  await popup.until("!document.getElementById('key-form').checkVisibility()");
  await popup.submit("selection");
  await popup.until("document.getElementById('confirm').open");
  await popup.click("yes");
  await popup.untilVisible("run");
}

browserTest("a selection is previewed, confirmed and removed", async (context) => {
  const { recorder, installed } = await setUp(context, {});
  const popup = await installed.openPopup();
  await popup.untilVisible("preview");
  assert.equal(await popup.text("found"), "1,500 contacts selected in this page.");
  assert.equal(await popup.text("preview"), "1,500 contacts from sequence spring");
  assert.equal(recorder.sent.length, 0);
  await start(popup);
  await popup.untilVisible("outcome");
  assert.equal(await popup.text("summary"), "Every contact was removed.");
  assert.deepEqual(recorder.sent.flatMap(({ contactIds }) => contactIds).sort(), [...CONTACTS].sort());
});
