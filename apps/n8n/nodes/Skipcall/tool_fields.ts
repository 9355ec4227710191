// What a tool of an AI agent cannot know: n8n evaluates its expressions for the first of the agent's items, whichever the
// agent works on, and newer agents put the model's arguments over the item's fields.
import type { IExecuteFunctions, INodeExecutionData } from "n8n-workflow";

import { isExpression } from "./expression";
import { FIELDS } from "./generated/manifest";
import { quoted } from "./quote";
import { configurationReason, type Reason } from "./reasons";

const PARAMETERS = { sequenceId: FIELDS.sequenceId.title, contactIds: FIELDS.contactIds.title, options: "Options" };

/** Where an expression depends on the item. */
const OF_ITEM = /\$(?:json|binary|input|node|itemIndex)\b|\.(?:item|pairedItem)\b/;
/** The item of another node that belongs to this one. */
const PAIRED = /(\$\(\s*(?:'[^']+'|"[^"]+"|`[^`]+`)\s*\))\s*\.(?:item|pairedItem)\b/g;

function expressionsOf(raw: unknown): string[] {
  if (typeof raw === "object" && raw !== null) return Object.values(raw).flatMap(expressionsOf);
  return isExpression(raw) ? [raw] : [];
}

/** How many items the input or another node has. */
function countOf(context: IExecuteFunctions, node: string): number {
  try {
    return Number(context.evaluateExpression(`{{ ${node}.all().length }}`, 0));
  } catch {
    return 0; // without that node, the field cannot be evaluated either
  }
}

/** What n8n keeps of a node's run; its types do not say so. */
interface Run {
  source?: readonly ({ previousNode: string; previousNodeRun?: number } | null)[];
  inputOverride?: { ai_tool?: INodeExecutionData[][] };
}

/**
 * The names of the arguments of this call, and of the calls by which an agent called the agent that made it: n8n puts
 * them all into the item.
 */
function argumentsOf(context: IExecuteFunctions): string[] {
  const { runExecutionData: data, runIndex } = context as unknown as {
    runExecutionData?: { resultData?: { runData?: Record<string, Run[]> } };
    runIndex?: number;
  };
  const namesOf = (node: string, index = 0): string[] => {
    const run = data?.resultData?.runData?.[node]?.[index];
    const given = run?.inputOverride?.ai_tool?.[0]?.[0]?.json;
    if (given === undefined) return [];
    const caller = run?.source?.[0];
    return [...Object.keys(given), ...(caller ? namesOf(caller.previousNode, caller.previousNodeRun) : [])];
  };
  return namesOf(context.getNode().name, runIndex);
}

function readsField(expression: string, name: string): boolean {
  const escaped = name.replace(/\W/g, "\\$&");
  return new RegExp(`json\\s*(?:\\??\\.\\s*${escaped}(?!\\w)|(?:\\?\\.)?\\[\\s*['"\`]${escaped}['"\`])`).test(
    expression,
  );
}

function doubtIn(context: IExecuteFunctions, title: string, expression: string): Reason | undefined {
  // Newer agents give the tool the item that they work on, with the arguments in it; with older ones, the input is theirs.
  const isOwnItem = context.getInputData()[0]?.json?.toolCallId !== undefined;
  const nodes = isOwnItem ? Array.from(expression.matchAll(PAIRED), ([, node = ""]) => node) : ["$input"];
  const count = Math.max(0, ...nodes.map((node) => countOf(context, node)));
  if (count > 1) {
    const advice = isOwnItem
      ? "Take it from the item that the agent works on: {{ $json.… }}."
      : "Put Loop Over Items, with a Batch Size of 1, before the agent.";
    return configurationReason(
      `${title}: of ${count.toLocaleString("en")} items, n8n takes the first in a tool, whichever the agent works on`,
      `Nothing was sent. ${advice}`,
    );
  }
  const taken = (isOwnItem ? argumentsOf(context) : []).find((name) => readsField(expression, name));
  if (taken === undefined) return undefined;
  return configurationReason(
    `${title}: the model gave the argument ${quoted(taken)}, which n8n puts in place of the item's field of this name`,
    "Nothing was sent. Call the tool without this argument, or rename the item's field before the agent.",
  );
}

/** Why a parameter of the tool may be another item's, or the model's own, or undefined. */
export function doubtfulParameter(context: IExecuteFunctions): Reason | undefined {
  for (const [name, title] of Object.entries(PARAMETERS)) {
    const raw = context.getNodeParameter(name, 0, "", { rawExpressions: true });
    const ofItem = expressionsOf(raw).filter((expression) => OF_ITEM.test(expression));
    const doubt = ofItem.map((expression) => doubtIn(context, title, expression)).find((one) => one !== undefined);
    if (doubt !== undefined) return doubt;
  }
  return undefined;
}
