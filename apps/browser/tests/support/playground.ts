// The playground in a browser: how tests reach its parts, by the names that people see.
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { launch, openPage, type OpenPage } from "./chromium.js";
import { POLICY, serve } from "./serve.js";

export const TITLE = "Remove contacts from sequence";

/** The button that starts the run, whatever it says. */
export function runButton(page: Page): Locator {
  return page.locator('form button[type="submit"]');
}

/** Serves dist/playground with the strict policy. Returns its address, with the slash. */
export async function servePlayground(context: TestContext): Promise<string> {
  const headers = { "content-security-policy": POLICY };
  return `${await serve(context, { "/": "apps/browser/dist/playground/" }, { headers })}/`;
}

/** The playground, ready. `browser`: one that is already running. */
export async function openPlayground(
  context: TestContext,
  options: BrowserContextOptions = {},
  browser?: Browser,
): Promise<OpenPage> {
  const opened = await openPage(browser ?? (await launch(context)), await servePlayground(context), options);
  await runButton(opened.page).waitFor();
  return opened;
}

/** n different contact ids, every 16th of which was never in a sequence of the page's sandbox. */
export function contactIds(n: number, group = 0): string[] {
  const prefix = group.toString(16).padStart(8, "0");
  return Array.from({ length: n }, (_, i) => `${prefix}-0000-4000-8000-${i.toString(16).padStart(12, "0")}`);
}

/** As if the ids were pasted; typing that many would take minutes. */
export async function paste(page: Page, text: string): Promise<void> {
  await page.getByLabel("Contact IDs", { exact: true }).evaluate((box, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", pasted);
    box.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

/** More than some 100 ids, or so few that typing them is quick. */
export async function fill(page: Page, sequence: string, ids: readonly string[]): Promise<void> {
  await page.getByLabel("Sequence ID", { exact: true }).fill(sequence);
  const text = ids.join("\n");
  if (ids.length > 120) await paste(page, text);
  else await page.getByLabel("Contact IDs", { exact: true }).fill(text);
  await counted(page, `${ids.length.toLocaleString("en")} contact`);
}

/** Waits until the form shows this count. */
export async function counted(page: Page, text: string | RegExp): Promise<void> {
  await page.locator(".count", { hasText: text }).waitFor({ timeout: 30_000 });
}

/** Presses the button. An earlier result stays until the run begins, so it is marked as old. */
export async function run(page: Page): Promise<void> {
  await page.locator(".result").evaluateAll((results) => {
    for (const result of results) result.setAttribute("data-old", "");
  });
  await runButton(page).click();
}

/** Waits for the result of the run that was started last. Returns its headline. */
export async function headline(page: Page): Promise<string> {
  const heading = page.locator(".result:not([data-old]) h2");
  await heading.waitFor({ timeout: 60_000 });
  return heading.innerText();
}

/** The count that the result shows under a word such as "Confirmed"; 0 if it does not show one. */
export async function countOf(page: Page, word: string): Promise<number> {
  const value = page
    .locator(".account div")
    .filter({ has: page.getByText(word, { exact: true }) })
    .locator("dd")
    .first();
  return (await value.count()) === 0 ? 0 : Number((await value.innerText()).replace(/,/g, ""));
}

/** Saves by the button and reads what was saved. */
export async function saved(page: Page, button: string): Promise<unknown> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: button }).click(),
  ]);
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  assert.notEqual(text, "");
  return JSON.parse(text);
}
