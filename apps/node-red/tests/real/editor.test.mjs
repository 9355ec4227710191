// The node in Node-RED's editor, in a real Chromium: an example is imported, set up, deployed and run by hand.
// SKIPCALL_RECORD=1 retakes the pictures in docs/.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { chromium } from "playwright-core";
import { startSandbox } from "skipcall-test-support/sandbox";
import { packageRoot } from "../support/install_node_red.mjs";
import { startNodeRed, userFolder } from "../support/node_red.mjs";

const KEY = "sk_test_node_red_0123456789";
const executablePath = process.env.CHROMIUM;
const picture = (name) => join(packageRoot, process.env.SKIPCALL_RECORD === "1" ? "docs" : "build", name);
const skip = executablePath ? false : "there is no Chromium: CHROMIUM names one";

test("an example is imported, set up, deployed and run", { skip, timeout: 180_000 }, async () => {
  const contacts = ["123e4567-e89b-12d3-a456-426614174000"]; // of the two in the example
  const sandbox = await startSandbox({
    keys: [{ key: KEY, plan: "EXPERT" }],
    sequences: [{ id: "spring", contacts }],
  });
  const user = userFolder();
  const red = await startNodeRed(user.folder);
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 760 } });
    await page.goto(red.url);
    await page.addStyleTag({ content: "#red-ui-notifications { visibility: hidden }" }); // they would hide the rest
    await page.locator(".red-ui-palette-node", { hasText: "remove contacts" }).waitFor({ timeout: 60_000 });

    await page.evaluate("RED.actions.invoke('core:show-examples-import-dialog')");
    const dialog = page.locator("#red-ui-clipboard-dialog");
    await dialog.getByText("node-red-contrib-skipcall").click();
    await dialog.getByText("One sequence, list of ids").waitFor();
    await dialog.getByText("Remove rows of a sheet").click();
    await page.locator("#red-ui-clipboard-dialog-ok").click();
    await page.mouse.move(560, 300);
    await page.mouse.click(560, 300);

    const node = page.locator(".red-ui-flow-node-group", { hasText: "remove contacts" });
    await node.dblclick();
    await page.locator("#node-input-contactColumn").waitFor();
    assert.equal(await page.locator("#node-input-sequenceColumn").inputValue(), "sequenceId");
    await page.waitForTimeout(500); // the tray slides in
    await page.locator(".red-ui-tray").screenshot({ path: picture("panel.png") });
    await page.locator("#node-input-btn-account-edit").first().click();
    await page.locator("#node-config-input-key").fill(KEY);
    await page.locator("#node-config-input-baseUrl").fill(sandbox.url);
    await page.locator("#node-config-dialog-ok").click();
    await page.locator("#node-dialog-ok").click();

    await page.locator("#red-ui-header-button-deploy").click();
    await red.until((log) => log.includes("Updated flows") || log.split("Started flows").length > 2);
    await page
      .locator(".red-ui-flow-node-group", { hasText: "rows" })
      .locator(".red-ui-flow-node-button-button")
      .click();
    const status = node.locator(".red-ui-flow-node-status-label");
    await page.waitForFunction((label) => /\d/.test(label?.textContent ?? ""), await status.elementHandle());
    await page.locator(".red-ui-debug-msg", { hasText: "removed" }).waitFor();
    assert.match(await status.textContent(), /2/);
    await page.evaluate("RED.view.reveal(RED.nodes.filterNodes({ type: 'skipcall-remove-contacts' })[0].id)");
    await page.waitForTimeout(1000); // the view scrolls, and what it reveals blinks
    await page.screenshot({ path: picture("flow.png") });
    assert.equal(sandbox.requests().filter((line) => line.includes("DELETE")).length, 1);
    assert.ok(!red.log.includes(KEY));
  } finally {
    await browser.close();
    await red.stop();
    user.remove();
    await sandbox.stop();
  }
});
