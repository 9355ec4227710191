// The examples in Chromium, and with them the one file of the JavaScript host: without a bundler, without workers, with
// only wasm-unsafe-eval in the page's policy, and from a server with another content type for WebAssembly.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { browserTest, launch, openPage } from "./support/chromium.js";
import { contactIds } from "./support/playground.js";
import { startProxy } from "./support/proxy.js";
import { repositoryPath } from "skipcall-test-support/repository";
import { startSandbox } from "skipcall-test-support/sandbox";
import { serve } from "./support/serve.js";

const KEY = "sk_test_example";
const contacts = contactIds(250);
const data = { keys: [{ key: KEY, plan: "EXPERT" }], sequences: [{ id: "spring", contacts }] };
const STRICT =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src data:; connect-src 'self' http://127.0.0.1:*";

/** Records in the page which of the engine's ways to compile succeeded. */
function noteCompiling(): void {
  const noted: string[] = [];
  Object.assign(globalThis, { noted });
  for (const name of ["compile", "compileStreaming"] as const) {
    const real = WebAssembly[name].bind(WebAssembly) as (source: never) => Promise<WebAssembly.Module>;
    Object.assign(WebAssembly, {
      [name]: async (source: never) => {
        const module = await real(source);
        noted.push(name);
        return module;
      },
    });
  }
}

async function removeBy(page: Page, server: string): Promise<string> {
  await page.getByText("ready").waitFor();
  await page.getByLabel("Server").fill(server);
  await page.getByLabel("API key").fill(KEY);
  await page.getByLabel("Sequence").fill("spring");
  await page
    .getByLabel("Contacts")
    .evaluate((box, text) => ((box as HTMLTextAreaElement).value = text), contacts.join("\n"));
  await page.getByRole("button").click();
  const status = page.getByRole("status");
  await status.filter({ hasNotText: /^(ready|\d+ of \d+)$/ }).waitFor();
  return status.innerText();
}

for (const [type, expected] of [
  ["application/wasm", "compileStreaming"],
  ["application/octet-stream", "compile"],
] as const) {
  browserTest(`the page's example, with the module as ${type}`, async (context) => {
    const sandbox = await startSandbox(data);
    context.after(sandbox.stop);
    const proxy = await startProxy(context, sandbox.url, "open");
    const url = await serve(
      context,
      { "/": "apps/browser/dist/page/" },
      { headers: { "content-security-policy": STRICT }, types: { ".wasm": type } },
    );
    const page = await (await launch(context)).newPage();
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.addInitScript(noteCompiling);
    await page.goto(`${url}/`);
    assert.equal(await removeBy(page, proxy.url), "completed");
    assert.deepEqual(await page.evaluate(() => (globalThis as unknown as { noted: string[] }).noted), [expected]);
    assert.deepEqual(page.workers(), []);
    assert.equal(await page.evaluate(() => crossOriginIsolated), false);
    assert.deepEqual(complaints, []);
  });
}

browserTest("the policy of these tests is in force: without wasm-unsafe-eval nothing is compiled", async (context) => {
  const headers = { "content-security-policy": STRICT.replace(" 'wasm-unsafe-eval'", "") };
  const url = await serve(context, { "/": "apps/browser/dist/page/" }, { headers });
  const { page } = await openPage(await launch(context), "about:blank");
  await page.goto(`${url}/`);
  await page
    .getByText(/the Content Security Policy forbids WebAssembly; its script-src has to allow 'wasm-unsafe-eval'/)
    .waitFor();
});

browserTest(
  "the page's example puts no key into its address, even if its program could not be loaded",
  async (context) => {
    const url = await serve(context, { "/": "apps/browser/dist/page/" });
    const page = await (await launch(context)).newPage();
    for (const missing of ["page.js", "remove_contacts.wasm"]) {
      await page.unrouteAll();
      await page.route(`**/${missing}`, (route) => route.abort());
      await page.goto(`${url}/`);
      await page.getByLabel("Server").fill("https://api.example.com");
      await page.getByLabel("API key").fill(KEY);
      await page.getByLabel("Sequence").fill("spring");
      await page.getByLabel("Contacts").fill(contacts[0] ?? "");
      await page.getByRole("button").click();
      if (missing !== "page.js") await page.getByText("the module cannot be loaded").waitFor();
      await page.waitForTimeout(500);
      assert.equal(page.url(), `${url}/`, missing);
    }
  },
);

/**
 * A page with selected ids and the userscript in it, with a stand-in for its manager. Returns what its dialogs said.
 */
