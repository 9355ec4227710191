// The browser stops the worker midway, again and again. Every contact is accounted for once, and only what was on its
// way at a stop is sent again.
import assert from "node:assert/strict";
import { browserTest } from "../support/chromium.js";
import type { Recorder, Sent } from "./support/recorder.js";
import { CONTACTS, resultOf, setUp, startRemoval } from "./support/removal.js";

const LIMIT = 6;

/** Requests that the server accepted. */
function accepted(recorder: Recorder): Sent[] {
  return recorder.sent.filter(({ status }) => status === 200);
}

function texts(sent: Sent[]): string[] {
  return sent.map(({ contactIds }) => contactIds.join());
}

/** What was sent more than once. */
function repeated(sent: Sent[]): string[] {
  const all = texts(sent);
  return [...new Set(all.filter((text, i) => all.indexOf(text) !== i))].sort();
}

browserTest("a run continues after each stop of its worker", async (context) => {
  const { recorder, installed } = await setUp(context, { limit: LIMIT, windowMs: 4000 });
  recorder.hold();
  let popup = await installed.openPopup();
  await startRemoval(popup);

  // A stop while the first request is on its way; the popup wakes the next worker.
  await recorder.until(() => recorder.heldBack === 1);
  const sentAgain = recorder.onTheirWay;
  await installed.stopWorker();
  recorder.release();
  await popup.close();
  popup = await installed.openPopup();
  await recorder.until(() => recorder.sent.length > 1);

  // A stop in a rate window: nothing is on its way, and the alarm wakes the next worker when the window is over.
  await popup.until(`document.getElementById("standing").innerText.includes("rate window")`);
  await popup.close();
  assert.deepEqual(recorder.onTheirWay, []);
  assert.equal(recorder.sent.length, LIMIT);
  await installed.stopWorkerByInternals();
  assert.equal(recorder.sent.length, LIMIT);
  await recorder.until(() => recorder.sent.length > LIMIT + 1);

  // A stop with several on their way: the first of a window goes alone, then all that the window has left.
  recorder.hold();
  await recorder.until(() => recorder.heldBack === LIMIT - 1);
  sentAgain.push(...recorder.onTheirWay);
  assert.equal(sentAgain.length, LIMIT);
  await installed.stopWorker();
  recorder.release();

  popup = await installed.openPopup();
  const result = await resultOf(popup);
  assert.equal(result.status, "completed");
  assert.equal(result.unique, CONTACTS.length);
  assert.equal(result.confirmed, CONTACTS.length);
  assert.match(await popup.text("summary"), /All 1,500 contacts are out[^]*at least 900 removed/);
  assert.deepEqual(
    [...new Set(accepted(recorder).flatMap(({ contactIds }) => contactIds))].sort(),
    [...CONTACTS].sort(),
  );
  assert.deepEqual(repeated(accepted(recorder)), texts(sentAgain).sort());
  assert.equal(accepted(recorder).length, CONTACTS.length / 100 + sentAgain.length);
});
