// The playground against a server: the strict sandbox as a process, behind a proxy that may or may not follow the rules
// of CORS.
import assert from "node:assert/strict";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import type { Page } from "playwright-core";
import { browserTest } from "./support/chromium.js";
import { contactIds, counted, countOf, fill, headline, openPlayground, run, runButton } from "./support/playground.js";
import { ANY, PREFLIGHT, startProxy } from "./support/proxy.js";
import { startSandbox } from "skipcall-test-support/sandbox";

const KEY = "sk_test_kept_in_memory";
const contacts = contactIds(950);
const data = {
  keys: [{ key: KEY, plan: "EXPERT" }],
  sequences: [{ id: "spring", contacts }],
  switches: { limit: 5, windowMs: 1500 },
};

async function connect(page: Page, url: string, key = KEY): Promise<void> {
  await page.getByLabel("A real server").check();
  await page.getByLabel("Server", { exact: true }).fill(url);
  await page.getByLabel("API Key").fill(key);
}

/** Says yes to the question. Returns what it asked. */
async function agree(page: Page): Promise<string> {
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  const text = await dialog.innerText();
  await dialog.getByRole("button", { name: /^Remove/ }).click();
  return text;
}

browserTest(
  "a server that allows the page: asked first, paced by its headers, the key nowhere to be found",
  async (context) => {
    const sandbox = await startSandbox(data);
    context.after(sandbox.stop);
    const proxy = await startProxy(context, sandbox.url, "open");
    const { page, complaints } = await openPlayground(context);
    await fill(page, "spring", contacts);
    await connect(page, proxy.url);

    await run(page);
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    assert.equal(proxy.forwarded(), 0, "nothing is sent without a yes");

    await run(page);
    const question = await agree(page);
    assert.match(question, /Remove 950 contacts\?/);
    assert.ok(question.includes(proxy.url));
    assert.match(question, /From 1 sequence/);
    assert.match(question, /spring: 950 contacts/);
    assert.match(question, /a test key/);
    assert.equal(await headline(page), "950 contacts removed.");
    assert.match(await page.locator(".progress").innerText(), /Rate window: \d of 5 requests left/);

    const kept = await page.evaluate(() => ({
      markup: document.documentElement.outerHTML,
      storage: [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie, location.href].join(
        "\n",
      ),
    }));
    assert.ok(!kept.markup.includes(KEY));
    assert.ok(!kept.storage.includes(KEY));
    assert.deepEqual(complaints, []);
  },
);

browserTest("a server that hides its rate headers: paced without them", async (context) => {
  const sandbox = await startSandbox({ ...data, switches: { ...data.switches, retryAfter: "seconds" } });
  context.after(sandbox.stop);
  const proxy = await startProxy(context, sandbox.url, "hidden");
  const { page } = await openPlayground(context);
  await fill(page, "spring", contacts.slice(0, 300));
  await connect(page, proxy.url);
  await run(page);
  await agree(page);
  assert.equal(await headline(page), "300 contacts removed.");
  assert.match(await page.locator(".progress").innerText(), /the server hides it from pages/);
});

for (const [cors, sent] of [
  ["closed", 0],
  ["deaf", 1],
] as const) {
  browserTest(
    `a server that does not allow the page (${cors}): the run ends with a message about CORS`,
    async (context) => {
      const sandbox = await startSandbox(data);
      context.after(sandbox.stop);
      const proxy = await startProxy(context, sandbox.url, cors);
      const { page } = await openPlayground(context);
      await fill(page, "spring", contacts);
      await connect(page, proxy.url);
      await run(page);
      await agree(page);
      assert.equal(await headline(page), "Not done: 100 unknown, 850 unsent.");
      const result = await page.locator(".result").innerText();
      assert.match(result, /does not allow pages of http:\/\/127\.0\.0\.1:\d+ to call it \(CORS\)/);
      assert.ok(result.includes(proxy.url));
      assert.doesNotMatch(result, /cancel|The server responded/i);
      // Unknown contacts do not count as success in the bar.
      const widths = await page.locator(".bar span").evaluateAll((parts) => parts.map((part) => part.style.width));
      assert.equal(widths[0], "0%");
      assert.notEqual(widths[1], "0%");
      // Sent or not: a page cannot know, and says so.
      assert.equal(await countOf(page, "Unknown"), 100);
      assert.equal(await countOf(page, "Unsent"), 850);
      assert.equal(proxy.forwarded(), sent, "it is not tried again");
    },
  );
}

