// record_history.mjs: writes tests/histories/removal.json, a removal with a window, failures, a kill and a
// continuation, as today's code made it. Run it only where a change of the workflow is meant to break running ones.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { contactIds } from "skipcall-test-support/contacts";
import { startSandbox } from "skipcall-test-support/sandbox";
import { historiesOf, KEY, startRemoval, untilProgress } from "./support/removal.mjs";
import { program, startServer } from "./support/server.mjs";
import { startWorker } from "./support/worker.mjs";

const switches = { limit: 6, windowMs: 3000, failEvery: 5, latencyMs: 200, retryAfter: "seconds" };
const server = await startServer();
const sequences = [{ id: "spring", contacts: contactIds(60) }];
const sandbox = await startSandbox({ keys: [{ key: KEY, plan: "EXPERT" }], sequences, switches });
const env = { SKIPCALL_API_KEY: KEY, SKIPCALL_BASE_URL: sandbox.url };
const first = await startWorker(server.address, [], env);
const input = { sequenceId: "spring", contactIds: contactIds(60), options: { batchSize: 3, leaveRemaining: 0 } };
const handle = await startRemoval(server.client, input, { settings: { requestsPerRun: 16 } });
await untilProgress(handle, ({ open, confirmed }) => open > 0 && confirmed >= 6);
await first.end("SIGKILL");
const second = await startWorker(server.address, [], env);
console.log(await handle.result());
const where = ["--address", server.address, "--workflow-id", handle.workflowId, "--output", "json"];
const histories = (await historiesOf(server.client, handle)).map(({ runId }) =>
  JSON.parse(execFileSync(program, ["workflow", "show", ...where, "--run-id", runId], { encoding: "utf8" })),
);
// Who ran it is of no interest: a process and a machine.
const text = JSON.stringify(histories).replaceAll(/\d+@[\w.-]+/g, "worker");
writeFileSync(new URL("histories/removal.json", import.meta.url), `${text}\n`);
await second.end();
await sandbox.stop();
await server.stop();
