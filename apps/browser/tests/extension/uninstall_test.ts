// Uninstalling leaves no trace of a run in the profile.
import assert from "node:assert/strict";
import { browserTest } from "../support/chromium.js";
import { holds } from "./support/installed.js";
import { CONTACTS, setUp, startRemoval } from "./support/removal.js";

browserTest("an extension that is uninstalled in the middle of a run leaves no ids behind", async (context) => {
  const { installed, profile } = await setUp(context, { limit: 4, windowMs: 600_000 });
  const popup = await installed.openPopup();
  await startRemoval(popup);
  await popup.until(`document.getElementById("standing").innerText.includes("rate window")`);
  await popup.close();
  assert.ok(holds(profile, CONTACTS[0] ?? ""), "the journal is on disk");
  const [worker] = installed.chromium.serviceWorkers();
  await worker?.evaluate(() => void chrome.management.uninstallSelf());
  // The browser deletes an extension's storage after it has said so.
  const end = Date.now() + 20_000;
  while (holds(profile, CONTACTS[0] ?? "") && Date.now() < end)
    await new Promise((resolve) => setTimeout(resolve, 200));
  assert.ok(!holds(profile, CONTACTS[0] ?? ""));
});
