// Runs that do not end on their own: stopped, cancelled, and interrupted by an update of the extension.
import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { browserTest } from "../support/chromium.js";
import { Installed } from "./support/installed.js";
import { confirmRemoval, CONTACTS, giveKey, KEY, outcomeOf, resultOf, setUp, startRemoval } from "./support/removal.js";

browserTest("Stop lets open requests end, Cancel gives them up", async (context) => {
  const { recorder, installed } = await setUp(context, {});
  recorder.hold();
  const popup = await installed.openPopup();
  await startRemoval(popup);
  await recorder.until(() => recorder.heldBack === 1);
  await popup.click("stop");
  await popup.until(`document.getElementById("standing").innerText.includes("Stopping")`);
  recorder.release();
  const stopped = await resultOf(popup);
  assert.equal(stopped.confirmed, 100);
  assert.equal(stopped.unsent, CONTACTS.length - 100);
  assert.equal(stopped.unknown, 0);
  assert.equal(recorder.sent.length, 1);

  await popup.click("dismiss");
  await popup.untilVisible("selection");
  recorder.hold();
  await confirmRemoval(popup);
  await recorder.until(() => recorder.heldBack === 1);
  await popup.click("cancel");
  const cancelled = await resultOf(popup);
  assert.equal(cancelled.status, "cancelled");
  assert.equal(cancelled.unknown, 100);
  assert.equal(cancelled.unsent, CONTACTS.length - 100);
  assert.equal(recorder.sent.length, 2);
});

browserTest("what a worker was told to do but did not, the next one does", async (context) => {
  const { recorder, installed } = await setUp(context, {});
  recorder.hold();
  let popup = await installed.openPopup();
  await startRemoval(popup);
  await recorder.until(() => recorder.heldBack === 1);
  await popup.click("stop");
  await popup.until(`document.getElementById("standing").innerText.includes("Stopping")`);
  await installed.stopWorker();
  recorder.release();
  await popup.close();
  popup = await installed.openPopup();
  const result = await resultOf(popup);
  // Nothing is sent again, so the outcome of the one that was on its way is unknown.
  assert.equal(result.unknown, 100);
  assert.equal(result.unsent, CONTACTS.length - 100);
  assert.equal(recorder.sent.length, 1);
});

browserTest(
  "an update of the extension ends the run with an account, and all of it can be run again",
  async (context) => {
    const { recorder, installed, folder, profile, url } = await setUp(context, { limit: 4, windowMs: 600_000 });
    let popup = await installed.openPopup();
    await startRemoval(popup);
    await popup.until(`document.getElementById("standing").innerText.includes("rate window")`);
    await installed.chromium.close();
    const before = recorder.sent.length;
    // Another module file with the same behaviour: one more empty custom section.
    appendFileSync(join(folder, "remove_contacts.wasm"), Uint8Array.of(0, 2, 1, 0x78));

    const updated = await Installed.start(context, folder, profile, url);
    popup = await updated.openPopup();
    await giveKey(popup, KEY);
    const outcome = await outcomeOf(popup);
    assert.equal(outcome.kind, "interrupted");
    assert.match((outcome as { why: string }).why, /updated in the middle/);
    assert.equal((outcome as { confirmed: number }).confirmed, 400);
    assert.deepEqual((outcome as { remaining: unknown }).remaining, {
      removals: [{ sequenceId: "spring", contactIds: CONTACTS }],
    });
    assert.equal(recorder.sent.length, before);
  },
);
