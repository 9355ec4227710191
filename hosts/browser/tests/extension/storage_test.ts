// What cannot be written down is not done: a run whose journal finds no room waits, and goes on when there is some.
import assert from "node:assert/strict";
import { browserTest } from "../support/chromium.js";
import { CONTACTS, resultOf, setUp, startRemoval } from "./support/removal.js";

browserTest("a run that cannot write its journal waits, and goes on when it is told to", async (context) => {
  const { recorder, installed } = await setUp(context, {});
  recorder.hold();
  const popup = await installed.openPopup();
  await startRemoval(popup);
  await recorder.until(() => recorder.heldBack === 1);
  const [worker] = installed.chromium.serviceWorkers();
  assert.ok(worker !== undefined);
  await worker.evaluate(() => {
    const { add } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.add = () => {
      throw new DOMException("by the test", "QuotaExceededError");
    };
    Object.assign(globalThis, { makeRoom: () => (IDBObjectStore.prototype.add = add) });
  });
  recorder.release();
  await popup.untilVisible("resume");
  assert.match(await popup.text("standing"), /Free some disk space/);
  assert.equal(recorder.sent.length, 1);

  await worker.evaluate("globalThis.makeRoom()");
  await popup.click("resume");
  const result = await resultOf(popup);
  assert.equal(result.status, "completed");
  assert.equal(result.confirmed, CONTACTS.length);
  // The request whose answer could not be written was sent again, and nothing else.
  assert.equal(recorder.sent.length, CONTACTS.length / 100 + 1);
});
