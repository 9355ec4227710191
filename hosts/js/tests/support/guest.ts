// The test guest of the repository, tests/wasmtime/guests/actions.wat, compiled as it is or with pieces of its text
// replaced.
import { readFileSync } from "node:fs";
import loadWabt from "wabt";
import { ActionModule } from "../../src/index.js";
import { repositoryFile } from "skipcall-test-support/repository";

const wabt = await loadWabt();
const text = readFileSync(repositoryFile("tests/wasmtime/guests/actions.wat"), "utf8");

/** features: those of WebAssembly that the new pieces use, by wabt's names. */
export function guestBytes(
  exchanged: [from: string, to: string][] = [],
  features: Parameters<typeof wabt.parseWat>[2] = {},
): Uint8Array<ArrayBuffer> {
  let changed = text;
  for (const [from, to] of exchanged) {
    if (!changed.includes(from)) throw new Error(`the guest's text has no ${from}`);
    changed = changed.replace(from, () => to);
  }
  const module = wabt.parseWat("actions.wat", changed, { annotations: true, mutable_globals: true, ...features });
  const { buffer } = module.toBinary({});
  module.destroy();
  return new Uint8Array(buffer);
}

export function guest(exchanged: [from: string, to: string][] = []): Promise<ActionModule> {
  return ActionModule.fromBytes(guestBytes(exchanged));
}