browserTest("a wrong key, and addresses that are refused before anything is sent", async (context) => {
  const sandbox = await startSandbox(data);
  context.after(sandbox.stop);
  const proxy = await startProxy(context, sandbox.url, "open");
  const { page } = await openPlayground(context);
  await fill(page, "spring", contacts.slice(0, 3));
  await connect(page, "http://api.example.com");
  await run(page);
  await page.getByText("Plain http:// is allowed only to this machine").waitFor();
  await connect(page, proxy.url, "hunter2");
  await run(page);
  await page.getByText("Paste the whole key").waitFor();
  for (const wrapped of [`Bearer ${KEY}`, `"${KEY}"`]) {
    await connect(page, proxy.url, wrapped);
    await run(page);
    await page.getByText("no quotes, and no Bearer before it").waitFor();
  }
  assert.equal(proxy.forwarded(), 0);

  await connect(page, proxy.url, "sk_test_of_somebody_else");
  await run(page);
  await agree(page);
  assert.equal(await headline(page), "Not done: 3 unsent.");
  const result = await page.locator(".result").innerText();
  assert.match(result, /does not accept the API key/);
  assert.match(result, /401 UNAUTHORIZED Invalid or revoked API key/);
});

/** A server that any page may call, until the test ends. respond: to a removal. Returns its address. */
async function serving(
  context: TestContext,
  respond: (response: ServerResponse, path: string, body: string) => void,
): Promise<string> {
  const cors = { ...ANY, ...PREFLIGHT, "content-type": "application/json" };
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(cors)) response.setHeader(name, value);
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      if (request.method === "OPTIONS") response.writeHead(204).end();
      else respond(response, request.url ?? "", body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => server.close().closeAllConnections());
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

/** A server that always answers the same. Returns its address. */
function answering(context: TestContext, status: number, body: string, more = {}): Promise<string> {
  return serving(context, (response) => response.writeHead(status, more).end(body));
}

