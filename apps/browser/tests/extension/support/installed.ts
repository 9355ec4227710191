// Chromium with the extension, in its own profile, in front of a page with a table of contacts.
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { type BrowserContext, type CDPSession, chromium, type Page, type Worker } from "playwright-core";
import { CHROMIUM, CHROMIUM_ARGUMENTS } from "../../support/chromium.js";
import { repositoryPath } from "skipcall-test-support/repository";
import { Popup } from "./popup.js";

const cleaning = new WeakMap<TestContext, (() => unknown)[]>();

/** Runs it when the test has ended, the last one first: a browser is closed before its profile is deleted. */
function atTheEnd(context: TestContext, act: () => unknown): void {
  const acts = cleaning.get(context) ?? [];
  acts.push(act);
  if (cleaning.has(context)) return;
  cleaning.set(context, acts);
  context.after(async () => {
    for (const each of acts.reverse()) await each();
  });
}

/** A folder that is deleted after the test. */
export function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "extension-"));
  atTheEnd(context, () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** Serves one page until the test ends. Returns its address. */
export async function servePage(context: TestContext, text: string, type = "text/html"): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": `${type}; charset=utf-8`, "cache-control": "no-store" }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
}

export class Installed {
  private workers: CDPSession | undefined;

  private constructor(
    readonly chromium: BrowserContext,
    readonly page: Page,
    readonly browser: CDPSession,
    readonly id: string,
  ) {}

  /** Starts Chromium with the extension in that folder and a profile in another, which may have been used before. */
  static async start(context: TestContext, extension: string, profile: string, url: string, others: string[] = []) {
    const folders = [extension, ...others].join(",");
    const chromiumContext = await chromium.launchPersistentContext(profile, {
      executablePath: CHROMIUM,
      headless: false, // Playwright's own headless mode has no extensions; Chromium's has
      args: [
        ...CHROMIUM_ARGUMENTS,
        "--headless=new",
        `--disable-extensions-except=${folders}`,
        `--load-extension=${folders}`,
        "--enable-unsafe-extension-debugging", // for Extensions.triggerAction
      ],
    });
    atTheEnd(context, () => chromiumContext.close());
    const page = chromiumContext.pages()[0] ?? (await chromiumContext.newPage());
    await page.goto(url);
    const browser = await chromiumContext.browser()?.newBrowserCDPSession();
    if (browser === undefined) throw new Error("Chromium gives no browser session");
    const installed = new Installed(chromiumContext, page, browser, await extensionId(chromiumContext));
    return installed;
  }

  openPopup(): Promise<Popup> {
    return Popup.open(this.browser, this.id, this.page.url());
  }

  /** Ends the worker, as the browser does after half a minute without an event: by the DevTools protocol. */
  async stopWorker(): Promise<void> {
    await this.untilWorkerEnds(async () => {
      this.workers ??= await this.chromium.newCDPSession(this.page);
      await this.workers.send("ServiceWorker.enable");
      await this.workers.send("ServiceWorker.stopAllWorkers");
    });
  }

  /** The same by the page that Chromium has for it. */
  async stopWorkerByInternals(): Promise<void> {
    await this.untilWorkerEnds(async () => {
      const page = await this.chromium.newPage();
      await page.goto("chrome://serviceworker-internals");
      await page.locator("[data-command=stop]").first().click();
      await page.close();
    });
  }

  private async worker(): Promise<string | undefined> {
    const { targetInfos } = await this.browser.send("Target.getTargets", { filter: [{}] });
    return targetInfos.find(({ type, url }) => type === "service_worker" && url.includes(this.id))?.targetId;
  }

  /** Neither Playwright nor an event reports that a service worker was stopped, so the list of targets is polled. */
  private async untilWorkerEnds(act: () => Promise<void>): Promise<void> {
    const worker = await this.worker();
    if (worker === undefined) throw new Error("no worker of the extension is running");
    await act();
    while ((await this.worker()) === worker) await setTimeout(20);
  }
}

async function extensionId(context: BrowserContext): Promise<string> {
  const isOurs = (worker: Worker): boolean => worker.url().endsWith("/service_worker.js");
  const worker = context.serviceWorkers().find(isOurs) ?? (await context.waitForEvent("serviceworker", isOurs));
  return new URL(worker.url()).hostname;
}

/** The extension as built for a sandbox at that address. Returns its folder. */
export async function builtFor(context: TestContext, baseUrl: string): Promise<string> {
  const out = join(temporaryFolder(context), "built");
  const program = repositoryPath("apps/browser/scripts/build_extension.mjs");
  await promisify(execFile)(process.execPath, [program, "--base-url", baseUrl, "--out", out]);
  return out;
}

/** Whether a file below the folder holds the text, with one or two bytes per character. */
export function holds(folder: string, text: string): boolean {
  const needles = [Buffer.from(text, "latin1"), Buffer.from(text, "utf16le")];
  return filesBelow(folder).some((path) => {
    const bytes = ifThere(() => readFileSync(path)) ?? Buffer.alloc(0);
    return needles.some((needle) => bytes.includes(needle));
  });
}

function filesBelow(folder: string): string[] {
  const entries = ifThere(() => readdirSync(folder, { withFileTypes: true })) ?? [];
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : [];
  });
}

/** Skips what the browser has deleted in the meantime. */
function ifThere<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
