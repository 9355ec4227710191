// The package as its users get it: packed, installed into an empty project, used as ES modules, as CommonJS, with types,
// and as one file for a page. Run after `npm run build`.
import { createRequire } from "node:module";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { readBytes, REMOVE_CONTACTS, repositoryFile } from "skipcall-test-support/repository";

const source = fileURLToPath(repositoryFile("hosts/js"));

function run(cwd: string, command: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8" });
  assert.equal(status, 0, `${command} ${args.join(" ")}: ${String(error ?? "")}${stdout}${stderr}`);
  return stdout;
}

const USE = `
const module = await loadModule(readFileSync("remove_contacts.wasm"));
const send = async () => ({ status: 200, error: 0, notSent: false, headers: [], body: new TextEncoder().encode('{"removed":1}') });
const host = new ActionHost(module, { send, clock: systemClock() });
const { result } = await host.run({
  action: "remove_contacts",
  input: { sequenceId: "s", contactIds: ["123e4567-e89b-12d3-a456-426614174000"] },
  connections: { skipcall: { secret: "sk_test_0123456789" } },
});
console.log(module.abiVersion, result.status, result.removed);
`;

describe("the packed package in an empty project", () => {
  const project = mkdtempSync(join(tmpdir(), "package-"));
  after(() => rmSync(project, { recursive: true }));
  before(() => {
    const name = run(source, "npm", "pack", "--silent", "--pack-destination", project).trim().split("\n").pop() ?? "";
    writeFileSync(join(project, "package.json"), '{ "private": true }');
    writeFileSync(join(project, "remove_contacts.wasm"), readBytes(REMOVE_CONTACTS));
    run(project, "npm", "install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", `./${name}`);
  });

  test("it has no dependencies, and no sources", () => {
    const installed = readdirSync(join(project, "node_modules")).filter((name) => !name.startsWith("."));
    assert.deepEqual(installed, ["skipcall-action-host"]);
    const files = readdirSync(join(project, "node_modules/skipcall-action-host")).sort();
    assert.deepEqual(files, ["LICENSE", "README.md", "dist", "package.json"]);
  });

  test("as ES modules", () => {
    const names = 'import { ActionHost, loadModule, systemClock } from "skipcall-action-host";';
    writeFileSync(join(project, "use.mjs"), `import { readFileSync } from "node:fs";\n${names}\n${USE}`);
    assert.equal(run(project, process.execPath, "use.mjs"), "1.1 completed 1\n");
  });

  test("as CommonJS, without require() of ES modules", () => {
    const names = 'const { ActionHost, loadModule, systemClock } = require("skipcall-action-host");';
    const use = `const { readFileSync } = require("node:fs");\n${names}\n(async () => {${USE}})();`;
    writeFileSync(join(project, "use.cjs"), use);
    const off = process.allowedNodeEnvironmentFlags.has("--no-experimental-require-module");
    const flags = off ? ["--no-experimental-require-module"] : [];
    assert.equal(run(project, process.execPath, ...flags, "use.cjs"), "1.1 completed 1\n");
  });

  test("with its types, in both kinds of module", () => {
    const use = `import { ActionHost, HttpError, loadModule, systemClock, type Send } from "skipcall-action-host";
import { noAnswer } from "skipcall-action-host/core";
export { FileJournal } from "skipcall-action-host/node";
const send: Send = (request) => Promise.resolve(noAnswer(request.method === "GET" ? HttpError.DENIED : HttpError.OTHER, true));
export async function run(): Promise<number> {
  const host = new ActionHost(await loadModule(new Uint8Array(0)), { send, clock: systemClock() });
  return (await host.run<{ removed: number }>({ action: "a", input: {}, connections: {} })).result.removed;
}
`;
    for (const ending of ["mts", "cts"]) writeFileSync(join(project, `use.${ending}`), use);
    const page = 'import { fetchSender } from "skipcall-action-host/browser";\nexport const send = fetchSender();\n';
    writeFileSync(join(project, "page.mts"), page);
    const options = ["--strict", "--noEmit", "--target", "es2022", "--lib", "es2022,dom"];
    const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
    run(project, process.execPath, tsc, ...options, "--module", "node16", "use.mts", "use.cts", "page.mts");
    // The setting of older projects, which does not read "exports".
    const older = ["--module", "commonjs", "--moduleResolution", "node10"];
    run(project, process.execPath, tsc, ...options, ...older, "use.cts", "page.mts");
  });

  test("as one file for a page", () => {
    const file = join(project, "node_modules/skipcall-action-host/dist/browser.js");
    assert.ok(!/\bimport\s*["{*]|\brequire\(/.test(readFileSync(file, "utf8")), "it imports something");
    cpSync(file, join(project, "one-file.mjs"));
    const names = 'import { ActionHost, loadModule, systemClock } from "./one-file.mjs";';
    writeFileSync(join(project, "page.mjs"), `import { readFileSync } from "node:fs";\n${names}\n${USE}`);
    assert.equal(run(project, process.execPath, "page.mjs"), "1.1 completed 1\n");
  });
});
