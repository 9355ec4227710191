// README's worker, as it is there, in workerd.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "skipcall-test-support/port";
import { REMOVE_CONTACTS, repositoryPath } from "skipcall-test-support/repository";
import { startSandbox } from "skipcall-test-support/sandbox";

const config = (port) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker), (name = "internet", network = (allow = ["local"]))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    (name = "skipcall-action-host", esModule = embed "browser.js"),
    (name = "remove_contacts.wasm", wasm = embed "remove_contacts.wasm"),
  ],
  compatibilityDate = "2026-11-01",
  bindings = [
    (name = "SKIPCALL_BASE_URL", fromEnvironment = "SKIPCALL_BASE_URL"),
    (name = "SKIPCALL_API_KEY", fromEnvironment = "SKIPCALL_API_KEY"),
  ],
);
`;

async function answer(port) {
  const body = readFileSync(repositoryPath("examples/contacts.json"));
  for (let left = 50; ; --left) {
    try {
      return await (await globalThis.fetch(`http://127.0.0.1:${port}/`, { method: "POST", body })).json();
    } catch (error) {
      if (left === 0) throw error;
      await sleep(200); // it is starting
    }
  }
}

test("README's worker in workerd", { timeout: 60_000 }, async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "workerd-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const readme = readFileSync(repositoryPath("hosts/js/README.md"), "utf8");
  const [, worker] = /```js\n(import module from .*?)```/s.exec(readme);
  const port = await freePort();
  writeFileSync(join(folder, "worker.js"), worker);
  writeFileSync(join(folder, "config.capnp"), config(port));
  copyFileSync(repositoryPath("hosts/js/dist/browser.js"), join(folder, "browser.js"));
  copyFileSync(repositoryPath(REMOVE_CONTACTS), join(folder, "remove_contacts.wasm"));

  const sandbox = await startSandbox();
  context.after(sandbox.stop);
  const env = { PATH: process.env.PATH, SKIPCALL_BASE_URL: sandbox.url, SKIPCALL_API_KEY: sandbox.key };
  const words = ["serve", join(folder, "config.capnp")];
  const workerd = spawn(repositoryPath(".tools/runtimes/workerd"), words, { env, stdio: "inherit" });
  const ended = new Promise((resolve) => workerd.once("close", resolve));
  context.after(async () => {
    workerd.kill();
    await ended;
  });
  const { status, confirmed, removed, requests } = await answer(port);
  assert.deepEqual(
    { status, confirmed, removed, requests },
    { status: "completed", confirmed: 2880, removed: 2820, requests: 32 },
  );
});
