// The tools that a module becomes, and what an operator may set.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { agree, causeOf, environment, overStdio, program, remove, textOf } from "./support/client.mjs";
import { contactIds, KEY, startSandbox } from "./support/sandbox.mjs";

const manifest = JSON.parse(
  readFileSync(new URL("../../../plugin-manifest/remove_contacts.manifest.json", import.meta.url), "utf8"),
);
const [action] = manifest.actions;
const folder = mkdtempSync(join(tmpdir(), "skipcall-mcp-"));
let sandbox;

before(async () => (sandbox = await startSandbox({ spring: contactIds(1200) })));
after(async () => {
  await sandbox.stop();
  rmSync(folder, { recursive: true });
});

async function withClient(options, use) {
  const client = await overStdio(sandbox, options);
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

test("tools have the manifest's texts, schemas and annotations", async () => {
  const { tools } = await withClient({}, (client) => client.listTools());
  assert.deepEqual(
    tools.map(({ name }) => name),
    ["remove_contacts_dry_run", "remove_contacts", "recent_runs"],
  );
  const [dryRun, tool] = tools;
  assert.equal(tool.title, action.title);
  assert.equal(tool.description, action.description);
  assert.deepEqual(tool.annotations, action.annotations);
  const { confirmationToken, ...properties } = tool.inputSchema.properties;
  assert.equal(confirmationToken.type, "string");
  assert.deepEqual(properties, action.input.schema.properties);
  for (const { inputSchema } of tools) {
    const refused = ["oneOf", "anyOf", "allOf"].filter((name) => name in inputSchema);
    assert.deepEqual(refused, [], "models' APIs refuse these at the root");
  }
  assert.deepEqual(tool.outputSchema.required, action.output.schema.required);
  assert.equal(dryRun.annotations.readOnlyHint, true);
  assert.equal(dryRun.inputSchema.properties.confirmationToken, undefined);
});

test("an input in both forms or in none is refused by the module, before anybody is asked", async () => {
  await withClient({ person: agree }, async (client) => {
    const short = { sequenceId: "spring", contactIds: contactIds(1) };
    for (const input of [
      {},
      { sequenceId: "spring" },
      { contactIds: contactIds(1) },
      { ...short, removals: [short] },
    ]) {
      const result = await remove(client, input);
      assert.ok(result.isError);
      assert.equal(causeOf(result), "invalid-input");
    }
    assert.equal(client.asked.length, 0);
  });
  assert.equal(sandbox.requests(), 0);
});

test("--read-only offers only the dry run", async () => {
  await withClient({ args: ["--read-only"], person: agree }, async (client) => {
    const { tools } = await client.listTools();
    assert.deepEqual(
      tools.map(({ name }) => name),
      ["remove_contacts_dry_run", "recent_runs"],
    );
    await assert.rejects(remove(client, { sequenceId: "spring", contactIds: contactIds(1) }));
  });
  assert.equal(sandbox.requests(), 0);
});

test("a call names at most 1,000 ids, unless the operator allows more", async () => {
  const input = {
    removals: [0, 600].map((at) => ({ sequenceId: "spring", contactIds: contactIds(1200).slice(at, at + 600) })),
  };
  await withClient({ person: agree }, async (client) => {
    const result = await remove(client, input);
    assert.equal(causeOf(result), "too-many-items");
    assert.equal(client.asked.length, 0);
  });
  assert.equal(sandbox.requests(), 0);
  await withClient({ person: agree, args: ["--max-items", "1200"] }, async (client) => {
    assert.equal((await remove(client, input)).structuredContent.confirmed, 1200);
  });
});

test("an error says whether and when to retry, and a bad id stops everything before anybody is asked", async () => {
  await withClient({ person: agree, env: { SKIPCALL_API_KEY: "sk_test_of_nobody" } }, async (client) => {
    const result = await remove(client, { sequenceId: "spring", contactIds: contactIds(2) });
    assert.equal(result.isError, true);
    const [error] = result.structuredContent.errors;
    assert.equal(error.cause, "credential-invalid");
    assert.equal(error.retryable, false);
    assert.match(textOf(result), /Do not retry unchanged/);
    const bad = await remove(client, { sequenceId: "spring", contactIds: ["no uuid", ...contactIds(2)] });
    assert.equal(causeOf(bad), "invalid-input");
    assert.equal(client.asked.length, 1);
  });
});

test("a closed rate window is an error that names the time", async () => {
  const tight = await startSandbox({ spring: contactIds(500) }, { limit: 2, windowMs: 60_000 });
  const client = await overStdio(tight, { person: agree });
  const options = { maxStallMs: 0, leaveRemaining: 0 };
  const result = await remove(client, { sequenceId: "spring", contactIds: contactIds(500), options });
  await client.close();
  await tight.stop();
  assert.equal(result.structuredContent.status, "partial");
  const error = result.structuredContent.errors.find(({ cause }) => cause === "rate-limited");
  assert.equal(error.retryable, true);
  assert.ok(Date.parse(error.retryAt) > Date.now());
  assert.match(textOf(result), /May be retried from "20/);
  assert.match(textOf(result), /are left: "remaining"/);
});

test("the key comes from a file that others cannot read, and appears nowhere", async () => {
  const path = join(folder, "key");
  writeFileSync(path, `${KEY}\n`, { mode: 0o600 });
  const env = { SKIPCALL_API_KEY: "", SKIPCALL_API_KEY_FILE: path };
  await withClient({ person: agree, env }, async (client) => {
    const result = await remove(client, { sequenceId: "spring", contactIds: contactIds(3) });
    assert.equal(result.structuredContent.confirmed, 3);
    assert.ok(!JSON.stringify([result, client.asked, client.log]).includes(KEY));
  });
  chmodSync(path, 0o644);
  const run = (more) =>
    spawnSync(process.execPath, [program], { env: environment(sandbox, more), input: "", encoding: "utf8" });
  const open = run(env);
  assert.equal(open.status, 2);
  assert.match(open.stderr, /other users can read it; run chmod 600/);
  assert.ok(!open.stderr.includes(KEY));
  const both = run({ SKIPCALL_API_KEY_FILE: path });
  assert.equal(both.status, 2);
  assert.match(both.stderr, /keep one of them/);
  assert.match(run({ SKIPCALL_API_KEY: "", SKIPCALL_API_KEY_FILE: folder }).stderr, /is a directory/);
});

test("a module that the operator chose gets a key only for a server that the operator names", () => {
  const module = join(folder, "other.wasm");
  copyFileSync(new URL("../dist/remove_contacts.wasm", import.meta.url), module);
  const run = (env) => spawnSync(process.execPath, [program, module], { env, input: "", encoding: "utf8" });
  const { SKIPCALL_BASE_URL, ...withoutServer } = environment(sandbox);
  const { status, stderr } = run(withoutServer);
  assert.equal(status, 2);
  assert.match(stderr, /set SKIPCALL_BASE_URL too/);
  assert.equal(run({ ...withoutServer, SKIPCALL_BASE_URL }).status, 0);
});

test("--help names the module's variables, and invalid arguments end it", () => {
  const text = execFileSync(process.execPath, [program, "--help"], { encoding: "utf8" });
  assert.match(text, /SKIPCALL_API_KEY, SKIPCALL_API_KEY_FILE, SKIPCALL_BASE_URL/);
  for (const args of [["--max-items", "0"], ["--http", "99999"], ["--key", "x"], ["no-such.wasm"], [program]]) {
    const { status, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: "utf8", input: "" });
    assert.equal(status, 2, args.join(" "));
    assert.match(stderr, /^skipcall-mcp: /);
  }
});
