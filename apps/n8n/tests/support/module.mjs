// The module under the host core of the built package, with responses made up by the test.
import { ActionHost } from "../../dist/nodes/Skipcall/generated/host/action_host.js";
import { ActionModule } from "../../dist/nodes/Skipcall/generated/host/module.js";
import { WASM_BASE64 } from "../../dist/nodes/Skipcall/generated/module.js";

const module = ActionModule.fromBytes(new Uint8Array(Buffer.from(WASM_BASE64, "base64")));

/** A sender that answers every request alike, or depending on it. */
export function answers(answer) {
  return async (request) => {
    const { status, headers = [], body } = typeof answer === "function" ? answer(request) : answer;
    return { status, error: 0, notSent: false, headers, body: new TextEncoder().encode(body) };
  };
}

/** A clock with its own time: a sleep passes at once. */
function quickClock() {
  let now = Date.parse("2026-01-01T00:00:00Z");
  return {
    now: () => now,
    sleep: async (ms, signal) => {
      await new Promise(setImmediate);
      if (!signal.aborted) now += ms;
    },
  };
}

/** The result of one run. */
export async function runModule(removals, options, send) {
  const host = new ActionHost(await module, { clock: quickClock(), send });
  const end = await host.run({
    action: "remove_contacts",
    input: { removals, options },
    connections: {
      skipcall: { baseUrl: "https://api.example.com", secret: "sk_test_unit", authenticatedBySend: true },
    },
    seed: 1n,
  });
  return end.result;
}
