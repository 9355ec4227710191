// A flow around the node in the runtime of node-red-node-test-helper, and the sandbox it talks to.
import { startSandbox } from "skipcall-test-support/sandbox";
import { contactIds } from "./ids.mjs";
import { installNodeRed, packageRoot } from "./install_node_red.mjs";

const require = installNodeRed();
const helper = require("node-red-node-test-helper");
const nodes = require(`${packageRoot}nodes/skipcall.js`);
const catchNode = require("@node-red/nodes/core/common/25-catch.js");
helper.init(require.resolve("node-red"));

export { contactIds };
export const KEY = "sk_test_node_red_0123456789";

/** sequences: ids of contacts by sequence. */
export async function sandboxOf(sequences, switches = {}) {
  const list = Object.entries(sequences).map(([id, contacts]) => ({ id, contacts }));
  return startSandbox({ keys: [{ key: KEY, plan: "EXPERT" }], sequences: list, switches });
}

export const DEFAULTS = { sequence: "", contactColumn: "contactId", sequenceColumn: "sequenceId" };

export function flowOf(sandbox, definition = {}) {
  return [
    { id: "account", type: "skipcall-account", baseUrl: sandbox.url },
    {
      ...{ id: "remove", type: "skipcall-remove-contacts", z: "flow", account: "account" },
      ...{ ...DEFAULTS, ...definition, wires: [["removed"], ["notRemoved"], ["progress"]] },
    },
    ...["removed", "notRemoved", "progress"].map((id) => ({ id, type: "helper", z: "flow" })),
    { id: "flow", type: "tab" },
    { id: "catch", type: "catch", z: "flow", x: 1, y: 1, scope: null, uncaught: false, wires: [["caught"]] },
    { id: "caught", type: "helper", z: "flow" },
  ];
}

/** Runs the flow, and ends it whatever comes. */
export async function withFlow(sandbox, definition, use) {
  const flow = await runFlow(sandbox, definition);
  try {
    await use(flow);
  } finally {
    await flow.end();
  }
  return flow.out;
}

/** Runs the flow, with more nodes of the kind: their ids and wires. What comes out is in `out`. */
export async function runFlow(sandbox, definition, { key = KEY, more = [] } = {}) {
  await helper.startServer();
  const flow = flowOf(sandbox, definition);
  const copies = more.map((one) => ({ ...flow.find(({ id }) => id === "remove"), ...one }));
  await helper.load([nodes, catchNode], [...flow, ...copies], { account: { key } });
  const node = helper.getNode("remove");
  const out = { removed: [], notRemoved: [], progress: [], caught: [], status: [] };
  for (const id of ["removed", "notRemoved", "progress", "caught"]) {
    helper.getNode(id).on("input", (message) => out[id].push(message));
  }
  node.on("call:status", (call) => out.status.push(call.args[0]));
  return {
    node,
    out,
    send: (message, id = "remove") => helper.getNode(id).receive(message),
    /** Waits until a check holds. */
    until: async (check, seconds = 60) => {
      const end = Date.now() + seconds * 1000;
      while (!check(out)) {
        if (Date.now() > end) throw new Error(`not within ${seconds} s: ${JSON.stringify(out).slice(0, 2000)}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    end: async () => {
      await helper.unload();
      await new Promise((resolve) => helper.stopServer(resolve));
    },
  };
}