async function userscript(page: Page, server: string, key = KEY): Promise<string[]> {
  // The manager sends for the script. Its server is the production one; the stand-in leads to the sandbox.
  await page.exposeFunction(
    "managerSends",
    async (method: string, url: string, headers: Record<string, string>, body: string) => {
      const { pathname, origin } = new URL(url);
      assert.equal(origin, "https://api-public.skipcall.app");
      const response = await fetch(server + pathname, { method, headers, body });
      const lines = [...response.headers].map(([name, value]) => `${name}: ${value}\r\n`).join("");
      return { status: response.status, lines, text: await response.text() };
    },
  );
  await page.evaluate(() => {
    type Sends = (...values: unknown[]) => Promise<{ status: number; lines: string; text: string }>;
    interface Request {
      method: string;
      url: string;
      headers: Record<string, string>;
      data: Blob;
      onload: (response: unknown) => void;
      onerror: () => void;
    }
    const sends = (globalThis as unknown as { managerSends: Sends }).managerSends;
    const send = async (request: Request): Promise<void> => {
      const { status, lines, text } = await sends(
        request.method,
        request.url,
        request.headers,
        await request.data.text(),
      );
      const response = new TextEncoder().encode(text).buffer;
      request.onload({ status, finalUrl: request.url, responseHeaders: lines, response });
    };
    Object.assign(globalThis, {
      GM_xmlhttpRequest: (request: Request) => {
        send(request).catch(() => request.onerror());
        return { abort: () => undefined };
      },
      GM_registerMenuCommand: (_title: string, run: () => void) => Object.assign(globalThis, { menuCommand: run }),
    });
  });
  const said: string[] = [];
  const told = new Promise<void>((resolve) => {
    page.on("dialog", (dialog) => {
      said.push(dialog.message());
      if (dialog.type() === "alert") resolve();
      void dialog.accept(dialog.message().startsWith("API key") ? key : "spring");
    });
  });
  const script = readFileSync(repositoryPath("apps/browser/dist/userscript/remove_contacts.user.js"), "utf8");
  assert.match(
    script,
    /^\/\/ ==UserScript==[^]*\/\/ @version +\d+\.\d+\.\d+\n[^]*\/\/ @noframes\n[^]*\/\/ ==\/UserScript==/,
  );
  await page.evaluate(script);
  await page.evaluate(() => {
    getSelection()?.selectAllChildren(document.body);
    (globalThis as unknown as { menuCommand: () => void }).menuCommand();
  });
  await told;
  return said;
}

browserTest("the userscript, with a stand-in for its manager", async (context) => {
  const sandbox = await startSandbox({ ...data, switches: { limit: 2, windowMs: 1500 } });
  context.after(sandbox.stop);
  const { page, complaints } = await openPage(await launch(context), "about:blank");
  await page.setContent(`<p>${contacts.join(" ")}</p>`);
  await page.evaluate(() => {
    const seen: string[] = [];
    Object.assign(globalThis, { seen });
    // What the note in the page's corner says, each time it changes.
    new MutationObserver((records) => {
      for (const node of records.flatMap(({ addedNodes }) => [...addedNodes])) {
        const text = (node as Element).shadowRoot?.querySelector("p");
        if (!text) continue;
        new MutationObserver(() => seen.push(text.textContent)).observe(text, { childList: true });
      }
    }).observe(document.body, { childList: true });
  });
  const said = await userscript(page, sandbox.url);
  assert.deepEqual(said, [
    `Remove 250 contacts, from ${contacts[0] ?? ""} on, from which sequence? (its ID)`,
    "API key (it is not stored)",
    "250 contacts removed.",
  ]);
  const seen = await page.evaluate(() => (globalThis as unknown as { seen: string[] }).seen.join("\n"));
  assert.match(seen, /100 of 250 contacts confirmed[^]*waiting for the next rate window until/);
  assert.equal(await page.evaluate(() => document.querySelectorAll("body > div").length), 0, "the note is gone");
  assert.deepEqual(complaints, []);
});

browserTest("the userscript asks about a marked row with several ids", async (context) => {
  const { page } = await openPage(await launch(context), "about:blank");
  const [first, second] = contacts;
  await page.setContent(`<ul><li>Ada ${first ?? ""} Company ${second ?? ""}</li></ul>`);
  const said = await userscript(page, "http://127.0.0.1:1");
  assert.match(said[0] ?? "", /^There may be IDs of other things[^]*\nAda 0[^]*\nCompany 0/);
});

browserTest("the userscript in a page whose policy forbids WebAssembly says so in plain words", async (context) => {
  const headers = { "content-security-policy": "default-src 'self'; script-src 'self'" };
  const url = await serve(context, { "/": "apps/browser/extension/sample/" }, { headers });
  const { page } = await openPage(await launch(context), `${url}/contacts.html`);
  const said = await userscript(page, "http://127.0.0.1:1");
  assert.match(said[0] ?? "", /^This page's security policy forbids WebAssembly.*nothing was sent/);
  assert.equal(said.length, 1, "neither sequence nor key was asked for");
});

browserTest("the userscript says in plain words that a key is none", async (context) => {
  const { page } = await openPage(await launch(context), "about:blank");
  await page.setContent(`<p>${contacts.join(" ")}</p>`);
  const said = await userscript(page, "http://127.0.0.1:1", `Bearer ${KEY}`);
  assert.match(said.at(-1) ?? "", /^This is not an API key\..*Nothing was sent\.$/);
});
