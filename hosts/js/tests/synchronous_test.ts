// A module that is compiled and instantiated at once, in a place like a Temporal workflow: a context with nothing of Node
// in it, where WebAssembly's promises never resolve.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import { MODULES, readBytes, repositoryPath } from "skipcall-test-support/repository";
import { ActionModule, HostError } from "../src/index.js";
import { toBase64 } from "../src/core/base64.js";
import { contactIds } from "skipcall-test-support/contacts";
import { guestBytes } from "./support/guest.js";

const core = await build({
  entryPoints: [repositoryPath("hosts/js/src/core/index.ts")],
  bundle: true,
  write: false,
  format: "iife",
  globalName: "core",
});

const NEVER = `
  const never = () => new Promise(() => {});
  for (const name of ["compile", "instantiate"]) WebAssembly[name] = never;
  Object.freeze(WebAssembly);
`;
const RUN = `
  (async () => {
    const module = core.ActionModule.fromBytesSync(core.fromBase64(base64));
    let now = 1767225600000;
    const clock = { now: () => now, sleep: async (ms) => { now += ms; } };
    let sent = 0;
    const send = async () => {
      const status = ++sent === 2 ? 429 : 200;
      const headers = status === 429 ? [["retry-after", "1"]] : [];
      return { status, error: 0, notSent: false, headers, body: new TextEncoder().encode('{"removed":100}') };
    };
    const host = new core.ActionHost(module, { send, clock });
    const connections = { skipcall: { baseUrl: "https://api.example.com", secret: "sk_test_0123456789" } };
    const { text } = await host.run({ action: "remove_contacts", input, connections });
    return text;
  })()
`;

for (const [name, path] of Object.entries(MODULES)) {
  test(`a run in a context without timers, fetch and Buffer, module by ${name}`, { timeout: 20_000 }, async () => {
    const context = createContext({ TextEncoder, TextDecoder, URL, AbortController });
    runInContext(NEVER, context);
    runInContext(core.outputFiles[0]!.text, context);
    const input = JSON.stringify({ sequenceId: "s", contactIds: contactIds(300) });
    Object.assign(context, { base64: toBase64(readBytes(path)), input });
    const text = await (runInContext(RUN, context) as Promise<string>);
    const { status, confirmed, rateLimited } = JSON.parse(text) as Record<string, unknown>;
    assert.deepEqual({ status, confirmed, rateLimited }, { status: "completed", confirmed: 300, rateLimited: 1 });
  });
}

test("it is checked like any other module", () => {
  const refused = (bytes: Uint8Array<ArrayBuffer>, fault: string): void => {
    assert.throws(
      () => ActionModule.fromBytesSync(bytes),
      (error) => error instanceof HostError && error.fault === fault,
    );
  };
  refused(guestBytes([['\\"abiVersion\\":\\"1.0\\"', '\\"abiVersion\\":\\"2.0\\"']]), "wrong-abi");
  refused(readBytes("package.json"), "not-wasm");
  const free = '(func (export "action_free") (param i32))';
  const broken = guestBytes([[free, `${free.slice(0, -1)} i32.add drop)`]]); // which only the engine notices
  refused(broken, "not-wasm");
});
