// The JavaScript host for the conformance kit: runs one action of one module, as abi/conformance/README.md says. For
// Node.js, Deno and Bun. Build the package first.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import process from "node:process";
import { createInterface } from "node:readline";

import { ActionHost, fetchSender, HostError, loadModule, systemClock } from "../dist/index.js";
import { FileJournal } from "../dist/node/index.js";
import { CANNOT_ANYWHERE, connectionsOf, EXITS, HIDES_PROXY_STATUS, readOptions, repeats } from "./options.mjs";

const platform = globalThis.Deno ? "Deno" : globalThis.Bun ? "Bun" : "Node.js";
const major = platform === "Node.js" ? ` ${process.versions.node.split(".")[0]}` : "";

const cannot = {
  ...(platform === "Node.js" && {
    http2: "undici speaks HTTP/2 only to a dispatcher that allows it; fetch alone does not.",
    "interim-responses": "undici breaks the connection on a 100 that it did not ask for, and bounds 1xx by time alone.",
    "large-headers": "Node.js takes 16 KiB of headers (--max-http-header-size).",
    ...HIDES_PROXY_STATUS,
  }),
  ...(platform === "Deno" && {
    "error-kind": "Deno's fetch says only in a text for people why it failed.",
  }),
  ...(platform === "Bun" && {
    "header-order": "Bun sorts the headers of a request.",
    http2: "Bun's fetch asks for HTTP/1.1.",
  }),
  ...(platform !== "Node.js" && {
    "large-headers": `${platform} takes fewer headers of a response.`,
    ...repeats(platform),
  }),
  ...CANNOT_ANYWHERE,
};

async function run(options) {
  const module = await loadModule(await readFile(options.module));
  const host = new ActionHost(module, { send: fetchSender(), clock: systemClock() });
  const [cancel, stop] = [new AbortController(), new AbortController()];
  createInterface({ input: process.stdin }).on("line", (line) => {
    if (line === "stop") stop.abort();
    if (line === "cancel") cancel.abort();
  });
  const control = { connections: connectionsOf(options), signal: cancel.signal, stopSignal: stop.signal };
  const request = { action: options.action, input: await readFile(options.input), ...control };
  let end;
  if (options.journal === undefined) end = await host.run(request);
  else if (existsSync(options.journal))
    end = await host.resume({ ...control, journal: await FileJournal.open(options.journal) });
  else end = await host.run({ ...request, journal: await FileJournal.create(options.journal) });
  await new Promise((done) => process.stdout.write(end.text, done));
}

const [command, ...words] = process.argv.slice(2);
if (command === "--capabilities") {
  console.log(JSON.stringify({ host: `JavaScript, ${platform}${major}`, version: "0.9.0", cannot }, null, 2));
} else if (command === "run") {
  try {
    await run(readOptions(words));
    process.exitCode = 0;
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error instanceof HostError ? (EXITS[error.fault] ?? 4) : 4;
  }
  process.exit(); // Deno would wait for its standard input
} else {
  process.stderr.write("usage: adapter.mjs --capabilities | adapter.mjs run OPTION VALUE …\n");
  process.exitCode = 2;
}
