// The official client, with or without a person behind it, over standard input or HTTP.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { KEY } from "./sandbox.mjs";

export const program = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

export function environment(sandbox, more = {}) {
  return { PATH: process.env.PATH, SKIPCALL_BASE_URL: sandbox.url, SKIPCALL_API_KEY: KEY, ...more };
}

/** person: returns the answer to the form; without one the client has no elicitation. mode: legacy or auto. */
export function newClient({ person, mode = "legacy" } = {}) {
  const client = new Client(
    { name: "test", version: "1" },
    { capabilities: person === undefined ? {} : { elicitation: {} }, versionNegotiation: { mode } },
  );
  client.asked = [];
  if (person !== undefined) {
    client.setRequestHandler("elicitation/create", ({ params }) => {
      client.asked.push(params);
      return person(params);
    });
  }
  return client;
}

/** A client with its own server over standard input. */
export async function overStdio(sandbox, { args = [], env, ...options } = {}) {
  const client = newClient(options);
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [program, ...args],
    env: environment(sandbox, env),
    stderr: "pipe",
  });
  client.log = "";
  transport.stderr.on("data", (text) => (client.log += String(text)));
  await client.connect(transport);
  client.pid = transport.pid;
  return client;
}

/** A server over HTTP. */
export async function serve(sandbox, { args = [], env } = {}) {
  const child = spawn(process.execPath, [program, "--http", "0", ...args], {
    env: environment(sandbox, env),
    stdio: ["ignore", "ignore", "pipe"],
  });
  const server = { child, log: "", url: undefined };
  await new Promise((resolve, reject) => {
    child.once("close", () => reject(new Error(`the server ended: ${server.log}`)));
    child.stderr.setEncoding("utf8").on("data", (text) => {
      server.log += text;
      server.url = /http:\S+/.exec(server.log)?.[0];
      if (server.url !== undefined) resolve();
    });
  });
  server.stop = async (signal = "SIGTERM") => {
    const ended = child.exitCode === null && child.signalCode === null ? once(child, "close") : undefined;
    child.kill(signal);
    await ended;
  };
  return server;
}

export async function overHttp(url, { headers, ...options } = {}) {
  const client = newClient(options);
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } });
  await client.connect(transport);
  client.transportOfTest = transport;
  return client;
}

export const agree = () => ({ action: "accept", content: { approve: true } });

export function textOf(result) {
  return result.content.map(({ text }) => text).join("\n");
}

export function causeOf(result) {
  return result.structuredContent?.errors?.[0]?.cause;
}

export function remove(client, input, options) {
  return client.callTool({ name: "remove_contacts", arguments: input }, options);
}
