// The key is kept until the browser ends. A run whose key is gone pauses and asks, and continues only with that key.
import assert from "node:assert/strict";
import { browserTest } from "../support/chromium.js";
import { holds, Installed } from "./support/installed.js";
import { CONTACTS, giveKey, KEY, OTHER_KEY, resultOf, setUp, startRemoval } from "./support/removal.js";

browserTest("after a restart of the browser, the run waits for the key it began with", async (context) => {
  const { recorder, installed, folder, profile, url } = await setUp(context, { limit: 4, windowMs: 2000 });
  let popup = await installed.openPopup();
  await startRemoval(popup);
  await popup.until(`document.getElementById("standing").innerText.includes("rate window")`);
  await installed.chromium.close();
  const before = recorder.sent.length;
  assert.ok(holds(profile, CONTACTS[0] ?? ""), "the journal is on disk");
  assert.ok(!holds(profile, KEY), "the key is not");

  const again = await Installed.start(context, folder, profile, url);
  popup = await again.openPopup();
  await popup.untilVisible("key-form");
  assert.match(await popup.text("standing"), /API key is gone/);
  assert.equal(recorder.sent.length, before);

  await giveKey(popup, "no key at all");
  await popup.until(`document.getElementById("problem").innerText.includes("not an API key")`);
  await giveKey(popup, OTHER_KEY);
  await popup.until(`document.getElementById("problem").innerText.includes("another key")`);
  assert.equal(recorder.sent.length, before);

  await giveKey(popup, KEY);
  const result = await resultOf(popup);
  assert.equal(result.status, "completed");
  assert.equal(result.confirmed, CONTACTS.length);
});

browserTest("a run whose key is gone can be cancelled without it", async (context) => {
  const { recorder, installed, folder, profile, url } = await setUp(context, { limit: 4, windowMs: 600_000 });
  let popup = await installed.openPopup();
  await startRemoval(popup);
  await popup.until(`document.getElementById("standing").innerText.includes("rate window")`);
  await installed.chromium.close();
  const before = recorder.sent.length;

  const again = await Installed.start(context, folder, profile, url);
  popup = await again.openPopup();
  await popup.untilVisible("key-form");
  await popup.click("cancel");
  const result = await resultOf(popup);
  assert.equal(result.status, "cancelled");
  assert.equal(result.confirmed, 400);
  assert.equal(result.unsent, CONTACTS.length - 400);
  assert.equal(recorder.sent.length, before);
});
