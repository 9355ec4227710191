// What is on disk, and for how long; and what cannot be recorded is not done.
import assert from "node:assert/strict";
import { browserTest } from "../support/chromium.js";
import { CONTACTS, resultOf, setUp, startRemoval } from "./support/removal.js";

browserTest("a run that cannot write its journal waits, and continues when told to", async (context) => {
  const { recorder, installed } = await setUp(context, {});
  recorder.hold();
  const popup = await installed.openPopup();
  await startRemoval(popup);
  await recorder.until(() => recorder.heldBack === 1);
  const [worker] = installed.chromium.serviceWorkers();
  assert.ok(worker !== undefined);
  await worker.evaluate(`
    globalThis.add = IDBObjectStore.prototype.add;
    IDBObjectStore.prototype.add = () => { throw new DOMException("by the test", "QuotaExceededError"); };
  `);
  recorder.release();
  await popup.untilVisible("resume");
  assert.match(await popup.text("standing"), /Free some disk space/);
  assert.equal(recorder.sent.length, 1);

  await worker.evaluate("void (IDBObjectStore.prototype.add = globalThis.add)");
  await popup.click("resume");
  const result = await resultOf(popup);
  assert.equal(result.status, "completed");
  assert.equal(result.confirmed, CONTACTS.length);
  // Only the request whose response could not be written was sent again.
  assert.equal(recorder.sent.length, CONTACTS.length / 100 + 1);
});

/** Names in the store of the run, and how many lines the journal has. */
const STORED = `new Promise((resolve) => {
  indexedDB.open("removal").onsuccess = ({ target: { result: database } }) => {
    const transaction = database.transaction(["run", "journal"]);
    const names = transaction.objectStore("run").getAllKeys();
    const lines = transaction.objectStore("journal").count();
    transaction.oncomplete = () => {
      database.close();
      resolve({ names: names.result, lines: lines.result });
    };
  };
})`;

browserTest("journal and input are deleted when the run ends, the outcome when it is dismissed", async (context) => {
  const { recorder, installed } = await setUp(context, {});
  recorder.hold();
  const popup = await installed.openPopup();
  await startRemoval(popup);
  await recorder.until(() => recorder.heldBack === 1);
  // The head and the first wake; the response is still on its way.
  assert.deepEqual(await popup.evaluate(STORED), { names: ["record", "removals"], lines: 2 });
  recorder.release();
  await resultOf(popup);
  assert.deepEqual(await popup.evaluate(STORED), { names: ["outcome", "record"], lines: 0 });
  await popup.click("dismiss");
  await popup.untilVisible("selection");
  assert.deepEqual(await popup.evaluate(STORED), { names: [], lines: 0 });
});
