// The browser of the tests: Debian's Chromium, driven by playwright-core, which brings no browser.
import { existsSync } from "node:fs";
import { test, type TestContext } from "node:test";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

export const CHROMIUM = process.env.CHROMIUM || "/usr/bin/chromium";
/** Chromium refuses to run as root with its sandbox. */
export const CHROMIUM_ARGUMENTS = process.getuid?.() === 0 ? ["--no-sandbox"] : [];

/** Why browser tests cannot run here, or undefined. */
const MISSING = existsSync(CHROMIUM)
  ? undefined
  : `not run: there is no Chromium at ${CHROMIUM}; install the package chromium, or name one in CHROMIUM`;

/** A test that needs Chromium. Without it, the test counts as skipped, and says what to install. */
export function browserTest(name: string, body: (context: TestContext) => Promise<void>): void {
  void test(name, { ...(MISSING === undefined ? {} : { skip: MISSING }), timeout: 300_000 }, body);
}

export interface OpenPage {
  page: Page;
  /** What the page said on its console as a warning or an error, what it threw, and what its policy blocked. */
  complaints: string[];
}

/** Starts a browser, which ends with the test. */
export async function launch(context: TestContext, extraArguments: string[] = []): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [...CHROMIUM_ARGUMENTS, ...extraArguments],
  });
  context.after(() => browser.close());
  return browser;
}

/** A fresh profile with one page at url. */
export async function openPage(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<OpenPage> {
  const page = await (await browser.newContext(options)).newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(url);
  return { page, complaints };
}
