// The protocol's own tools: its conformance suite, the inspector's command line, and the bundle format's packer.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { agree, environment, newClient, program, remove, serve } from "../support/client.mjs";
import { installTools, toolFile, toolPath } from "../support/install_tools.mjs";
import { contactIds, KEY, startSandbox } from "../support/sandbox.mjs";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

const here = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "skipcall-mcp-"));
let sandbox;
let server;

before(async () => {
  installTools();
  sandbox = await startSandbox({ spring: contactIds(3) });
  server = await serve(sandbox);
});
after(async () => {
  await server.stop();
  await sandbox.stop();
  rmSync(folder, { recursive: true });
});

function runTool(name, args) {
  const options = { cwd: folder, encoding: "utf8", timeout: 120_000, env: { ...environment(sandbox), HOME: folder } };
  const { status, stdout, stderr } = spawnSync(process.execPath, [toolPath(name), ...args], options);
  return { status, stdout, all: stdout + stderr };
}

// The suite's other scenarios call tools, prompts and resources of its own example server.
for (const scenario of ["server-initialize", "ping", "tools-list", "dns-rebinding-protection"]) {
  test(`conformance: ${scenario}`, () => {
    const { status, all } = runTool("@modelcontextprotocol/conformance", [
      "server",
      "--url",
      server.url,
      "--scenario",
      scenario,
    ]);
    assert.equal(status, 0, all);
    assert.match(all, /Passed: [1-9]/);
  });
}

test("inspector: lists the tools and calls the dry run", () => {
  const target = [process.execPath, program];
  const list = runTool("@modelcontextprotocol/inspector", ["--cli", ...target, "--method", "tools/list"]);
  assert.equal(list.status, 0, list.all);
  const names = JSON.parse(list.stdout).tools.map(({ name }) => name);
  assert.deepEqual(names, ["remove_contacts_dry_run", "remove_contacts", "recent_runs"]);
  const input = ["--tool-arg", "sequenceId=spring", "--tool-arg", `contactIds=${JSON.stringify(contactIds(3))}`];
  const call = runTool("@modelcontextprotocol/inspector", [
    ...["--cli", ...target, "--method", "tools/call", "--tool-name", "remove_contacts_dry_run"],
    ...input,
  ]);
  assert.equal(call.status, 0, call.all);
  assert.equal(JSON.parse(call.stdout).structuredContent.unique, 3);
  assert.equal(sandbox.requests(), 0);
});

/** Packs the bundle, unpacks it, and gives what the format's own library says how a desktop client starts it. */
async function unpackBundle(userConfig) {
  const made = spawnSync(process.execPath, [join(here, "scripts/bundle.mjs")], { encoding: "utf8" });
  assert.equal(made.status, 0, made.stdout + made.stderr);
  const target = join(folder, "unpacked");
  const unpacked = runTool("@anthropic-ai/mcpb", ["unpack", join(here, "build/skipcall-mcp.mcpb"), target]);
  assert.equal(unpacked.status, 0, unpacked.all);
  const manifest = JSON.parse(readFileSync(join(target, "manifest.json"), "utf8"));
  const { getMcpConfigForManifest } = await import(pathToFileURL(toolFile("@anthropic-ai/mcpb", "dist/index.js")).href);
  const where = { manifest, extensionPath: target, systemDirs: { HOME: folder }, pathSeparator: sep };
  return { manifest, config: await getMcpConfigForManifest({ ...where, userConfig }) };
}

async function overBundle({ args, env }, { url }, options) {
  const client = newClient(options);
  const command = { command: process.execPath, args, env: { ...env, SKIPCALL_BASE_URL: url } };
  await client.connect(new StdioClientTransport(command));
  return client;
}

test("the bundle is valid, asks for the key as a secret, and runs from where it was unpacked", async () => {
  const { manifest, config } = await unpackBundle({ api_key: KEY, max_items: 2 });
  assert.equal(manifest.user_config.api_key.sensitive, true);
  const client = await overBundle(config, sandbox);
  const result = await remove(client, { sequenceId: "spring", contactIds: contactIds(3) });
  await client.close();
  assert.equal(result.structuredContent.errors[0].cause, "too-many-items");
});

test("killed in the middle, the bundle's next start has the account", async () => {
  const slow = await startSandbox({ spring: contactIds(300) }, { limit: 1, windowMs: 60_000 });
  const { config } = await unpackBundle({ api_key: KEY });
  const client = await overBundle(config, slow, { person: agree });
  const runs = async (of) => (await of.callTool({ name: "recent_runs", arguments: {} })).structuredContent.runs;
  const ended = remove(client, { sequenceId: "spring", contactIds: contactIds(300) }).catch((error) => error);
  while ((await runs(client))[0]?.progress?.confirmed !== 100) await setTimeout(50);
  process.kill(client.transport.pid, "SIGKILL");
  await ended;
  await client.close();

  const again = await overBundle(config, slow);
  const [run] = await runs(again);
  await again.close();
  await slow.stop();
  assert.deepEqual([run?.state, run?.result.confirmed, run?.result.unsent], ["cut off", 100, 200]);
});
