// Runs in a page: replays one file of vectors on one module, and returns what was seen.
import { ActionModule } from "../../../../hosts/js/src/core/index.js";
import { Instance } from "../../../../hosts/js/src/core/instance.js";
import { readVectors, replay } from "../../../../hosts/js/tests/support/replay.js";

declare global {
  // Called by the test.
  var replayFile: (module: string, file: string) => Promise<string[]>;
}

/** Each vector of the file as its text, with what was seen in place of what is expected. */
globalThis.replayFile = async (module, file) => {
  const bytes = new Uint8Array(await (await fetch(module)).arrayBuffer());
  const instance = await Instance.create(await ActionModule.fromBytes(bytes));
  const text = await (await fetch(file)).text();
  return readVectors(text).map((vector) => replay(vector, instance).join("\n"));
};
