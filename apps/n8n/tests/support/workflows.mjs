// Workflows and credentials for the tests, as n8n imports them.
import { FIELDS } from "./fields.mjs";
import { NODE_TYPE, TOOL_TYPE } from "./n8n.mjs";

/** A credential for the sandbox. */
export function credential(id, apiKey, baseUrl) {
  const data = { apiKey, environment: "custom", baseUrl };
  return { id, name: id, type: "skipcallApi", data };
}

export function skipcallNode(credentialId, parameters = {}, more = {}) {
  return {
    id: "skipcall",
    name: "Skipcall",
    type: NODE_TYPE,
    typeVersion: 1,
    position: [660, 0],
    parameters: { resource: "sequence", operation: "removeContacts", ...FIELDS, ...parameters },
    credentials: { skipcallApi: { id: credentialId, name: credentialId } },
    ...more,
  };
}

const link = (name) => ({ node: name, type: "main", index: 0 });

const codeNode = (jsCode) => ({
  id: "code",
  name: "Code",
  type: "n8n-nodes-base.code",
  typeVersion: 2,
  position: [550, 0],
  parameters: { jsCode },
});

/**
 * Trigger, rows as items, the node, and what follows its outputs: "Done", and "Left" if there is an error output.
 * before: the code of a Code node before the node.
 */
export function rowsWorkflow(id, rows, node, trigger = manualTrigger, { before } = {}) {
  const hasErrorOutput = node.onError === "continueErrorOutput";
  const noOp = (name, y) => ({
    id: name,
    name,
    type: "n8n-nodes-base.noOp",
    typeVersion: 1,
    position: [880, y],
    parameters: {},
  });
  return {
    id,
    name: id,
    active: false,
    settings: { executionOrder: "v1" },
    nodes: [
      trigger,
      {
        id: "rows",
        name: "Rows",
        type: "n8n-nodes-base.set",
        typeVersion: 3.4,
        position: [220, 0],
        parameters: { mode: "raw", jsonOutput: JSON.stringify({ rows }), options: {} },
      },
      {
        id: "split",
        name: "Split",
        type: "n8n-nodes-base.splitOut",
        typeVersion: 1,
        position: [440, 0],
        parameters: { fieldToSplitOut: "rows", options: {} },
      },
      ...(before === undefined ? [] : [codeNode(before)]),
      node,
      noOp("Done", -100),
      ...(hasErrorOutput ? [noOp("Left", 100)] : []),
    ],
    connections: {
      [trigger.name]: { main: [[link("Rows")]] },
      Rows: { main: [[link("Split")]] },
      Split: { main: [[link(before === undefined ? node.name : "Code")]] },
      ...(before === undefined ? {} : { Code: { main: [[link(node.name)]] } }),
      [node.name]: { main: [[link("Done")], ...(hasErrorOutput ? [[link("Left")]] : [])] },
    },
  };
}

export const manualTrigger = {
  id: "trigger",
  name: "Start",
  type: "n8n-nodes-base.manualTrigger",
  typeVersion: 1,
  position: [0, 0],
  parameters: {},
};

/** The node as a tool, called without a model: n8n's own node for that passes the query as an agent would. */
export function toolWorkflow(id, query, credentialId) {
  // The model fills in the fields.
  const fields = { sequenceId: undefined, contactIds: undefined };
  const tool = skipcallNode(credentialId, fields, { type: TOOL_TYPE, name: "Skipcall" });
  const call = {
    id: "call",
    name: "Call",
    type: "@n8n/n8n-nodes-langchain.toolExecutor",
    typeVersion: 1,
    position: [220, 0],
    parameters: { query: JSON.stringify({ Skipcall: query }), toolName: "Skipcall", node: "Skipcall" },
  };
  return {
    id,
    name: id,
    active: false,
    settings: { executionOrder: "v1" },
    nodes: [manualTrigger, call, tool],
    connections: {
      Start: { main: [[link("Call")]] },
      Skipcall: { ai_tool: [[{ node: "Call", type: "ai_tool", index: 0 }]] },
    },
  };
}

/** Rows come as `rows` of a webhook's body. responseMode: lastNode answers with all items, onReceived at once. */
export function webhookWorkflow(id, path, node, responseMode = "lastNode") {
  const trigger = {
    id: `webhook-${path}`,
    name: "Webhook",
    type: "n8n-nodes-base.webhook",
    typeVersion: 2,
    position: [0, 0],
    webhookId: path,
    parameters: { httpMethod: "POST", path, responseMode, responseData: "allEntries", options: {} },
  };
  const workflow = rowsWorkflow(id, [], node, trigger);
  workflow.nodes = workflow.nodes.filter(({ name }) => name !== "Rows");
  workflow.nodes.find(({ name }) => name === "Split").parameters.fieldToSplitOut = "body.rows";
  workflow.connections.Webhook = { main: [[link("Split")]] };
  delete workflow.connections.Rows;
  return workflow;
}

/** Calls the workflow `called`, and waits for it. */
export function callNode(called) {
  return {
    id: "call",
    name: "Call",
    type: "n8n-nodes-base.executeWorkflow",
    typeVersion: 1.2,
    position: [660, 0],
    parameters: { workflowId: { __rl: true, mode: "id", value: called }, options: {} },
  };
}

/** Called by another workflow: its items go to the node. */
export function subWorkflow(id, node) {
  const trigger = {
    id: "called",
    name: "Called",
    type: "n8n-nodes-base.executeWorkflowTrigger",
    typeVersion: 1.1,
    position: [0, 0],
    parameters: { inputSource: "passthrough" },
  };
  const settings = { executionOrder: "v1" };
  const connections = { Called: { main: [[link(node.name)]] } };
  return { id, name: id, active: false, settings, nodes: [trigger, node], connections };
}
