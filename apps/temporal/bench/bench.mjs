// bench.mjs [workers [CONTACTS]] | [million]: how long removals take on Temporal's development server, what they cost
// its history, and the processor time of server and workers. Without an argument: 100,000 contacts on 1, 2, 4 workers.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contactIds } from "skipcall-test-support/contacts";
import { startSandbox } from "skipcall-test-support/sandbox";
import { KEY, QUEUE, until } from "../tests/support/removal.mjs";
import { startServer } from "../tests/support/server.mjs";
import { startUserWorker } from "../tests/support/worker.mjs";

const TICKS_A_SECOND = 100;
const PART = 20_000;
const options = { concurrency: 32 };

/** Processor time that a process has used, in seconds. */
function usedBy(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

/** Each run of each workflow, as the server lists it. */
async function runsOf(client) {
  const runs = [];
  for await (const run of client.workflow.list()) runs.push(run);
  return runs;
}

/** workflows of contacts/workflows each, at once. */
async function measure(contacts, workerCount, workflowCount) {
  const folder = mkdtempSync(join(tmpdir(), "skipcall-bench-"));
  const server = await startServer({ onDisk: true });
  const each = contacts / workflowCount;
  const groups = Array.from({ length: workflowCount }, (_, i) => i);
  const sandbox = await startSandbox({
    keys: [{ key: KEY, plan: "EXPERT" }],
    sequences: [{ id: "spring", contacts: groups.flatMap((group) => contactIds(each, group)) }],
    switches: { limit: 1_000_000_000 },
  });
  const env = { TASK_QUEUE: QUEUE, SKIPCALL_API_KEY: KEY, SKIPCALL_BASE_URL: sandbox.url, PART: String(PART) };
  const keep = { KEEP_FILE: join(folder, "kept") };
  const workers = [];
  for (let i = 0; i < workerCount; ++i) workers.push(await startUserWorker(server.address, { ...env, ...keep }));
  const used = () => [usedBy(server.pid()), workers.reduce((sum, { pid }) => sum + usedBy(pid), 0)];
  const [serverBefore, workersBefore] = used();
  const start = performance.now();
  const handles = await Promise.all(
    groups.map((group) =>
      server.client.workflow.start("removeContactsFrom", {
        taskQueue: QUEUE,
        workflowId: `bench-${group}`,
        args: [{ source: { contacts: each, group, every: contacts + 1 }, options: { ...options, onInvalid: "skip" } }],
      }),
    ),
  );
  const results = await Promise.all(handles.map((handle) => handle.result()));
  const seconds = (performance.now() - start) / 1000;
  const [serverAfter, workersAfter] = used();
  const runs = await until(
    () => runsOf(server.client),
    (found) => found.filter(({ status }) => status.name === "COMPLETED").length === workflowCount,
  );
  const events = runs.map(({ historyLength }) => historyLength);
  const bytes = runs.map(({ historySize }) => historySize);
  for (const worker of workers) await worker.end();
  await sandbox.stop();
  await server.stop();
  rmSync(folder, { recursive: true });
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const removed = sum(results.map((result) => result.removed));
  const a1000 = (value) => (value / (contacts / 1000)).toFixed(3);
  console.log(
    [
      `${contacts.toLocaleString("en")} contacts, ${workflowCount} workflows, ${workerCount} workers: ${seconds.toFixed(1)} s,`,
      `${Math.round(contacts / seconds).toLocaleString("en")} contacts a second;`,
      `removed ${removed.toLocaleString("en")}, requests ${sum(results.map((one) => one.requests)).toLocaleString("en")};`,
      `${runs.length} histories of at most ${Math.max(...events).toLocaleString("en")} events`,
      `and ${(Math.max(...bytes) / 1e6).toFixed(1)} MB;`,
      `for 1,000 contacts: ${a1000(sum(events))} events, ${a1000(serverAfter - serverBefore)} s of the server's processor time,`,
      `${a1000(workersAfter - workersBefore)} s of the workers'`,
    ].join(" "),
  );
  if (removed !== contacts) process.exitCode = 1;
}

const [what = "workers", count = "100000"] = process.argv.slice(2);
if (what === "million") await measure(1_000_000, 2, 1);
else for (const workers of [1, 2, 4]) await measure(Number(count), workers, 4);