browserTest("a server that is not there is not mistaken for one that forbids, nor for a stop", async (context) => {
  const { page } = await openPlayground(context);
  await fill(page, "spring", contacts.slice(0, 3));
  // Nothing listens at a port that was free a moment ago.
  const gone = createServer();
  await new Promise<void>((resolve) => gone.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${String((gone.address() as AddressInfo).port)}`;
  await new Promise((resolve) => gone.close(resolve));
  await connect(page, url);
  await run(page);
  await agree(page);
  assert.equal(await headline(page), "Not done: 3 unknown.");
  const result = await page.locator(".result").innerText();
  assert.ok(result.includes(`No server responds at ${url}`), result);
  assert.doesNotMatch(result, /CORS|cancel|The server responded|Stopped/i);
});

browserTest("a device without a network is said to be offline", async (context) => {
  const { page } = await openPlayground(context);
  await fill(page, "spring", contacts.slice(0, 3));
  await connect(page, "https://api.example.com");
  await page.context().setOffline(true);
  await run(page);
  await agree(page);
  assert.equal(await headline(page), "Not done: 3 unknown.");
  const result = await page.locator(".result").innerText();
  assert.match(result, /This device is offline/);
  assert.doesNotMatch(result, /CORS/);
});

for (const body of ['{"removed":"two"}', '{"removed":-1}', '{"removed":4}', '{"removed":0.5}', "{}", "null", "hello"]) {
  browserTest(`a 200 with ${body} is not a success`, async (context) => {
    const { page } = await openPlayground(context);
    await fill(page, "spring", contacts.slice(0, 3));
    await connect(page, await answering(context, 200, body));
    await page.getByText("Options", { exact: true }).click();
    await page.getByLabel("Attempts per batch").fill("1");
    await run(page);
    await agree(page);
    await headline(page);
    assert.equal(await page.locator(".requests .good").count(), 0);
    assert.match(await page.locator(".requests .bad").first().innerText(), /200, not a response of this API/);
  });
}

browserTest("on a phone, the question about 60 sequences has its buttons in view", async (context) => {
  const { page } = await openPlayground(context, { viewport: { width: 375, height: 667 } });
  const rows = contacts.slice(0, 60).map((contact, i) => `sequence ${String(i)},${contact}`);
  await page.getByLabel("Contact IDs", { exact: true }).fill(`sequenceId,contactId\n${rows.join("\n")}`);
  await page.locator(".count", { hasText: "60 contacts in 60 sequences" }).waitFor();
  await connect(page, "https://api.example.com");
  const bottom = async (name: RegExp): Promise<number> => {
    const { y = Infinity, height = 0 } = (await page.getByRole("button", { name }).boundingBox()) ?? {};
    return y + height;
  };
  assert.ok((await bottom(/^Remove 60/)) <= 667);
  await run(page);
  await page.getByRole("dialog").waitFor();
  assert.ok((await bottom(/^Go back/)) <= 667);
});

browserTest("a 404 of another server is not blamed on the sequence", async (context) => {
  const { page } = await openPlayground(context);
  await fill(page, "spring", contacts.slice(0, 3));
  await connect(page, await answering(context, 404, '{"message":"Not Found"}'));
  await run(page);
  await agree(page);
  await headline(page);
  const errors = await page.locator(".errors").innerText();
  assert.match(errors, /did not come from Skipcall/);
  assert.doesNotMatch(errors, /does not know this sequence/);
});

browserTest(
  "a key in place of a sequence is neither shown nor sent, and a no gives the focus back",
  async (context) => {
    const { page } = await openPlayground(context);
    await fill(page, KEY, contacts.slice(0, 3));
    await connect(page, "https://api.example.com");
    await run(page);
    await page.getByText("The sequence ID looks like an API key").waitFor();
    assert.equal(await page.getByRole("dialog").count(), 0);
    await page.getByLabel("Sequence ID", { exact: true }).fill("spring");
    await run(page);
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.waitForFunction(() => document.activeElement?.getAttribute("type") === "submit");
  },
);

browserTest("a key that the server repeats is nowhere in the page", async (context) => {
  const { page } = await openPlayground(context);
  await fill(page, "spring", contacts.slice(0, 3));
  const message = `${"x".repeat(180)} ${KEY} ${Buffer.from(KEY).toString("base64")}`;
  const body = JSON.stringify({ error: { code: "BAD_REQUEST", message, status: 400 } });
  const headers = { "x-echo": `Bearer ${KEY}`, "access-control-expose-headers": "x-echo" };
  await connect(page, await answering(context, 400, body, headers));
  await page.getByRole("button", { name: "Test key" }).click();
  await page.getByText("This does not show whether the key is accepted").waitFor();
  await run(page);
  await agree(page);
  await headline(page);
  await page.getByRole("button", { name: "Request 1" }).click();
  assert.match(await page.locator("tr.details").innerText(), /x-echo: Bearer \*+\n/);
  const text = await page.locator("body").innerText();
  for (const part of [KEY.slice(0, 12), Buffer.from(KEY).toString("base64").slice(0, 12)]) {
    assert.ok(!text.includes(part), text.slice(text.indexOf(part) - 80));
  }
});

browserTest("a success without a body is not shown as another server's", async (context) => {
  const { page } = await openPlayground(context);
  await fill(page, "spring", contacts.slice(0, 3));
  await connect(page, await answering(context, 204, ""));
  await run(page);
  await agree(page);
  assert.match(await headline(page), /^All 3 contacts are out of their sequence/);
  assert.match(await page.locator(".requests .good").innerText(), /^204, without a count$/);
});

browserTest(
  "an answer that the action does not believe is not shown as a success, whatever it counts",
  async (context) => {
    for (const status of [202, 206]) {
      const { page } = await openPlayground(context);
      await fill(page, "spring", contacts.slice(0, 3));
      await connect(page, await answering(context, status, '{"removed":3}'));
      await run(page);
      await agree(page);
      assert.equal(await headline(page), "Not done: 3 unknown.");
      assert.equal(await page.locator(".requests .good").count(), 0);
      assert.equal(await page.locator(".requests .bad").first().innerText(), String(status));
    }
  },
);

browserTest(
  "an address or a key that the host refuses is refused in the form, and gets no request",
  async (context) => {
    const { page, complaints } = await openPlayground(context);
    await fill(page, "spring", contacts.slice(0, 3));
    const good = await answering(context, 200, '{"removed":3}');
    const addresses = [
      "https://a:b@x.test",
      "https://x.test/?a=1",
      "https://x.test/#a",
      "https://x.test//a",
      "https:x.test",
    ];
    // The page's policy allows plain http to 127.0.0.1 and localhost only.
    for (const address of [
      ...addresses,
      "https://x.test/../v1",
      "https://bücher.test",
      "http://[::1]:9",
      "http://127.0.0.2:9",
    ]) {
      await connect(page, address);
      for (const name of ["Test key", /^Remove 3 contacts/]) {
        await page.getByRole("button", { name }).click();
        await page.locator(".field .error", { hasText: /Correct the address|Begin the address/ }).waitFor();
      }
    }
    for (const key of ["sk_live_aaaa bbbb", "sk_live_clé_à_moi"]) {
      await connect(page, good, key);
      for (const name of ["Test key", /^Remove 3 contacts/]) {
        await page.getByRole("button", { name }).click();
        await page.locator(".field .error", { hasText: "Paste the whole key" }).waitFor();
      }
    }
    assert.equal(await page.getByRole("dialog").count(), 0);
    assert.deepEqual(complaints, []);
  },
);

browserTest("the request that is shown is the one that is sent", async (context) => {
  const { page } = await openPlayground(context, { permissions: ["clipboard-read", "clipboard-write"] });
  const [a = "", b = ""] = contacts;
  const box = page.getByLabel("Contact IDs", { exact: true });
  await page.getByLabel("Sequence ID", { exact: true }).fill("50% off/é");
  await box.fill([a, "Ada", a.toUpperCase(), b].join("\n"));
  const sent: string[] = [];
  const url = await serving(context, (response, path, body) => {
    sent.push(`'${url}${path}' ${body}`);
    response.end('{"removed":2}');
  });
  await connect(page, `${url}/`);
  await page.getByText("The request that will be sent").click();
  await page.getByText("Nothing is sent while IDs are not valid (1)").waitFor();
  await box.fill([a, a.toUpperCase(), b].join("\n"));
  await page.getByText("The first of 1 request, without").waitFor();
  await page.getByRole("button", { name: "Copy curl" }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  const curl = await page.evaluate(() => navigator.clipboard.readText());
  await run(page);
  await agree(page);
  assert.equal(await headline(page), "2 contacts removed.");
  const [, at, , body] = /-X DELETE ('\S+')([^]*)-d '([^']*)'/.exec(curl) ?? [];
  assert.deepEqual(sent, [`${at ?? ""} ${body ?? ""}`]);
});

browserTest("a key is tested as the manifest says, and the button says what it does", async (context) => {
  const sandbox = await startSandbox(data);
  context.after(sandbox.stop);
  const proxy = await startProxy(context, sandbox.url, "open");
  const { page } = await openPlayground(context);
  await fill(page, "spring", contacts);
  assert.equal(await runButton(page).innerText(), "Remove 950 contacts in the sandbox");
  await connect(page, proxy.url);
  assert.equal(await runButton(page).innerText(), "Remove 950 contacts");
  assert.equal(await runButton(page).getAttribute("class"), "danger");
  const test = page.getByRole("button", { name: "Test key" });
  await test.click();
  await page.getByText("The server accepts the key.").waitFor();
  await connect(page, proxy.url, "sk_test_of_somebody_else");
  await test.click();
  await page.getByText("The server does not accept the key. The server responded: 401").waitFor();
  const says = async (status: number, body: string, text: string, more = {}): Promise<void> => {
    await connect(page, await answering(context, status, body, more));
    await test.click();
    await page.getByText(text).waitFor();
  };
  // Any server can answer 404 in JSON; the API's error has a code, and its document gives a 404 no body.
  for (const body of ["<html>", "{}", "[]", '{"detail":"Not Found"}']) await says(404, body, "but not like this API");
  const rate = { "x-ratelimit-limit": "100", "access-control-expose-headers": "x-ratelimit-limit" };
  await says(404, '{"error":{"code":"NOT_FOUND"}}', "The server accepts the key.");
  await says(404, "{}", "The server accepts the key.", rate);
  await says(404, "", "The server accepts the key.");
  await says(401, '{"detail":"no"}', "but not like this API");
  await says(308, "", "The server redirects the request, which is not followed.", { location: "/elsewhere" });
  await page.getByText("Options", { exact: true }).click();
  await page.getByLabel("Dry run").check();
  assert.equal(await runButton(page).innerText(), "Check 950 contacts");
});

browserTest("the question counts what would be sent, and is not asked if nothing would be", async (context) => {
  const sandbox = await startSandbox(data);
  context.after(sandbox.stop);
  const proxy = await startProxy(context, sandbox.url, "open");
  const { page } = await openPlayground(context);
  const [a = "", b = ""] = contacts;
  await fill(page, "spring", [a, b, a, "Ada"]);
  await connect(page, proxy.url);
  await run(page);
  assert.equal(await headline(page), "The input cannot be used as it is. Nothing was sent.");
  assert.equal(proxy.forwarded(), 0);
  await page.getByText("Options", { exact: true }).click();
  await page.getByLabel("On invalid IDs").selectOption("skip");
  await run(page);
  const question = await agree(page);
  assert.match(question, /Remove 2 contacts\?/);
  assert.match(question, /spring: 2 contacts/);
  assert.match(question, /Left out: 1 duplicate, 1 not valid\./);
  await headline(page);
});

browserTest("a run that is resumed asks about what is left of it", async (context) => {
  let answers = 2;
  const url = await serving(context, (response) => {
    if (answers-- > 0) response.end('{"removed":100}');
  });
  const { page } = await openPlayground(context);
  await fill(page, "spring", contactIds(400));
  await connect(page, url);
  await run(page);
  await agree(page);
  await page.locator(".requests .good").nth(1).waitFor();
  page.on("dialog", (dialog) => void dialog.accept());
  await page.reload();
  await page.getByText("400 contacts of 1 sequence were being removed").waitFor();
  await page.getByLabel("API Key").fill(KEY);
  const resume = page.getByRole("button", { name: "Resume" });
  await resume.click();
  await page.getByText("Remove 200 contacts?").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  answers = 10;
  await resume.click();
  const question = await agree(page);
  assert.match(question, /Remove 200 contacts\?[^]*spring: 200 contacts[^]*200 of 400 contacts were done before/);
  assert.match(await headline(page), /^400 contacts removed\./);
});

browserTest("a dry run does not ask, and needs neither address nor key", async (context) => {
  const { page } = await openPlayground(context);
  await fill(page, "spring", contacts.slice(0, 3));
  await connect(page, "", "");
  await page.getByText("Options", { exact: true }).click();
  await page.getByLabel("Dry run").check();
  await run(page);
  assert.match(await headline(page), /^Dry run: 3 contacts/);
});

browserTest("a run that fails in the page keeps its contacts, and says how to go on", async (context) => {
  const url = await serving(context, (response) => void setTimeout(() => response.end('{"removed":100}'), 100));
  const { page } = await openPlayground(context);
  await fill(page, "spring", contactIds(2000));
  await connect(page, url);
  await run(page);
  await agree(page);
  await page.locator(".requests .good").first().waitFor();
  // From now on nothing can be written into the module's memory.
  await page.evaluate(() => {
    const set = Uint8Array.prototype.set; // eslint-disable-line @typescript-eslint/unbound-method -- called on its array
    Uint8Array.prototype.set = function (this: Uint8Array, ...given: Parameters<typeof set>) {
      if (this.buffer.byteLength > 65_536) throw new WebAssembly.RuntimeError("unreachable");
      set.apply(this, given);
    };
  });
  await page.getByText("The run failed").first().waitFor();
  await page.getByText("Resume it below. If that fails, too, use all its contacts").waitFor();
  await page.getByText("2,000 contacts of 1 sequence were being removed").waitFor();

  // Also one whose record was damaged.
  page.on("dialog", (dialog) => void dialog.accept());
  await page.reload();
  await page.evaluate(async () => {
    const opening = indexedDB.open("playground");
    await new Promise((resolve) => (opening.onsuccess = resolve));
    const transaction = opening.result.transaction("journal", "readwrite");
    transaction.objectStore("journal").clear();
    transaction.objectStore("journal").add("{}");
    await new Promise((resolve) => (transaction.oncomplete = resolve));
    opening.result.close();
  });
  await page.getByLabel("API Key").fill(KEY);
  await page.getByRole("button", { name: "Resume" }).click();
  await page.getByText("The run failed: the journal cannot be used").waitFor();
  await page.getByRole("button", { name: "Use all its contacts" }).click();
  await counted(page, "2,000 contacts in 1 sequence.");
});

browserTest("an address may end in the /v1 with which every request begins", async (context) => {
  const paths: string[] = [];
  const url = await serving(context, (response, path) => {
    paths.push(path);
    response.end('{"removed":1}');
  });
  const { page } = await openPlayground(context);
  await fill(page, "spring", contacts.slice(0, 1));
  for (const end of ["/v1", "/v1/", "/V1", "/proxy/v1", "//"]) {
    await connect(page, `${url}${end}`);
    await run(page);
    await agree(page);
    await headline(page);
  }
  const path = "/v1/sequences/spring/contacts";
  assert.deepEqual(paths, [path, path, path, `/proxy${path}`, path]);
});

browserTest("why a response did not count is told by its name, and not as the server's words", async (context) => {
  const seen = async (respond: (response: ServerResponse) => void): Promise<[outcome: string, result: string]> => {
    const { page } = await openPlayground(context);
    await fill(page, "spring", contacts.slice(0, 1));
    await connect(page, await serving(context, respond));
    await page.getByText("Options", { exact: true }).click();
    await page.getByLabel("Attempts per batch").fill("1");
    await page.getByLabel("Request timeout").fill("1");
    await run(page);
    await agree(page);
    await headline(page);
    return [await page.locator(".requests .bad").first().innerText(), await page.locator(".result").innerText()];
  };
  const [redirected, ofRedirect] = await seen((response) => response.writeHead(308, { location: "/x" }).end());
  assert.equal(redirected, "redirect, not followed");
  assert.match(ofRedirect, /Last request: redirect, not followed/);
  const [late, ofLate] = await seen(() => undefined);
  assert.equal(late, "no whole response in time");
  assert.match(ofLate, /Last request: no whole response in time/);
  const [slow, ofSlow] = await seen((response) => response.write('{"remo'));
  assert.equal(slow, "200, no whole response in time");
  assert.match(ofSlow, /The server responded: 200 \(no whole response in time\)/);
  const [, ofHuge] = await seen((response) => response.end(" ".repeat(2_000_000)));
  assert.match(ofHuge, /The server responded: 200 \(response too long\)/);
});

browserTest("what was added while a run was on stays when its remaining contacts come back", async (context) => {
  const url = await serving(context, (response) => void setTimeout(() => response.writeHead(400).end("{}"), 500));
  const { page } = await openPlayground(context);
  const box = page.getByLabel("Contact IDs", { exact: true });
  await fill(page, "spring", contacts.slice(0, 3));
  await connect(page, url);
  await page.getByText("Options", { exact: true }).click();
  await page.getByLabel("Attempts per batch").fill("1");
  const again = page.getByRole("button", { name: "Continue with 3 remaining contacts" });
  // Nothing was added: they come back alone, and once.
  await run(page);
  await agree(page);
  await again.click();
  await counted(page, "3 contacts in 1 sequence.");
  await again.click();
  await counted(page, "3 contacts in 1 sequence.");
  await run(page);
  await agree(page);
  await box.fill(contactIds(2, 5).join("\n"));
  await headline(page);
  await again.click();
  await counted(page, "5 contacts");
  assert.equal(await box.inputValue(), contactIds(2, 5).join("\n"));
});

browserTest("a sequence ID that is not valid is named in the result", async (context) => {
  const { page } = await openPlayground(context);
  await connect(page, "https://api.example.com");
  await fill(page, "spring/../autumn", contacts.slice(0, 3));
  await run(page);
  assert.equal(await headline(page), "The input cannot be used as it is. Nothing was sent.");
  assert.match(await page.locator(".result").innerText(), /Not valid as a sequence ID:\s+spring\/..\/autumn/);
});

browserTest("a run that is not recorded says so", async (context) => {
  const url = await serving(context, (response) => void setTimeout(() => response.end('{"removed":1}'), 300));
  const { page } = await openPlayground(context);
  const note = page.getByText("it cannot be resumed after a reload");
  await fill(page, "spring", contacts.slice(0, 1));
  await connect(page, url);
  await run(page);
  await agree(page);
  await headline(page);
  assert.equal(await note.count(), 0);
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.evaluate(() => {
    void navigator.locks.request("playground-run", () => new Promise(() => undefined));
  });
  await run(page);
  await agree(page);
  await note.waitFor();
  assert.equal(await headline(page), "1 contact removed.");
});

browserTest("a count that the action does not believe is not shown in green", async (context) => {
  for (const body of ['{"removed":1.0}', '{"removed":1e0}', '{"removed":1,"removed":0}', '{"removed":2}', "[1]"]) {
    const { page } = await openPlayground(context);
    await fill(page, "spring", contacts.slice(0, 1));
    await connect(page, await answering(context, 200, body));
    await run(page);
    await agree(page);
    assert.equal(await headline(page), "Not done: 1 unknown.", body);
    assert.equal(await page.locator(".requests .good").count(), 0, body);
  }
});
