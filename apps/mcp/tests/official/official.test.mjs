// The protocol's own tools: its conformance suite, the inspector's command line, and the bundle format's packer.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { environment, newClient, program, remove, serve } from "../support/client.mjs";
import { installTools, toolPath } from "../support/install_tools.mjs";
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

test("the bundle is valid, asks for the key as a secret, and runs from where it was unpacked", async () => {
  const made = spawnSync(process.execPath, [join(here, "scripts/bundle.mjs")], { encoding: "utf8" });
  assert.equal(made.status, 0, made.stdout + made.stderr);
  const target = join(folder, "unpacked");
  const unpacked = runTool("@anthropic-ai/mcpb", ["unpack", join(here, "build/skipcall-mcp.mcpb"), target]);
  assert.equal(unpacked.status, 0, unpacked.all);
  const { server: bundled, user_config } = JSON.parse(readFileSync(join(target, "manifest.json"), "utf8"));
  assert.equal(user_config.api_key.sensitive, true);
  const fill = (text) =>
    text
      .replace("${__dirname}", target)
      .replace("${user_config.api_key}", KEY)
      .replace("${user_config.max_items}", "2");
  const { args, env } = bundled.mcp_config;
  const filled = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, fill(value)]));
  const client = newClient();
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: args.map(fill),
      env: { ...filled, SKIPCALL_BASE_URL: sandbox.url },
    }),
  );
  const result = await remove(client, { sequenceId: "spring", contactIds: contactIds(3) });
  await client.close();
  assert.equal(result.structuredContent.errors[0].cause, "too-many-items");
});
