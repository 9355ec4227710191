// 100,000 contacts: the page keeps drawing while they are read, sent and accounted for, with the run's journal on disk.
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

/** Runs in the page before its own scripts. */
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
            if (name === "remove_contacts") performance.mark("parsed");
          }
        },
      ];
    });
    return { exports: Object.fromEntries(timed) as unknown };
  };
  WebAssembly.instantiate = instantiate as typeof WebAssembly.instantiate;
}

/** The longest frame and calls since the previous call. */
async function sinceLast(page: Page): Promise<Measured> {
  return page.evaluate(() => {
    const seen = { ...globalThis.measured };
    globalThis.measured.longestFrame = 0;
    return seen;
  });
}

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** In µs. */
  ts: number;
  dur?: number;
  /** How long the thread worked in it. */
  tdur?: number;
}

/**
 * The longest that the page's thread worked in one task, in ms, without the module's parsing step. Other programs
 * lengthen frames, but hardly this.
 */
function longestTask(trace: Buffer, parsing: number): number {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const parsed = traceEvents.find(({ name }) => name === "parsed");
  assert.ok(parsed, "the trace is that of the page");
  const tasks = traceEvents.filter(({ name, pid, tid, ph }) => {
    return ph === "X" && name.endsWith("RunTask") && pid === parsed.pid && tid === parsed.tid;
  });
  assert.ok(tasks.length > 1000, `${String(tasks.length)} tasks`);
  const worked = tasks.map(({ ts, dur = 0, tdur = 0 }) => {
    const hasParsed = ts <= parsed.ts && parsed.ts <= ts + dur;
    return tdur / 1000 - (hasParsed ? parsing : 0);
  });
  return Math.max(...worked);
}

interface Longest {
  frame: number;
  task: number;
}

/** One whole run: the longest frame and the longest task in ms, without the module's parsing step. */
async function attempt(browser: Browser, url: string, context: TestContext): Promise<Longest> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.addInitScript(measure);
  await page.goto(url);
  await page.getByLabel("Sequence ID", { exact: true }).fill("spring");
  await page.getByLabel("Rate limit").selectOption("2");
  await page.getByLabel("Answers take").selectOption("0");
  // Putting the text into the page is the test's own long step; it is over when two frames have passed.
  const clipboard = await page.evaluateHandle((text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    return data;
  }, contactIds(CONTACTS).join("\n"));
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await browser.startTracing(page, { categories: ["toplevel", "blink.user_timing"] });
  await sinceLast(page);

  await page.evaluate((clipboardData) => {
    const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    document.querySelector("textarea")?.dispatchEvent(paste);
  }, clipboard);
  await counted(page, "100,000 contacts.");
  const reading = await sinceLast(page);

  await run(page);
  // 950 of a minute's 1,000 requests are sent; 5 % are left to others.
  await page.locator(".phase", { hasText: "Waiting for the next rate window" }).waitFor({ timeout: 60_000 });
  const sending = await sinceLast(page);
  assert.match(await page.locator(".requests .help").innerText(), /^The latest 100 of 950 requests/);
  assert.ok((await journalLines(page)) > 950, "the journal is on disk");
  await sinceLast(page);
  await page.getByRole("button", { name: "Stop gently" }).click();
  assert.match(await headline(page), /^Stopped: 89,062 removed, 5,938 were already out, 5,000 unsent/);
  const ending = await sinceLast(page);
  const trace = await browser.stopTracing();
  await page.close();

  const { remove_contacts: parsing = 0, ...others } = sending.calls;
  assert.ok(sending.frames > 30, "frames were measured");
  assert.ok(parsing > 0, "calls were measured");
  const task = longestTask(trace, parsing);
  context.diagnostic(
    `longest frame: reading ${reading.longestFrame.toFixed(0)} ms, sending ${sending.longestFrame.toFixed(0)} ms, ` +
      `result ${ending.longestFrame.toFixed(0)} ms; the most work in one task ${task.toFixed(0)} ms; ` +
      `the module's parse step ${parsing.toFixed(1)} ms, ` +
      `its longest other call ${Math.max(...Object.values(others)).toFixed(1)} ms`,
  );
  return { frame: Math.max(reading.longestFrame, sending.longestFrame - parsing, ending.longestFrame), task };
}

/** Lines of the journal in the page's storage. */
async function journalLines(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error("no reason"));
      });
    const database = await done(indexedDB.open("playground"));
    const lines = await done(database.transaction("journal").objectStore("journal").count());
    database.close();
    return lines;
  });
}

browserTest(`${CONTACTS.toLocaleString("en")} contacts and 950 requests without a long frame`, async (context) => {
  const url = await servePlayground(context);
  const browser = await launch(context);
  // Another program that uses the processor makes any frame long. What is long because of the page is long each time.
  let longest: Longest = { frame: Infinity, task: Infinity };
  for (let tries = 0; tries < 3 && Math.min(longest.frame, longest.task) >= LONGEST_FRAME_MS; ++tries) {
    const { frame, task } = await attempt(browser, url, context);
    longest = { frame: Math.min(longest.frame, frame), task: Math.min(longest.task, task) };
  }
  if (longest.frame >= LONGEST_FRAME_MS) {
    context.diagnostic("frames were not measured: this machine is too busy; the page's own work was");
  }
  assert.ok(
    Math.min(longest.frame, longest.task) < LONGEST_FRAME_MS,
    `frame ${longest.frame.toFixed(0)} ms, task ${longest.task.toFixed(0)} ms`,
  );
});
