// n8n's side of a node's execution, simulated: items, parameters, a credential, and a server that answers as the test
// says.
import { createRequire } from "node:module";
import { Readable } from "node:stream";

import { Skipcall } from "../../dist/nodes/Skipcall/Skipcall.node.js";
import { properties } from "../../dist/nodes/Skipcall/properties.js";
import { FIELDS } from "./fields.mjs";

// Its ES module does not load in Node.js.
const { NodeHelpers } = createRequire(import.meta.url)("n8n-workflow");

export const CREDENTIAL = { environment: "custom", baseUrl: "https://api.example.com", apiKey: "sk_test_unit_key" };
/** An expression of the test: what n8n would evaluate it to, for each item. */
export const expression = (text, work) => ({ text: `=${text}`, work });

/** Parameters of a workflow as n8n prepares them before the node runs: without what it does not know. */
export function prepared(parameters) {
  const { description } = new Skipcall();
  return NodeHelpers.getNodeParameters(properties, parameters, true, false, { typeVersion: 1 }, description);
}

function worked(value, item, at) {
  if (typeof value === "object" && value !== null && "work" in value) return value.work(item?.json ?? {}, at);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => worked(one, item, at));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, worked(one, item, at)]));
}

function raw(value) {
  if (typeof value === "object" && value !== null && "work" in value) return value.text;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(raw);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, raw(one)]));
}

/**
 * rows: the json of each item; item: what else each has; parameters: plain values and expressions; credential: its
 * data, or a function of an item's number; answer(request): returns { status, body, headers }, or throws as n8n would.
 */
export function contextOf(rows, given = {}) {
  const { parameters = {}, credential = CREDENTIAL, answer = () => ({ status: 200, body: '{"removed":1}' }) } = given;
  const items = rows.map((json) => ({ ...given.item, json }));
  const all = { ...FIELDS, options: {}, ...parameters };
  const context = {
    hints: [],
    requests: [],
    asked: 0,
    getInputData: () => items,
    getNode: () => ({ id: "1", name: "Skipcall", type: "n8n-nodes-skipcall.skipcall", typeVersion: 1, ...given.node }),
    isToolExecution: () => given.asTool === true,
    evaluateExpression: given.evaluate ?? (() => 1),
    runExecutionData: given.runExecutionData,
    continueOnFail: () => given.node?.onError?.startsWith("continue") ?? given.node?.continueOnFail === true,
    getExecutionCancelSignal: () => given.signal,
    getExecutionId: () => "1",
    getExecutionContext: () => given.executionContext,
    getExecutionDataById: given.executionData ?? (async () => undefined),
    getWorkflowSettings: () => given.settings ?? {},
    getTimezone: () => "Europe/Paris",
    getCredentials: async (_, at = 0) => (typeof credential === "function" ? credential(at) : credential),
    addExecutionHints: (...hints) => context.hints.push(...hints),
    getNodeParameter(name, at, fallback, options) {
      const value = name in all ? all[name] : fallback;
      if (options?.rawExpressions) return raw(value);
      context.asked += 1;
      return worked(value, items[at], at);
    },
    helpers: {
      async httpRequestWithAuthentication(type, options, { credentialsDecrypted } = {}) {
        const { apiKey } = credentialsDecrypted?.data ?? (await context.getCredentials(type)); // as n8n does
        context.requests.push({ ...options, apiKey, body: JSON.parse(String(options.body)) });
        const { status, body = "", headers = {} } = await answer(options, context);
        return { statusCode: status, headers, body: Readable.from(body === "" ? [] : [Buffer.from(body)]) };
      },
    },
  };
  return context;
}

/** Runs the node. { out, error, hints, requests, context }: out is its one output, as the node gives it. */
export async function execute(rows, given) {
  const context = contextOf(rows, given);
  try {
    const [out] = await new Skipcall().execute.call(context);
    return { out, hints: context.hints, requests: context.requests, context };
  } catch (error) {
    return { error, hints: context.hints, requests: context.requests, context };
  }
}

/** How n8n distributes the items: [success, error]. */
export function routed(out) {
  return [out.filter((item) => !item.error), out.filter((item) => item.error)];
}
