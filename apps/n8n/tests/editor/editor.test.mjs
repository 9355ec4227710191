// The node in n8n's editor, in a real Chromium. SKIPCALL_RECORD=1 retakes the pictures in docs/.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { chromium } from "playwright-core";
import { startSandbox } from "skipcall-test-support/sandbox";

import { N8n } from "../support/n8n.mjs";
import { chromiumPath, need, packageRoot } from "../support/places.mjs";
import { until } from "../support/processes.mjs";
import { OWNER, Rest } from "../support/rest.mjs";
import { startPostgres } from "../support/services.mjs";
import { credential, rowsWorkflow, skipcallNode, toolWorkflow } from "../support/workflows.mjs";

const picture = (name) => join(packageRoot, process.env.SKIPCALL_RECORD === "1" ? "docs" : "dist", name);
const missing = await need("postgresql", "chromium");
describe("the editor", { skip: missing && `cannot run here: ${missing}` }, () => {
  let postgres, sandbox, n8n, browser, page, rest;

  before(async () => {
    postgres = await startPostgres();
    const id = (n) => `123e4567-e89b-12d3-a456-42661417400${n}`;
    sandbox = await startSandbox({
      keys: [{ key: "sk_test_expert", plan: "EXPERT" }],
      sequences: ["vip", "spring"].map((name) => ({ id: name, contacts: [0, 1, 2].map(id) })),
    });
    n8n = await N8n.create(await postgres.database());
    const rows = (sequence) =>
      [0, 1, 2].map((n) => ({
        name: ["Ada", "Grace", "Edsger"][n],
        sequenceId: [sequence, sequence, "no-such-sequence"][n],
        contactId: id(n),
      }));
    const options = { whenLimited: "wait", maxDuration: 240, skipBadIds: true };
    const node = skipcallNode("key", { options }, { onError: "continueErrorOutput" });
    await n8n.import("credentials", [
      { ...credential("key", "sk_test_expert", sandbox.url), name: "Skipcall account" },
    ]);
    await n8n.import("workflow", [
      rowsWorkflow("panel", rows("vip"), node),
      rowsWorkflow("stops", rows("spring"), skipcallNode("key")),
      rowsWorkflow("dropped", rows("vip"), skipcallNode("key", { options: "={{ { dryRun: true } }}" })),
      toolWorkflow("tool", {}, "key"),
    ]);
    await n8n.startMain();
    rest = await Rest.signIn(n8n.url);
    browser = await chromium.launch({ executablePath: chromiumPath, args: ["--no-sandbox"] });
    page = await browser.newPage({ viewport: { width: 1280, height: 860 }, deviceScaleFactor: 1 });
    await page.goto(`${n8n.url}/signin`);
    await page.fill('input[autocomplete="email"]', OWNER.email);
    await page.fill('input[type="password"]', OWNER.password);
    await page.click('[data-test-id="form-submit-button"]');
    await page.waitForURL((url) => !url.pathname.includes("signin"));
  });

  after(async () => {
    await browser?.close();
    await n8n?.stop();
    await sandbox?.stop();
    await postgres?.stop();
  });

  /** The node as a user finds it by searching. */
  async function found(words) {
    await page.goto(`${n8n.url}/workflow/tool`);
    await page.locator('[data-test-id="canvas-node"]').first().waitFor({ timeout: 60_000 });
    await page.locator('[data-test-id="node-creator-plus-button"]').first().click();
    await page.locator('[data-test-id="node-creator-search-bar"]').first().fill(words);
    return page
      .locator('[data-test-id="item-iterator-item"]')
      .filter({ hasText: /^\s*Skipcall/ })
      .first();
  }

  async function open(workflow) {
    await page.goto(`${n8n.url}/workflow/${workflow}`);
    const node = page.locator('[data-test-id="canvas-node"][data-node-name="Skipcall"]');
    await node.waitFor({ timeout: 60_000 });
    return node;
  }

  /** A picture of the panel after a run: without the notice over its corner, and with the button's words back. */
  async function take(name) {
    await page.locator(".el-notification__closeBtn").first().click();
    await page.locator(".el-notification").first().waitFor({ state: "detached" });
    await page.locator('[data-test-id="node-execute-button"]:has-text("Execute step")').first().waitFor();
    await page.mouse.move(5, 5);
    await page.screenshot({ path: picture(name), animations: "disabled" });
  }

  test("the panel has the fields, its run is summed up above the output, and it goes into the docs", async () => {
    const node = await open("panel");
    assert.match(await node.innerText(), /Skipcall\s+removeContacts: sequence/);
    await node.dblclick();
    await page.getByText("Sequence ID", { exact: true }).first().waitFor();
    for (const label of ["Contact IDs", "Max Duration (Seconds)", "Skip Bad IDs", "When the Limit Is Reached"]) {
      await page.getByText(label, { exact: true }).first().waitFor({ timeout: 10_000 });
    }
    assert.equal(await page.getByText("Description", { exact: true }).count(), 0, "a field of the tool only");
    await page.locator('[data-test-id="node-execute-button"]').first().click();
    await page
      .getByText(/Skipcall did not find the sequence "no-such-sequence" \(2 of 3 removed\)/)
      .first()
      .waitFor();
    await take("panel.png");
  });

  test("when it stops, the reason comes first, and that goes into the docs", async () => {
    const node = await open("stops");
    await node.dblclick();
    await page.locator('[data-test-id="node-execute-button"]').first().click();
    await page.getByText('Skipcall did not find the sequence "no-such-sequence" (2 of 3 removed)').first().waitFor();
    await page
      .getByText(/Check the sequence ID/)
      .first()
      .waitFor();
    await take("stopped.png");
  });

  test("an option added in the panel is saved among the options, in place of an expression that n8n drops", async () => {
    const node = await open("dropped");
    await node.dblclick();
    await page.getByPlaceholder("Add option").first().click();
    await page.getByText("Dry Run", { exact: true }).first().click();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+s");
    const saved = await until("the workflow is saved", 30, async () => {
      const { nodes } = await rest.call("GET", "/rest/workflows/dropped");
      const { parameters } = nodes.find(({ name }) => name === "Skipcall");
      return typeof parameters.options === "object" && parameters;
    });
    assert.deepEqual(saved.options, { dryRun: false });
  });

  test("searching for what it does finds it", async () => {
    for (const words of ["remove contacts", "unsubscribe", "delete contacts", "sequence"]) {
      await (await found(words)).waitFor({ timeout: 15_000 });
    }
  });

  test("as a tool, the two fields are filled in by the model, and the description warns", async () => {
    const node = await open("tool");
    await node.dblclick();
    await page.getByText("Contact IDs", { exact: true }).first().waitFor();
    const text = await page.evaluate(() => [...document.querySelectorAll("textarea")].map((one) => one.value).join());
    assert.match(text, /Removes people .*never invent/s);
  });
});
