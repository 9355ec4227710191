// What the worker program says before it connects.
import assert from "node:assert/strict";
import { test } from "node:test";
import { freePort } from "skipcall-test-support/port";
import { KEY } from "./support/removal.mjs";
import { runWorker } from "./support/worker.mjs";

test("its help names options and variables", () => {
  const { status, stdout } = runWorker(["--help"]);
  assert.equal(status, 0);
  for (const name of ["--task-queue", "--only", "SKIPCALL_API_KEY_FILE", "TEMPORAL_ADDRESS"])
    assert.ok(stdout.includes(name));
});

test("without a key, or with one that cannot be used, it ends at once and repeats none", () => {
  const said = (args, env) => {
    const { status, stdout, stderr } = runWorker(args, env);
    assert.equal(status, 2, stderr);
    assert.ok(!(stdout + stderr).includes(KEY));
    return stderr;
  };
  assert.match(said([], {}), /set SKIPCALL_API_KEY or SKIPCALL_API_KEY_FILE/);
  assert.match(
    said([], { SKIPCALL_API_KEY: `${KEY} ` + "x" }),
    /^skipcall-temporal-worker: the key of connection skipcall is too short, or/,
  );
  assert.match(said([], { SKIPCALL_API_KEY: KEY, SKIPCALL_BASE_URL: "http://example.com" }), /has to begin|must begin/);
  assert.match(said(["--only", "nothing"], {}), /--only takes workflows or requests/);
  assert.match(said([KEY], {}), /an argument is not known/);
  assert.match(said([`--${KEY}`], {}), /an argument is not known/);
});

test("where Temporal cannot be reached, it says so in a line, and ends", async () => {
  const settings = {
    "Connection refused": { TEMPORAL_ADDRESS: `127.0.0.1:${await freePort()}` },
    "Invalid address": { TEMPORAL_ADDRESS: "::nonsense" },
    "Profile 'none' not found": { TEMPORAL_PROFILE: "none" },
  };
  for (const [why, env] of Object.entries(settings)) {
    const { status, stderr } = runWorker([], { SKIPCALL_API_KEY: KEY, ...env });
    assert.deepEqual([status, stderr.trim().split("\n").length], [2, 1], stderr);
    assert.match(stderr, new RegExp(`^skipcall-temporal-worker: no connection to Temporal: .*${why}`));
  }
});
