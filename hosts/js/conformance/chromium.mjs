// The JavaScript host in a page of Chromium, for the conformance kit. (adapter.mjs has the other platforms.) Build the
// package first; CHROMIUM names the browser.
//
//     node chromium.mjs within COMMAND …    runs a command, such as the kit: the calls of this file in it share one browser
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

import { CANNOT_ANYWHERE, connectionsOf, EXITS, HIDES_PROXY_STATUS, readOptions, repeats } from "./options.mjs";

const cannot = {
  "accept-encoding": "A page does not choose the codings: Chromium asks for gzip, deflate, br and zstd.",
  "content-codings": "Chromium decodes a body itself, and takes one that is cut as whole.",
  "error-kind": "fetch does not say why it failed.",
  "header-order": "Chromium puts headers of its own between those of a request.",
  journal: "A page has no files; it keeps journals in IndexedDB.",
  "not-sent": "fetch does not say whether a request was sent.",
  "redirect-status": "A page does not see the status of a redirect.",
  "response-framing": "Chromium mends lengths and shows no coding.",
  tls: "A page trusts the authorities of the browser.",
  ...HIDES_PROXY_STATUS,
  ...repeats("Chromium"),
  ...CANNOT_ANYWHERE,
};

const PACKAGE = new URL("../dist/", import.meta.url);
const ORIGIN = "http://conformance.test/";
const PAGE = "<!doctype html><meta charset=utf-8><title>conformance</title>";
// The kit's server permits no page (CORS): what a page may see of another origin is not the host's doing.
const ARGUMENTS = ["--disable-web-security", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])];
const SKIPPED = 77; // for ctest
const LAUNCH = { executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ARGUMENTS };

async function openPage(browser) {
  const page = await browser.newPage();
  await page.route(`${ORIGIN}**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === "/") return route.fulfill({ contentType: "text/html", body: PAGE });
    await route.fulfill({ contentType: "text/javascript", path: fileURLToPath(new URL(`.${pathname}`, PACKAGE)) });
  });
  await page.goto(ORIGIN);
  return page;
}

/** In the page. */
async function runInPage({ module, action, input, connections }) {
  const { ActionHost, fetchSender, HostError, loadModule, systemClock } = await import("/browser.js");
  const bytes = (base64) => Uint8Array.from(globalThis.atob(base64), (letter) => letter.charCodeAt(0));
  try {
    const host = new ActionHost(await loadModule(bytes(module)), { send: fetchSender(), clock: systemClock() });
    const { cancel, stop } = globalThis.signals;
    const control = { connections, signal: cancel.signal, stopSignal: stop.signal };
    return { text: (await host.run({ action, input: bytes(input), ...control })).text };
  } catch (error) {
    return { fault: error instanceof HostError ? error.fault : "", message: error.message };
  }
}

async function run(options) {
  const { CHROMIUM_ENDPOINT: endpoint } = process.env;
  const browser = await (endpoint === undefined ? chromium.launch(LAUNCH) : chromium.connect(endpoint));
  const page = await openPage(browser);
  await page.evaluate(() => (globalThis.signals = { cancel: new AbortController(), stop: new AbortController() }));
  const tell = (name) => page.evaluate((signal) => globalThis.signals[signal]?.abort(), name);
  createInterface({ input: process.stdin }).on("line", (line) => tell(line).catch(() => undefined)); // it has ended
  const [module, input] = await Promise.all([readFile(options.module, "base64"), readFile(options.input, "base64")]);
  const { action } = options;
  const end = await page.evaluate(runInPage, { module, action, input, connections: connectionsOf(options) });
  await page.close();
  await browser.close();
  if (end.text === undefined) {
    process.stderr.write(`${end.message}\n`);
    return EXITS[end.fault] ?? 4;
  }
  await new Promise((done) => process.stdout.write(end.text, done));
  return 0;
}

async function within(command) {
  if (!existsSync(LAUNCH.executablePath)) {
    console.log(`not run: there is no Chromium at ${LAUNCH.executablePath}; CHROMIUM names one`);
    return SKIPPED;
  }
  const server = await chromium.launchServer(LAUNCH);
  const child = spawn(command[0], command.slice(1), {
    stdio: "inherit",
    env: { ...process.env, CHROMIUM_ENDPOINT: server.wsEndpoint() },
  });
  const code = await new Promise((done) => child.on("close", done));
  await server.close();
  return code ?? 1;
}

const [command, ...words] = process.argv.slice(2);
if (command === "--capabilities") {
  console.log(JSON.stringify({ host: "JavaScript, page in Chromium", version: "0.9.0", cannot }, null, 2));
} else if (command === "run") {
  process.exit(await run(readOptions(words)));
} else if (command === "within") {
  process.exit(await within(words));
} else {
  process.stderr.write("usage: chromium.mjs --capabilities | run OPTION VALUE … | within COMMAND …\n");
  process.exitCode = 2;
}
