// 1,000 items in real n8n: this node against n8n's HTTP Request node with one call per item. Times are n8n's own, for
// the node alone; the sandbox counts the requests.
//
//     npm run bench
import { startSandbox } from "skipcall-test-support/sandbox";
import { N8n } from "../tests/support/n8n.mjs";
import { need } from "../tests/support/places.mjs";
import { startPostgres } from "../tests/support/services.mjs";
import { credential, rowsWorkflow, skipcallNode } from "../tests/support/workflows.mjs";

const ITEMS = 1000;
const LATENCY_MS = 50;
const id = (n) => `123e4567-e89b-12d3-a456-${String(n).padStart(12, "0")}`;
const rows = Array.from({ length: ITEMS }, (_, n) => ({ sequenceId: "vip", contactId: id(n) }));

/** The way without this package: each item is a request. */
function httpNode(url) {
  return {
    id: "http",
    name: "HTTP Request",
    type: "n8n-nodes-base.httpRequest",
    typeVersion: 4.2,
    position: [660, 0],
    onError: "continueErrorOutput",
    parameters: {
      method: "DELETE",
      url: `=${url}/v1/sequences/{{ $json.sequenceId }}/contacts`,
      authentication: "predefinedCredentialType",
      nodeCredentialType: "skipcallApi",
      sendBody: true,
      specifyBody: "json",
      jsonBody: "={{ JSON.stringify({ contactIds: [$json.contactId] }) }}",
      options: {},
    },
    credentials: { skipcallApi: { id: "key", name: "key" } },
  };
}

const missing = await need("postgresql");
if (missing) {
  console.log(`cannot run here: ${missing}`);
  process.exit(1);
}

const postgres = await startPostgres();
const sandbox = () =>
  startSandbox({
    keys: [{ key: "sk_test_bench", plan: "EXPERT" }],
    sequences: [{ id: "vip", contacts: rows.map(({ contactId }) => contactId) }],
    switches: { latencyMs: LATENCY_MS },
  });

/** One workflow in its own n8n with its own sandbox, so that neither finds a limit used up by the other. */
async function measure(name, nodeOf) {
  const server = await sandbox();
  const n8n = await N8n.create(await postgres.database());
  try {
    const node = nodeOf(server.url);
    await n8n.import("credentials", [credential("key", "sk_test_bench", server.url)]);
    await n8n.import("workflow", [rowsWorkflow("bench", rows, node)]);
    const { items, times } = await n8n.execute("bench");
    const figures = { requests: server.requests().length, ms: times[node.name], done: items.Done[0].length };
    console.log(
      `${name.padEnd(13)} ${figures.requests} requests, ${(figures.ms / 1000).toFixed(2)} s, ${figures.done} of ${ITEMS} items done`,
    );
    return figures;
  } finally {
    await n8n.stop();
    await server.stop();
  }
}

try {
  console.log(`${ITEMS} items, 1,000 requests a minute, ${LATENCY_MS} ms per response`);
  const ours = await measure("Skipcall", () => skipcallNode("key", {}, { onError: "continueErrorOutput" }));
  const theirs = await measure("HTTP Request", httpNode);
  console.log(
    `ratio         ${(theirs.requests / ours.requests).toFixed(0)} times fewer requests, ${(theirs.ms / ours.ms).toFixed(1)} times faster`,
  );
} finally {
  await postgres.stop();
}
