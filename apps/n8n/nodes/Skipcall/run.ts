// One run of the action in n8n: the module, the host core and n8n's requests put together.
import type { Execution } from "./execution";
import { ActionHost } from "./generated/host/action_host.js";
import type { Connection } from "./generated/host/connection.js";
import { ActionModule } from "./generated/host/module.js";
import { ACTION, CONNECTION } from "./generated/manifest";
import { WASM_BASE64 } from "./generated/module";
import type { RemovalResult } from "./generated/result";
import { n8nClock, type N8nSender } from "./transport";

let compiling: Promise<ActionModule> | undefined;

/** Compiled once per process. Each execution gets its own instance, so that none can harm another. */
export async function compiledModule(): Promise<ActionModule> {
  compiling ??= ActionModule.fromBytes(new Uint8Array(Buffer.from(WASM_BASE64, "base64")));
  return await compiling;
}

/**
 * Runs the action to its end, on its input as JSON text. When the execution is over, the run is cancelled, and the
 * result says so. Rejects with HostError: the module trapped, or ran out of memory.
 */
export async function removeContacts(
  input: string,
  connection: Connection,
  sender: N8nSender,
  execution: Execution,
): Promise<RemovalResult> {
  const host = new ActionHost(await compiledModule(), { clock: n8nClock(execution), send: sender.send });
  const end = await host.run<RemovalResult>({
    action: ACTION.name,
    input,
    connections: { [CONNECTION]: connection },
    signal: execution.signal,
  });
  return end.result;
}
