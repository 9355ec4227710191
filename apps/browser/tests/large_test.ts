// 100,000 contacts: the page goes on drawing while they are read, sent and accounted for.
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { Browser, Page } from "playwright-core";
import { browserTest, launch } from "./support/chromium.js";
import { contactIds, counted, headline, run, servePlayground } from "./support/playground.js";

const CONTACTS = 100_000;
const LONGEST_FRAME_MS = 100;

/** Kept by the page itself: the longest time between two frames, and the longest call of each export of the module. */
interface Measured {
  longestFrame: number;
  frames: number;
  calls: Record<string, number>;
}

declare global {
  var measured: Measured;
}

/** Runs in the page before anything of it. */
function measure(): void {
  globalThis.measured = { longestFrame: 0, frames: 0, calls: {} };
  const { measured } = globalThis;
  let last = 0;
  const frame = (now: number): void => {
    if (last !== 0) measured.longestFrame = Math.max(measured.longestFrame, now - last);
    last = now;
    ++measured.frames;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  const real = WebAssembly.instantiate.bind(WebAssembly) as (
    module: WebAssembly.Module,
    imports: WebAssembly.Imports,
  ) => Promise<WebAssembly.Instance>;
  const instantiate = async (module: WebAssembly.Module, imports: WebAssembly.Imports): Promise<unknown> => {
    const { exports } = await real(module, imports);
    const timed = Object.entries(exports).map(([name, value]) => {
      if (typeof value !== "function") return [name, value];
      return [
        name,
        (...values: unknown[]): unknown => {
          const began = performance.now();
          try {
            return (value as (...values: unknown[]) => unknown)(...values);
          } finally {
            measured.calls[name] = Math.max(measured.calls[name] ?? 0, performance.now() - began);
          }
        },
      ];
    });
    return { exports: Object.fromEntries(timed) as unknown };
  };
  WebAssembly.instantiate = instantiate as typeof WebAssembly.instantiate;
}

/** The longest frame and calls since the last call of this. */
async function sinceLast(page: Page): Promise<Measured> {
  return page.evaluate(() => {
    const seen = { ...globalThis.measured };
    globalThis.measured.longestFrame = 0;
    return seen;
  });
}

/** One whole run. Longest frames in ms, the one in which the module parses its input without that step. */
async function attempt(browser: Browser, url: string, context: TestContext): Promise<number> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.addInitScript(measure);
  await page.goto(url);
  await page.getByLabel("Sequence ID", { exact: true }).fill("spring");
  await page.getByLabel("Rate limit").selectOption("2");
  await page.getByLabel("Answers take").selectOption("0");
  // To bring the text into the page is the test's own long step; it is over when two frames have passed.
  const clipboard = await page.evaluateHandle((text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    return data;
  }, contactIds(CONTACTS).join("\n"));
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await sinceLast(page);

  await page.evaluate((clipboardData) => {
    const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    document.querySelector("textarea")?.dispatchEvent(paste);
  }, clipboard);
  await counted(page, "100,000 contacts.");
  const reading = await sinceLast(page);

  await run(page);
  // 950 requests of a minute's 1,000 go; 5 % are left to others.
  await page.locator(".phase", { hasText: "Waiting for the next rate window" }).waitFor({ timeout: 60_000 });
  const sending = await sinceLast(page);
  assert.match(await page.locator(".requests .help").innerText(), /^The latest 100 of 950 requests/);
  await page.getByRole("button", { name: "Stop gently" }).click();
  assert.match(await headline(page), /^Stopped: 89,062 removed, 5,938 were already out, 5,000 unsent/);
  const ending = await sinceLast(page);
  await page.close();

  const { remove_contacts: parsing = 0, ...others } = sending.calls;
  assert.ok(sending.frames > 30, "frames were measured");
  assert.ok(parsing > 0, "calls were measured");
  context.diagnostic(
    `longest frame: reading ${reading.longestFrame.toFixed(0)} ms, sending ${sending.longestFrame.toFixed(0)} ms, ` +
      `result ${ending.longestFrame.toFixed(0)} ms; the module's parse step ${parsing.toFixed(1)} ms, ` +
      `its longest other call ${Math.max(...Object.values(others)).toFixed(1)} ms`,
  );
  return Math.max(reading.longestFrame, sending.longestFrame - parsing, ending.longestFrame);
}

/** The longest frame of a page that does nothing, in ms: what other programs take from this machine. */
async function idle(browser: Browser, url: string): Promise<number> {
  const page = await browser.newPage();
  await page.addInitScript(measure);
  await page.goto(url);
  await page.evaluate(() => new Promise((done) => setTimeout(done, 1000)));
  await sinceLast(page);
  await page.evaluate(() => new Promise((done) => setTimeout(done, 4000)));
  const { longestFrame } = await sinceLast(page);
  await page.close();
  return longestFrame;
}

browserTest(`${CONTACTS.toLocaleString("en")} contacts and 950 requests without a long frame`, async (context) => {
  const url = await servePlayground(context);
  const browser = await launch(context);
  // Another program that takes the processor makes any frame long. A frame that is long by itself is so each time.
  let longest = Infinity;
  for (let tries = 0; tries < 4 && longest >= LONGEST_FRAME_MS; ++tries) {
    longest = Math.min(longest, await attempt(browser, url, context));
  }
  if (longest >= LONGEST_FRAME_MS) {
    const doingNothing = await idle(browser, url);
    if (doingNothing >= LONGEST_FRAME_MS / 2) {
      context.skip(`not measured: this machine is too busy, even an idle page waits ${doingNothing.toFixed(0)} ms`);
      return;
    }
  }
  assert.ok(longest < LONGEST_FRAME_MS, `${longest.toFixed(0)} ms`);
});
