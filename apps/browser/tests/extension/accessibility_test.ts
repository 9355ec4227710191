// The popup is usable by everybody: axe-core finds nothing in any of its states, in light and in dark.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { browserTest } from "../support/chromium.js";
import type { Popup } from "./support/popup.js";
import { resultOf, setUp, startRemoval } from "./support/removal.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

async function findings(popup: Popup): Promise<string[]> {
  const found: string[] = [];
  for (const scheme of ["light", "dark"] as const) {
    await popup.emulate(scheme);
    const violations = await popup.evaluate<string[]>(
      `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + " " + nodes[0].html))`,
    );
    found.push(...violations.map((violation) => `${scheme}: ${violation}`));
  }
  return found;
}

browserTest("axe-core finds nothing in the popup", async (context) => {
  const { recorder, installed } = await setUp(context, {});
  recorder.hold();
  const popup = await installed.openPopup();
  await popup.evaluate(`${AXE}; undefined`);
  await popup.until("document.getElementById('preview').innerText !== ''");
  assert.deepEqual(await findings(popup), []);
  await popup.evaluate("document.getElementById('confirm').showModal()");
  assert.deepEqual(await findings(popup), []);
  await popup.evaluate("document.getElementById('confirm').close()");
  await startRemoval(popup);
  await popup.until("document.getElementById('standing').innerText !== ''");
  assert.deepEqual(await findings(popup), []);
  await popup.click("cancel");
  recorder.release();
  await resultOf(popup);
  assert.deepEqual(await findings(popup), []);
});
