// In Firefox: the JavaScript host with the vectors and a removal, and the playground. Debian's, driven by WebDriver BiDi.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test, type TestContext } from "node:test";
import { launch, type Page } from "puppeteer-core";
import { contactIds } from "skipcall-test-support/contacts";
import { MODULES, REMOVE_CONTACTS, repositoryFile } from "skipcall-test-support/repository";
import { startSandbox } from "skipcall-test-support/sandbox";
import type { RemovalResult } from "../../../plugin-manifest/remove_contacts.js";
import { servePlayground } from "./support/playground.js";
import { startProxy } from "./support/proxy.js";
import { serve } from "./support/serve.js";

const FIREFOX = process.env.FIREFOX || "/usr/bin/firefox-esr";
const MISSING = `not run: there is no Firefox at ${FIREFOX}; install the package firefox-esr, or name one in FIREFOX`;
const options = { ...(existsSync(FIREFOX) ? {} : { skip: MISSING }), timeout: 120_000 };
const KEY = "sk_test_kept_in_memory";

/** tests/pages/vectors.ts */
interface ReplayPage {
  replayFile: (module: string, file: string) => Promise<string[]>;
}

/** What the page uses of hosts/js/dist/browser.js. */
interface Host {
  ActionHost: new (module: unknown, parts: object) => { run: (request: object) => Promise<{ text: string }> };
  fetchSender: () => unknown;
  loadModule: (url: string) => Promise<unknown>;
  systemClock: () => unknown;
}

async function newPage(context: TestContext): Promise<Page> {
  const browser = await launch({ browser: "firefox", executablePath: FIREFOX });
  context.after(() => browser.close());
  return browser.newPage();
}

async function openPage(context: TestContext): Promise<Page> {
  const page = await newPage(context);
  const url = await serve(context, {
    "/pages/": "apps/browser/build/pages/",
    "/html/": "apps/browser/tests/pages/",
    "/files/": "",
  });
  await page.goto(`${url}/html/vectors.html`);
  return page;
}

for (const [build, path] of Object.entries(MODULES)) {
  void test(`vectors in Firefox on the module by ${build}`, options, async (context) => {
    const page = await openPage(context);
    for (const file of readdirSync(repositoryFile("tests/vectors")).filter((name) => name.endsWith(".jsonl"))) {
      const text = readFileSync(repositoryFile(`tests/vectors/${file}`), "utf8");
      const seen = await page.evaluate(
        (module, file) => (globalThis as unknown as ReplayPage).replayFile(module, file),
        `/files/${path}`,
        `/files/tests/vectors/${file}`,
      );
      assert.deepEqual(seen, text.trimEnd().split(/\n(?=\{"journal":)/), file);
    }
  });
}

void test("a removal in Firefox, by the file that a page imports", options, async (context) => {
  const contacts = contactIds(950);
  const sandbox = await startSandbox({
    keys: [{ key: KEY, plan: "EXPERT" }],
    sequences: [{ id: "spring", contacts }],
    switches: { limit: 5, windowMs: 1500 },
  });
  context.after(sandbox.stop);
  const { url } = await startProxy(context, sandbox.url, "open");
  const page = await openPage(context);
  const text = await page.evaluate(
    async (module, contactIds, baseUrl, secret) => {
      const host = "/files/hosts/js/dist/browser.js";
      const { ActionHost, fetchSender, loadModule, systemClock } = (await import(host)) as Host;
      const runner = new ActionHost(await loadModule(module), { send: fetchSender(), clock: systemClock() });
      const input = { sequenceId: "spring", contactIds };
      const connections = { skipcall: { baseUrl, secret } };
      return (await runner.run({ action: "remove_contacts", input, connections })).text;
    },
    `/files/${REMOVE_CONTACTS}`,
    contacts,
    url,
    KEY,
  );
  const result = JSON.parse(text) as RemovalResult;
  assert.equal(result.status, "completed");
  assert.equal(result.confirmed, 950);
  assert.equal(result.removed, 950);
  assert.ok(!text.includes(KEY));
});

void test("the playground in Firefox: a run that a reload interrupts is resumed", options, async (context) => {
  const page = await newPage(context);
  page.on("dialog", (dialog) => void dialog.accept()); // it warns of leaving in the middle of a run
  await page.goto(await servePlayground(context));
  await page.locator("::-p-aria(Fill in 2,500 made-up contacts)").click();
  await page.locator("::-p-aria(Remove 2,500 contacts in the sandbox)").click();
  await page.locator("::-p-text(of 2,500 contacts confirmed)").wait();
  await page.reload();
  await page.locator("::-p-aria(Resume)").click();
  const heading = page.locator(".result h2").setTimeout(60_000);
  const text = await heading.map(({ textContent }) => textContent).wait();
  // The request that was open may have been carried out before it was sent again.
  assert.match(
    text,
    /^(2,343 removed, 157 were already out|All 2,500 contacts are out of their sequence; at least .*)\.$/,
  );
});
