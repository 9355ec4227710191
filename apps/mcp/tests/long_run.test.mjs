// 5,000 dirty rows against small windows and faults: run to the end, stopped in the middle, and killed in the middle. In
// the end every contact is out, and each account says exactly what happened.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { dirtyRemovals, dirtySequences } from "skipcall-test-support/contacts";
import { agree, causeOf, overStdio, remove, textOf } from "./support/client.mjs";
import { contactIds, startSandbox } from "./support/sandbox.mjs";

const SWITCHES = { limit: 20, windowMs: 1000, failEvery: 9, lostEvery: 13, latencyMs: 20 };
const removals = dirtyRemovals();
const options = { onInvalid: "skip", leaveRemaining: 0, maxAttempts: 20 };
const args = ["--max-items", "5000"];

function checkSums({ requested, invalid, duplicates, unique, confirmed, refused, unknown, unsent }) {
  assert.equal(requested, invalid + duplicates + unique);
  assert.equal(unique, confirmed + refused + unknown + unsent);
}

async function withSandbox(use) {
  const sandbox = await startSandbox(dirtySequences, SWITCHES);
  try {
    await use(sandbox);
  } finally {
    await sandbox.stop();
  }
}

/** What is left in the sandbox is what a final run removes. */
async function leftIn(sandbox) {
  const client = await overStdio(sandbox, { person: agree, args });
  const { structuredContent } = await remove(client, { removals, options }, { timeout: 120_000 });
  await client.close();
  assert.equal(structuredContent.confirmed, 4800);
  return structuredContent.removed;
}

/** Starts a run. middle: resolves when it is in the middle, or over; ended: with its result, or the error. */
function start(client, signal) {
  const ended = remove(client, { removals, options }, { signal, timeout: 120_000 }).catch((error) => error);
  return { ended, middle: Promise.race([ended, recent(client, ({ progress }) => progress?.confirmed >= 1500)]) };
}

