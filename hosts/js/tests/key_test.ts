// The key never reaches the module: all of its memory is searched after each step, while the server repeats the key in
// every place there is.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fetchSender, HttpError, type HttpAnswer, loadModule, type Send } from "../src/index.js";
import type { RemovalResult } from "../../../plugin-manifest/remove_contacts.js";
import { contactIds } from "skipcall-test-support/contacts";
import { watchInstances } from "./support/instances.js";
import { MODULES, readBytes } from "skipcall-test-support/repository";
import { startSandbox } from "skipcall-test-support/sandbox";
import { answer, hostOf, JumpingClock, KEY, removed } from "./support/scripted.js";

function holds(memory: WebAssembly.Memory, text: string): boolean {
  return Buffer.from(memory.buffer).includes(text);
}

/** Responses that hold the key, one after the other; then successes. */
function echoing(): Send {
  const echoes: HttpAnswer[] = [
    answer(500, `{"error":{"code":"${KEY}","message":"${KEY} ${KEY}"}}`, [["x-echo", `a ${KEY}`]]),
    answer(429, "", [
      ["retry-after", KEY],
      [KEY, "as a name"],
    ]),
    { ...answer(200, `half of ${KEY.slice(0, 10)}`), error: HttpError.RESET },
    answer(503, `${"x".repeat(65536 - 9)}${KEY}`),
    answer(400, `{"code":"X","message":"key ${KEY} was refused"}`),
  ];
  return (request) => Promise.resolve(echoes.shift() ?? removed(request));
}

for (const [build, path] of Object.entries(MODULES)) {
  test(`the memory of the module by ${build} never holds the key`, async (context) => {
    const instances = watchInstances(context);
    let steps = 0;
    const look = (): void => {
      ++steps;
      for (const { memory } of instances) {
        assert.ok(!holds(memory, KEY), `step ${String(steps)}`);
        assert.ok(!holds(memory, KEY.slice(0, 9)), `step ${String(steps)}: the beginning of it`);
      }
    };
    const host = hostOf(await loadModule(readBytes(path)), echoing(), new JumpingClock());
    const { text } = await host.run<RemovalResult>({
      action: "remove_contacts",
      input: { sequenceId: "a-sequence-to-be-found", contactIds: contactIds(700), options: { maxAttempts: 9 } },
      connections: { skipcall: { baseUrl: "https://api.example.com", secret: KEY } },
      onProgress: look,
    });
    look();
    assert.ok(steps > 10);
    assert.ok(!text.includes(KEY));
    // The search finds what is there, and what was overwritten arrived.
    assert.ok(instances.some(({ memory }) => holds(memory, "a-sequence-to-be-found")));
    assert.match(text, /key \*{18} was refused/);
  });
}

test("a server that quotes the key: the result has stars in its place", async (context) => {
  const instances = watchInstances(context);
  const key = "sk_test_expert";
  const sandbox = await startSandbox({
    keys: [{ key, plan: "EXPERT" }],
    sequences: [{ id: "s", generate: { count: 10, seed: 1 } }],
    switches: { echoKey: true },
  });
  try {
    const host = hostOf(await loadModule(readBytes(MODULES.Emscripten)), fetchSender());
    const { text, result } = await host.run<RemovalResult>({
      action: "remove_contacts",
      input: { sequenceId: "not there", contactIds: contactIds(3) },
      connections: { skipcall: { baseUrl: sandbox.url, secret: key } },
      onProgress: () => instances.forEach(({ memory }) => assert.ok(!holds(memory, key))),
    });
    assert.equal(result.refused, 3);
    assert.ok(!text.includes(key));
    assert.match(text, /\*{14}/);
  } finally {
    await sandbox.stop();
  }
});

test("no error text holds the key", async () => {
  const module = await loadModule(readBytes(MODULES.Emscripten));
  for (const secret of [`${KEY} `, `${KEY}\n`, `${KEY}ä`]) {
    const run = hostOf(module, echoing()).run({
      action: "remove_contacts",
      input: "{}",
      connections: { skipcall: { secret } },
    });
    await assert.rejects(run, (error: Error) => !error.message.includes(KEY) && !String(error.stack).includes(KEY));
  }
});
