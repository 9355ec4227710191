// Chromium with the extension, in a profile of its own, in front of a page with a table of contacts.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { promisify } from "node:util";
import { type BrowserContext, type CDPSession, chromium, type Page, type Worker } from "playwright-core";
import { CHROMIUM, CHROMIUM_ARGUMENTS } from "../../support/chromium.js";
import { repositoryPath } from "../../support/repository.js";
import { Popup } from "./popup.js";

/** A folder that goes with the test. */
export function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "extension-"));
  context.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** Serves one page until the test ends. Result: its address. */
export async function servePage(context: TestContext, html: string): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
}

export class Installed {
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
    context.after(() => chromiumContext.close());
    const page = chromiumContext.pages()[0] ?? (await chromiumContext.newPage());
    await page.goto(url);
    const browser = await chromiumContext.browser()?.newBrowserCDPSession();
    if (browser === undefined) throw new Error("Chromium gives no session of its own");
    const installed = new Installed(chromiumContext, page, browser, await extensionId(chromiumContext));
    return installed;
  }

  openPopup(): Promise<Popup> {
    return Popup.open(this.browser, this.id, this.page.url());
  }

  get worker(): Worker | undefined {
    return this.chromium.serviceWorkers().find((worker) => worker.url().includes(this.id));
  }

  /** Resolves with the worker, once it is there. */
  async untilWorker(): Promise<Worker> {
    return this.worker ?? this.chromium.waitForEvent("serviceworker", (worker) => worker.url().includes(this.id));
  }

  /** Ends the worker as the browser does it after half a minute without an event. */
  async stopWorker(): Promise<void> {
    const worker = await this.untilWorker();
    const gone = new Promise((resolve) => worker.once("close", resolve));
    const session = await this.chromium.newCDPSession(this.page);
    await session.send("ServiceWorker.enable");
    await session.send("ServiceWorker.stopAllWorkers");
    await gone;
    await session.detach();
  }
}

async function extensionId(context: BrowserContext): Promise<string> {
  const isOurs = (worker: Worker): boolean => worker.url().endsWith("/service_worker.js");
  const worker = context.serviceWorkers().find(isOurs) ?? (await context.waitForEvent("serviceworker", isOurs));
  return new URL(worker.url()).hostname;
}

/** The extension as it is built for a sandbox at that address. Result: its folder. */
export async function builtFor(context: TestContext, baseUrl: string): Promise<string> {
  const out = join(temporaryFolder(context), "built");
  const program = repositoryPath("hosts/browser/scripts/build_extension.mjs");
  await promisify(execFile)(process.execPath, [program, "--base-url", baseUrl, "--out", out]);
  return out;
}
