// The extension end to end: Chromium, the popup, the worker, and the strict sandbox.
import assert from "node:assert/strict";
import { browserTest } from "../support/chromium.js";
import { CONTACTS, resultOf, setUp, startRemoval } from "./support/removal.js";

browserTest("a selection is previewed, confirmed and removed", async (context) => {
  const { recorder, installed } = await setUp(context, {});
  const popup = await installed.openPopup();
  await popup.until("document.getElementById('preview').innerText !== ''");
  assert.equal(await popup.text("found"), "1,500 contacts selected on this page.");
  assert.equal(await popup.text("preview"), "1,500 contacts from sequence spring");
  assert.equal(recorder.sent.length, 0);
  await startRemoval(popup);
  const result = await resultOf(popup);
  assert.equal(await popup.text("summary"), "1,500 contacts removed.");
  assert.equal(result.confirmed, 1500);
  assert.equal(result.removed, 1500);
  assert.ok(result.removedExact);
  assert.deepEqual(recorder.sent.flatMap(({ contactIds }) => contactIds).sort(), [...CONTACTS].sort());
});