/** Polls the last run until it is as wanted. */
async function recent(client, isWanted) {
  for (;;) {
    const { structuredContent } = await client.callTool({ name: "recent_runs", arguments: {} });
    const run = structuredContent.runs.at(-1);
    if (run !== undefined && (isWanted(run) || run.state === "ended")) return run;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const LIMIT = { timeout: 180_000 };

test("to the end", LIMIT, () =>
  withSandbox(async (sandbox) => {
    const client = await overStdio(sandbox, { person: agree, args });
    const { structuredContent: account } = await remove(client, { removals, options }, { timeout: 120_000 });
    await client.close();
    checkSums(account);
    assert.deepEqual(
      [account.status, account.requested, account.invalid, account.duplicates],
      ["completed", 5000, 100, 100],
    );
    assert.deepEqual([account.unique, account.confirmed], [4800, 4800]);
    assert.equal(account.requests, sandbox.requests());
    assert.equal(await leftIn(sandbox), 0);
  }),
);

test("cancelled in the middle: a gentle stop, and recent_runs has the account", LIMIT, () =>
  withSandbox(async (sandbox) => {
    const client = await overStdio(sandbox, { person: agree, args });
    const cancel = new AbortController();
    const { middle, ended } = start(client, cancel.signal);
    await middle;
    cancel.abort();
    await ended;
    const run = await recent(client, () => false);
    const account = run.result;
    checkSums(account);
    assert.equal(account.status, "cancelled");
    assert.ok(account.confirmed >= 1500 && account.unsent > 0, JSON.stringify(account));
    assert.match(client.log, /remove_contacts was stopped: .*"confirmed":/);
    // The account's own list of what is left is a call's input, and is all that is left.
    const rest = { removals: account.remaining.removals, options };
    const { structuredContent: second } = await remove(client, rest, { timeout: 120_000 });
    // Those whose connection was lost, and that were to be sent again when the stop came, are unknown.
    assert.equal(second.unique, account.unsent + account.unknown);
    assert.equal(second.confirmed, second.unique);
    await client.close();
    assert.equal(await leftIn(sandbox), 0);
  }),
);

test("killed in the middle, and called again", LIMIT, () =>
  withSandbox(async (sandbox) => {
    const client = await overStdio(sandbox, { person: agree, args });
    const { middle, ended } = start(client);
    await middle;
    process.kill(client.pid, "SIGKILL");
    await ended;
    await client.close();
    const sentBefore = sandbox.requests();
    const again = await overStdio(sandbox, { person: agree, args });
    const { structuredContent: account } = await remove(again, { removals, options }, { timeout: 120_000 });
    await again.close();
    checkSums(account);
    assert.deepEqual([account.status, account.confirmed], ["completed", 4800]);
    assert.equal(account.requests, sandbox.requests() - sentBefore);
    assert.ok(account.removed <= 4800 - 1000, "what was removed before is not counted again");
    assert.equal(await leftIn(sandbox), 0);
  }),
);

async function withJournals(use) {
  const folder = mkdtempSync(join(tmpdir(), "skipcall-mcp-"));
  const journals = join(folder, "journals");
  try {
    await withSandbox((sandbox) =>
      use({
        sandbox,
        journals,
        open: (more) => overStdio(sandbox, { args: [...args, "--journal", journals], ...more }),
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const recentRuns = (client) => client.callTool({ name: "recent_runs", arguments: {} });

test("killed in the middle, with a journal: the next server has the account, and a person is told", LIMIT, () =>
  withJournals(async ({ sandbox, journals, open }) => {
    const client = await open({ person: agree });
    const { middle, ended } = start(client);
    await middle;
    const [name] = readdirSync(journals);
    assert.equal(statSync(join(journals, name)).mode & 0o777, 0o600);

    // Another server of the same operator leaves a run alone that is still going on.
    const neighbour = await open();
    assert.deepEqual((await recentRuns(neighbour)).structuredContent.runs, []);
    await neighbour.close();
    process.kill(client.pid, "SIGKILL");
    await ended;
    await client.close();
    const sentBefore = sandbox.requests();

    // A call shows that a run was cut off, before anything is sent. Without a key, since an account needs none.
    const other = await open({ env: { SKIPCALL_API_KEY: "" } });
    const one = { sequenceId: "spring", contactIds: contactIds(1) };
    assert.match(textOf(await remove(other, one)), /A run of \S+ was cut off \(5,000 requested, .*recent_runs has/);
    await other.close();

    const again = await open({ person: agree });
    const { structuredContent, content } = await recentRuns(again);
    const [run] = structuredContent.runs;
    assert.match(content[0].text, /remove_contacts, cut off: 5,000 requested/);
    assert.deepEqual([run.state, run.tool, run.result.status], ["cut off", "remove_contacts", "cancelled"]);
    checkSums(run.result);
    assert.ok(run.result.confirmed >= 1500 && run.result.unsent > 0, JSON.stringify(run.result));
    assert.equal(sandbox.requests(), sentBefore, "an account sends nothing");
    assert.deepEqual(readdirSync(journals), [], "it has been read");

    // Only what is left is removed now. If a contact that the account calls confirmed were still there, leftIn would
    // find it in the end.
    const rest = { removals: run.result.remaining.removals, options };
    const { structuredContent: second } = await remove(again, rest, { timeout: 120_000 });
    assert.equal(second.unique, run.result.unsent + run.result.unknown);
    assert.equal(second.confirmed, second.unique);
    assert.ok(!again.asked.some(({ message }) => message.includes("cut off")), "the person is told once");
    await again.close();
    assert.deepEqual(readdirSync(journals), [], "a call that returns its account leaves no journal");
    assert.equal(await leftIn(sandbox), 0);
  }),
);

/** How a server is told that it is no longer wanted: by a signal, or by a client that is gone without one. */
const ENDS = {
  "is told to end": (client) => process.kill(client.pid, "SIGTERM"),
  "loses its client": (client) => client.transport._process.stdin.end(),
};
for (const [how, end] of Object.entries(ENDS)) {
  test(`a server that ${how} in the middle stops gently and keeps the account, which nobody could read`, LIMIT, () =>
    withJournals(async ({ sandbox, journals, open }) => {
      const client = await open({ person: agree });
      const { middle, ended } = start(client);
      await middle;
      end(client);
      await ended;
      await client.close();
      const sentBefore = sandbox.requests();
      const again = await open({ person: agree });
      const { runs } = (await recentRuns(again)).structuredContent;
      checkSums(runs[0].result);
      assert.ok(runs[0].result.confirmed >= 1500 && runs[0].result.unsent > 0, JSON.stringify(runs[0].result));
      assert.equal(sandbox.requests(), sentBefore);
      await again.close();
      assert.deepEqual(readdirSync(journals), []);
    }),
  );
}

test("a journal that cannot be used is named and kept, and one that cannot be written sends nothing", LIMIT, () =>
  withJournals(async ({ sandbox, journals, open }) => {
    await (await open()).close();
    const id = "00000000-0000-4000-8000-000000000000";
    const damaged = `1764190000000-999999999-${id}.journal`; // of a process that cannot be
    writeFileSync(join(journals, damaged), '{"journal":1,"action":"remove_contacts"}\n{"end":true}\n');
    writeFileSync(join(journals, damaged.replace("1764", "1763")), '{"journal":1,"act');
    writeFileSync(join(journals, "notes.txt"), "not ours");
    const client = await open({ person: agree });
    const [run, ...more] = (await recentRuns(client)).structuredContent.runs;
    assert.deepEqual(more, [], "one that ends in its first line sent nothing");
    assert.deepEqual([run.state, run.result.errors[0].cause], ["cut off", "journal"]);
    assert.match(client.log, new RegExp(`${damaged} has no account: .*first line is damaged`));
    assert.deepEqual(readdirSync(journals).sort(), [damaged, "notes.txt"]);
    assert.equal(readFileSync(join(journals, "notes.txt"), "utf8"), "not ours");

    rmSync(journals, { recursive: true });
    const result = await remove(client, { sequenceId: "spring", contactIds: contactIds(1) });
    assert.equal(causeOf(result), "journal");
    assert.match(textOf(result), /The journal cannot be written: ENOENT. Nothing was sent/);
    await client.close();
    assert.equal(sandbox.requests(), 0);
    const file = open({ person: agree, args: ["--journal", new URL(import.meta.url).pathname] });
    await assert.rejects(file);
  }),
);
