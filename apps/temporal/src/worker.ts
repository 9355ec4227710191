#!/usr/bin/env node
// skipcall-temporal-worker: a worker with the workflow and, where there is a key, its requests.
import { parseArgs } from "node:util";
import { loadClientConnectConfig } from "@temporalio/envconfig";
import { NativeConnection, Worker } from "@temporalio/worker";
import { HostError, readManifest } from "skipcall-action-host";
import { readConnections, SettingsError } from "skipcall-action-host/node";
import { activitiesOf, moduleBytes } from "./activities.js";
import { workflowsPath } from "./index.js";

const HELP = `Runs Temporal workflows that remove contacts from Skipcall sequences
Usage: skipcall-temporal-worker [OPTIONS]

Options:
  -h, --help            Print this text and exit
  --task-queue NAME     Where it takes its work from (default skipcall)
  --only PART           workflows: needs no key; requests: for workflows of other workers

Environment: SKIPCALL_API_KEY or SKIPCALL_API_KEY_FILE, SKIPCALL_BASE_URL; TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE,
  TEMPORAL_API_KEY, TEMPORAL_TLS_… and Temporal's configuration file
`;

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        help: { type: "boolean", short: "h", default: false },
        "task-queue": { type: "string", default: "skipcall" },
        only: { type: "string" },
      },
    });
    if (values.only === undefined || ["workflows", "requests"].includes(values.only)) return values;
  } catch {
    // Node's message would repeat the argument, which may be the key in the wrong place.
    throw new SettingsError("an argument is not known, or lacks its value; --help lists them");
  }
  throw new SettingsError("--only takes workflows or requests");
}

function activities() {
  const connections = readConnections(readManifest(moduleBytes()), process.env, false);
  if (connections.skipcall?.fields === undefined) {
    throw new SettingsError("set SKIPCALL_API_KEY or SKIPCALL_API_KEY_FILE; --only workflows needs no key");
  }
  return activitiesOf(connections);
}

async function connect() {
  try {
    const { connectionOptions, namespace } = loadClientConnectConfig();
    return { connection: await NativeConnection.connect(connectionOptions), namespace: namespace ?? "default" };
  } catch (error) {
    throw new SettingsError(`no connection to Temporal: ${(error as Error).message}`);
  }
}

async function main(): Promise<void> {
  const values = readArguments();
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const parts = {
    ...(values.only === "workflows" ? {} : { activities: activities() }),
    ...(values.only === "requests" ? {} : { workflowsPath }),
  };
  const { connection, namespace } = await connect();
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: values["task-queue"],
    ...parts,
    // On SIGTERM, open requests get their responses.
    shutdownGraceTime: "1 minute",
  });
  await worker.run();
  await connection.close();
}

main().catch((error: unknown) => {
  if (!(error instanceof SettingsError || error instanceof HostError)) throw error;
  process.stderr.write(`skipcall-temporal-worker: ${error.message}\n`);
  process.exitCode = 2;
});
