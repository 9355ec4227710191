// The READMEs' programs, as they are there: they compile under strict, as a program of a user does, and the first runs.
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { startSandbox } from "skipcall-test-support/sandbox";

const here = fileURLToPath(new URL(".", import.meta.url));
const folder = join(here, "../build/readme"); // here, so that the packages are found
mkdirSync(folder, { recursive: true });
after(() => rmSync(folder, { recursive: true }));

function programs(readme) {
  return [...readFileSync(join(here, readme), "utf8").matchAll(/```ts\n(.*?)```/gs)].map(([, program]) => program);
}

function written(name, program) {
  writeFileSync(join(folder, name), program);
  return join(folder, name);
}

const [first, page, second] = programs("../README.md");
const input = 'declare const input: import("skipcall-remove-contacts").RemovalInput;\n';
const call = written("call.mts", first);
const inPage = `${input}declare const apiKey: string;\n${page}`;
const files = [call, written("page.mts", inPage), written("resume.mts", input + second), join(here, "consumer.ts")];
files.push(...programs("../../../hosts/js/README.md").map((program, at) => written(`host${at}.mts`, program)));

test("they compile, also without skipLibCheck", () => {
  assert.equal(files.length, 5);
  const tsc = fileURLToPath(import.meta.resolve("typescript/bin/tsc"));
  const options = ["--noEmit", "--strict", "--target", "es2022", "--module", "nodenext", "--types", "node"];
  const { stdout } = spawnSync(process.execPath, [tsc, ...options, ...files], { encoding: "utf8" });
  assert.equal(stdout, "");
});

test("the first one runs against the sandbox as it starts by itself", async (context) => {
  const sandbox = await startSandbox();
  context.after(() => sandbox.stop());
  const env = { ...process.env, SKIPCALL_API_KEY: sandbox.key, SKIPCALL_BASE_URL: sandbox.url };
  const { stdout } = await promisify(execFile)(process.execPath, [call], { env });
  assert.match(stdout, /^completed 2 confirmed 2 removed\n$/);
});
