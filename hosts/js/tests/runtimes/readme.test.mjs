// README's example, as it is there, in each JavaScript runtime that cmake/fetch-runtimes.sh fetches.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { REMOVE_CONTACTS, repositoryPath } from "skipcall-test-support/repository";
import { startSandbox } from "skipcall-test-support/sandbox";
import typescript from "typescript";

const runtimes = repositoryPath(".tools/runtimes");
const folder = mkdtempSync(join(tmpdir(), "runtimes-"));

before(() => {
  const readme = readFileSync(repositoryPath("hosts/js/README.md"), "utf8");
  const [, example] = /```ts\n(.*?)```/s.exec(readme);
  const { outputText } = typescript.transpileModule(example, {
    compilerOptions: { target: "es2022", module: "esnext" },
  });
  writeFileSync(join(folder, "example.mjs"), outputText);
  copyFileSync(repositoryPath(REMOVE_CONTACTS), join(folder, "remove_contacts.wasm"));
  copyFileSync(repositoryPath("examples/contacts.json"), join(folder, "contacts.json"));
  writeFileSync(join(folder, "package.json"), '{ "dependencies": { "skipcall-action-host": "*" } }');
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(repositoryPath("hosts/js"), join(folder, "node_modules/skipcall-action-host"));
});
after(() => rmSync(folder, { recursive: true }));

for (const [name, ...words] of [
  [process.execPath],
  [join(runtimes, "node20")],
  [join(runtimes, "bun")],
  [join(runtimes, "deno"), "run", "--node-modules-dir=manual", "--allow-read", "--allow-env", "--allow-net=127.0.0.1"],
]) {
  test(`README's example in ${name.split("/").at(-1)}`, async () => {
    const sandbox = await startSandbox();
    try {
      const { stdout } = await promisify(execFile)(name, [...words, "example.mjs"], {
        cwd: folder,
        env: {
          PATH: process.env.PATH,
          HOME: folder,
          SKIPCALL_BASE_URL: sandbox.url,
          SKIPCALL_API_KEY: sandbox.key,
        },
      });
      assert.equal(stdout.trim(), "completed 2880 confirmed 2820 removed 32 requests");
    } finally {
      await sandbox.stop();
    }
  });
}
