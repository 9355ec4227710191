// Measures the module in this engine against plain JavaScript that does the same, and what loading costs. Exit code 1:
// over a limit. Both sides take turns, after both were warmed up; the median of each counts.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { Instance } from "../dist/core/instance.js";
import { ActionModule } from "../dist/index.js";
import { makeInput } from "./input.mjs";
import { removeContacts as plain } from "./plain.mjs";
import { removeContacts as wasm } from "./wasm.mjs";

const IDS = 100_000;
const ROUNDS = 41;
const WARM_UP = 10;
const LIMIT = 0.5;

const file = new URL("../../../build/wasm/remove_contacts.wasm", import.meta.url);
const bytes = new Uint8Array(readFileSync(file));
const input = makeInput(IDS);
const module = await ActionModule.fromBytes(bytes);
const instance = await Instance.create(module);

function median(values) {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

async function timed(act) {
  const begin = performance.now();
  await act();
  return performance.now() - begin;
}

/** A response for each request; keeps the requests if asked to. */
function server(kept) {
  const answer = new TextEncoder().encode('{"removed":100}');
  const short = new TextEncoder().encode('{"removed":1}');
  return (target, body) => {
    kept?.push(`${target} ${new TextDecoder().decode(body)}`);
    return body.length > 3900 ? answer : short;
  };
}

// The same requests and the same account, or the comparison is worth nothing.
const [requestsOfPlain, requestsOfWasm] = [[], []];
const expected = plain(input, server(requestsOfPlain));
const result = wasm(instance, input, server(requestsOfWasm));
assert.equal(expected.status, "completed");
for (const [member, value] of Object.entries(expected)) assert.equal(result[member], value, member);
assert.deepEqual(requestsOfWasm.sort(), requestsOfPlain.sort());

const times = { plain: [], wasm: [] };
for (let round = 0; round < WARM_UP + ROUNDS; ++round) {
  const send = server();
  const inPlain = await timed(() => plain(input, send));
  const inWasm = await timed(() => wasm(instance, input, send));
  if (round < WARM_UP) continue;
  times.plain.push(inPlain);
  times.wasm.push(inWasm);
}
const load = { compile: [], instantiate: [] };
for (let round = 0; round < ROUNDS; ++round) {
  load.compile.push(await timed(() => ActionModule.fromBytes(bytes)));
  load.instantiate.push(await timed(() => Instance.create(module)));
}

const ms = (values) => `${median(values).toFixed(2).padStart(8)} ms`;
const ratio = median(times.wasm) / median(times.plain);
console.log(`Node ${process.version}, ${cpus()[0]?.model ?? "?"}; medians of ${ROUNDS}`);
console.log(`${IDS} ids, ${requestsOfWasm.length} bodies:`);
console.log(`  plain JavaScript       ${ms(times.plain)}`);
console.log(`  the module             ${ms(times.wasm)}`);
console.log(
  `  module / JavaScript    ${ratio.toFixed(2).padStart(8)}     limit ${LIMIT}${ratio > LIMIT ? "  OVER" : ""}`,
);
console.log("one module:");
console.log(`  judge and compile      ${ms(load.compile)}`);
console.log(`  instantiate            ${ms(load.instantiate)}`);
process.exitCode = ratio > LIMIT ? 1 : 0;
