// How long n8n's event loop is blocked while the node works on many items, and how long the node takes. Its job's lock,
// its heartbeat and every other execution depend on that loop.
//
//     npm run bench:stalls [items]
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { startSandbox } from "skipcall-test-support/sandbox";

import { N8n } from "../tests/support/n8n.mjs";
import { need, packageRoot } from "../tests/support/places.mjs";
import { startPostgres } from "../tests/support/services.mjs";
import { credential, rowsWorkflow, skipcallNode } from "../tests/support/workflows.mjs";

const ITEMS = Number(process.argv[2] ?? 50_000);
const LONGEST_MS = 200;
const TRIES = 4;
const id = (n) => `123e4567-e89b-12d3-a456-${String(n).padStart(12, "0")}`;
const rows = Array.from({ length: ITEMS }, (_, n) => ({ sequenceId: "vip", contactId: id(n) }));
// The first is the default setting; the second is an expression that n8n has to evaluate for each item.
const FIELDS = {
  "plain fields": {},
  "worked out": { sequenceId: "={{ $json.sequenceId.trim() }}", contactIds: "={{ $json.contactId.trim() }}" },
};
const OUTPUTS = { "one output": {}, "error output": { onError: "continueErrorOutput" } };

const missing = await need("postgresql");
if (missing) {
  console.log(`cannot run here: ${missing}`);
  process.exit(1);
}

/**
 * Between two moments: the longest stall, how many were too long, and the longest that n8n's thread worked between
 * turns. On a busy machine a stall is mostly the time in which the thread did not get to run.
 */
function worstOf(lines, from, to) {
  // Only the part of a stall between the moments counts: n8n continues in the turn in which the node ends.
  const seen = lines.flatMap(({ at, stall, busy }) => {
    const within = Math.min(at, to) - Math.max(at - stall, from);
    return within > 0 ? [{ stall: within, busy: Math.min(busy, within) }] : [];
  });
  const worst = (name) => Math.max(0, ...seen.map((line) => line[name]));
  return { stall: worst("stall"), long: seen.filter(({ stall }) => stall > LONGEST_MS).length, busy: worst("busy") };
}

const textOf = ({ stall, long, busy }) =>
  `worst stall ${stall} ms, ${long} over ${LONGEST_MS} ms; busiest turn ${busy} ms`;

/** One execution of the workflow. */
async function measured(n8n, server) {
  rmSync(n8n.env.STALL_FILE, { force: true });
  const before = server.requests().length;
  await n8n.command("execute", "--id=stalls");
  const lines = readFileSync(n8n.env.STALL_FILE, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const moment = (what) => lines.find(({ node }) => node === what).at;
  const [from, to] = [moment("begins"), moment("ends")];
  const requests = server.requests().length - before;
  return { seconds: (to - from) / 1000, requests, node: worstOf(lines, from, to), after: worstOf(lines, to, Infinity) };
}

let postgres, server, n8n;
try {
  postgres = await startPostgres();
  server = await startSandbox({
    keys: [{ key: "sk_test_bench", plan: "EXPERT" }],
    sequences: [{ id: "vip", contacts: [] }],
    switches: { limit: 1_000_000 },
  });
  n8n = await N8n.create(await postgres.database());
  n8n.env.NODE_OPTIONS = `--require=${join(packageRoot, "tests/support/stall_probe.cjs")}`;
  n8n.env.STALL_FILE = join(n8n.folder, "stalls");
  await n8n.import("credentials", [credential("key", "sk_test_bench", server.url)]);
  console.log(`${ITEMS.toLocaleString("en")} items`);
  for (const [fields, parameters] of Object.entries(FIELDS)) {
    for (const [output, settings] of Object.entries(OUTPUTS)) {
      const name = `${fields}, ${output}`;
      await n8n.import("workflow", [rowsWorkflow("stalls", rows, skipcallNode("key", parameters, settings))]);
      // Other programs make any stall longer: the best of several tries shows the node's own part.
      let best;
      for (let tries = 0; tries < TRIES && !(best?.node.stall <= LONGEST_MS); ++tries) {
        const one = await measured(n8n, server);
        if (best === undefined || one.node.stall < best.node.stall) best = one;
      }
      const { seconds, requests, node, after } = best;
      console.log(`${name.padEnd(27)} ${seconds.toFixed(1)} s, ${requests} requests; ${textOf(node)}`);
      console.log(`${"".padEnd(27)} n8n after it: ${textOf(after)}`);
    }
  }
} finally {
  await n8n?.stop();
  await server?.stop();
  await postgres?.stop();
}
