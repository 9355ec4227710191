#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { ActionHost, fetchSender, HostError, loadModule, systemClock } from "skipcall-action-host";
import { readConnections, SettingsError, variableNames } from "skipcall-action-host/node";
import { serveHttp } from "./http.js";
import { Journals } from "./journals.js";
import { Runs } from "./runs.js";
import { Session, type SessionSettings } from "./session.js";

const DEFAULT_MODULE = fileURLToPath(new URL("remove_contacts.wasm", import.meta.url));
const DEFAULT_MAX_ITEMS = 1000;
const HTTP_SECRET = "MCP_HTTP_TOKEN";

function help(variables: string[]): string {
  return `Offers the actions of a module to MCP clients, over standard input and output
Usage: skipcall-mcp [OPTIONS] [MODULE.wasm]

Options:
  -h, --help        Print this text and exit
  --read-only       Offer dry runs and actions that change nothing
  --max-items N     Items that a call may name (default ${String(DEFAULT_MAX_ITEMS)})
  --journal DIR     Record runs in a folder, so that the account of one that was cut off is not lost
  --http PORT       Serve Streamable HTTP on 127.0.0.1 instead; 0: a free port

Environment: ${variables.join(", ")};
  ${HTTP_SECRET}: the bearer token that clients of --http have to send
`;
}

// Standard output belongs to the protocol.
function log(line: string): void {
  process.stderr.write(`skipcall-mcp: ${line}\n`);
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw new SettingsError(`--${name} takes a whole number from ${String(least)} to ${String(most)}`);
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        help: { type: "boolean", short: "h", default: false },
        "read-only": { type: "boolean", default: false },
        "max-items": { type: "string", default: String(DEFAULT_MAX_ITEMS) },
        journal: { type: "string" },
        http: { type: "string" },
      },
    });
  } catch (error) {
    throw new SettingsError((error as Error).message);
  }
}

/** Ends the process, once: runs are first stopped gently and give their accounts. */
function endOnSignals(end: () => Promise<void>): void {
  let ending: Promise<void> | undefined;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      ending ??= end().finally(() => process.exit(0));
    });
  }
}

async function main(): Promise<void> {
  const { values, positionals } = readArguments();
  if (positionals.length > 1) throw new SettingsError("one module at a time");
  const path = positionals[0] ?? DEFAULT_MODULE;
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new SettingsError(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? "unknown error"}`);
  }
  const module = await loadModule(bytes);
  const { manifest } = module;
  if (values.help) {
    process.stdout.write(help(variableNames(manifest)));
    return;
  }
  const secret = process.env[HTTP_SECRET];
  const connections = readConnections(manifest, process.env, path !== DEFAULT_MODULE);
  const host = new ActionHost(module, { send: fetchSender(), clock: systemClock() });
  const journals = values.journal === undefined ? undefined : new Journals(values.journal);
  const runs = new Runs(host, connections, log, journals, await journals?.endLeftOver(module));
  const settings: SessionSettings = {
    manifest,
    runs,
    servers: Object.fromEntries(
      Object.entries(connections).map(([id, { baseUrl }]) => [id, baseUrl ?? "an unknown server"]),
    ),
    readOnly: values["read-only"],
    maxItems: wholeNumber("max-items", values["max-items"], 1, 10_000_000),
  };
  if (values.http === undefined) {
    const session = new Session(settings);
    const handle = serveStdio(() => session.newServer(), { onerror: ({ message }) => log(message) });
    endOnSignals(async () => {
      await runs.stop();
      await handle.close();
    });
    return;
  }
  const { url, server } = await serveHttp(settings, wholeNumber("http", values.http, 0, 65535), secret || undefined);
  log(`serving ${url}`);
  endOnSignals(async () => {
    server.close();
    await runs.stop();
  });
}

main().catch((error: unknown) => {
  if (!(error instanceof SettingsError || error instanceof HostError)) throw error;
  log(error.message);
  process.exitCode = 2;
});
