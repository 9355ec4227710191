// A run that began in one host is resumed in another: killed in the command line and resumed in Node, and the other way
// round.
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { ActionHost, fetchSender, loadModule, systemClock } from "../src/index.js";
import { FileJournal } from "../src/node/index.js";
import type { RemovalResult } from "../../../plugin-manifest/remove_contacts.js";
import { contactIds } from "skipcall-test-support/contacts";
import { readBytes, REMOVE_CONTACTS, repositoryFile } from "skipcall-test-support/repository";
import { startSandbox } from "skipcall-test-support/sandbox";

const KEY = "sk_test_other_host";
const contacts = contactIds(300);
const input = JSON.stringify({ sequenceId: "A", contactIds: contacts, options: { batchSize: 20, concurrency: 2 } });
const data = { keys: [{ key: KEY, plan: "EXPERT" }], sequences: [{ id: "A", contacts }], switches: { latencyMs: 60 } };
const program = fileURLToPath(repositoryFile("build/bin/skipcall"));
const module = fileURLToPath(repositoryFile(REMOVE_CONTACTS));

/** Kills the process when its journal has three responses. */
async function killInTheMiddle(child: ChildProcess, journal: string): Promise<void> {
  const ended = new Promise((resolve) => child.once("close", resolve));
  const responses = (): number => {
    const text = existsSync(journal) ? readFileSync(journal, "utf8") : "";
    return text.split('"event":"response"').length - 1;
  };
  while (child.exitCode === null && responses() < 3) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill("SIGKILL");
  await ended;
  assert.equal(child.signalCode, "SIGKILL", "it was killed in the middle");
}

function checkAccount(result: RemovalResult): void {
  assert.equal(result.status, "completed");
  assert.equal(result.confirmed, 300);
  // Those that were open were sent twice at most, and only they: 15 batches, up to two of them open.
  assert.ok(result.requests <= 17, String(result.requests));
  assert.ok(result.removed <= 300);
  assert.ok(result.removed === 300 || !result.removedExact);
}

async function inFolder(
  act: (folder: string, url: string, environment: NodeJS.ProcessEnv) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "hosts-"));
  const sandbox = await startSandbox(data);
  const environment = {
    PATH: process.env["PATH"],
    HOME: folder,
    SKIPCALL_API_KEY: KEY,
    SKIPCALL_BASE_URL: sandbox.url,
  };
  try {
    await act(folder, sandbox.url, environment);
  } finally {
    await sandbox.stop();
    rmSync(folder, { recursive: true });
  }
}

test("a run that is killed in the command line is resumed in Node", () =>
  inFolder(async (folder, url, env) => {
    const journal = join(folder, "run.journal");
    writeFileSync(join(folder, "input.json"), input);
    const arguments_ = [
      "remove-contacts",
      join(folder, "input.json"),
      "--yes",
      "--journal",
      journal,
      "--module",
      module,
    ];
    await killInTheMiddle(spawn(program, arguments_, { env, stdio: "ignore" }), journal);

    const host = new ActionHost(await loadModule(readBytes(REMOVE_CONTACTS)), {
      send: fetchSender(),
      clock: systemClock(),
    });
    const file = await FileJournal.open(journal);
    const connections = { skipcall: { baseUrl: url, secret: KEY } };
    const { result } = await host.resume<RemovalResult>({ journal: file, connections });
    await file.close();
    checkAccount(result);
  }));

test("a run that is killed in Node is resumed in the command line", () =>
  inFolder(async (folder, url, env) => {
    const journal = join(folder, "run.journal");
    const script = fileURLToPath(new URL("support/journalled_run.js", import.meta.url));
    const child = spawn(process.execPath, [script, url, KEY, journal, input], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    await killInTheMiddle(child, journal);

    const resume = ["remove-contacts", "--resume", journal, "--yes", "--json", "--module", module];
    const { status, stdout, stderr } = spawnSync(program, resume, { env, encoding: "utf8" });
    assert.equal(status, 0, stderr);
    checkAccount(JSON.parse(stdout) as RemovalResult);
    assert.ok(!existsSync(journal));
  }));
