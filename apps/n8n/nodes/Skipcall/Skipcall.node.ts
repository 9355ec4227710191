import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from "n8n-workflow";
import { NodeConnectionTypes, NodeOperationError } from "n8n-workflow";

import { ItemFailures, runFailure } from "./failures";
import { removalOf, type Removal } from "./items";
import { outcomesOf, outcomesUnknown } from "./outcomes";
import { itemsOf } from "./output";
import { properties } from "./properties";
import { CREDENTIAL, removeContacts } from "./run";
import type { Result } from "./result";
import { actionOptions, connectionOf, type NodeOptions, timeLeft } from "./settings";
import { adviceOf, summaryOf } from "./summary";
import { type ToolAnswer, tooMany, toolAnswer, toolRefusal } from "./tool";

/** The removal of each item, from its fields. */
function removalsOf(context: IExecuteFunctions, items: readonly INodeExecutionData[]): Removal[] {
  return items.map((_, at) =>
    removalOf(context.getNodeParameter("sequenceId", at, ""), context.getNodeParameter("contactIds", at, "")),
  );
}

async function run(context: IExecuteFunctions, removals: readonly Removal[], skipBadIds: boolean): Promise<Result> {
  const options = context.getNodeParameter("options", 0, {}) as NodeOptions;
  const connection = connectionOf(await context.getCredentials(CREDENTIAL));
  const chosen = actionOptions(options, timeLeft(context, Date.now()), skipBadIds);
  return await removeContacts(context, removals, chosen, connection);
}

function textOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** One compact item, and no throw: a model is to read what happened. */
async function runAsTool(context: IExecuteFunctions): Promise<ToolAnswer> {
  let removals: Removal[] = [];
  try {
    removals = removalsOf(context, context.getInputData());
    const refusal = tooMany(removals);
    if (refusal !== undefined) return toolRefusal(removals, "invalid-input", refusal);
    const result = await run(context, removals, false);
    const message = [summaryOf(result), ...result.errors.map(adviceOf)].join(" ");
    return toolAnswer(outcomesOf(removals, result), message);
  } catch (thrown) {
    return toolRefusal(removals, "internal", `The tool could not run: ${textOf(thrown)}`);
  }
}

export class Skipcall implements INodeType {
  description: INodeTypeDescription = {
    displayName: "Skipcall",
    name: "skipcall",
    icon: { light: "file:../../icons/skipcall.svg", dark: "file:../../icons/skipcall.dark.svg" },
    group: ["output"],
    version: 1,
    subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
    description: "Remove contacts from Skipcall sequences, thousands at a time, at the pace of the API",
    defaults: { name: "Skipcall" },
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    usableAsTool: true,
    credentials: [{ name: "skipcallApi", required: true }],
    properties,
  };

  /** All items are one run: the module groups, deduplicates, cuts into requests and keeps to the API's pace. */
  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    if (this.isToolExecution() || this.getNode().type.endsWith("Tool")) {
      return [[{ json: (await runAsTool(this)) as unknown as IDataObject, pairedItem: { item: 0 } }]];
    }
    const items = this.getInputData();
    const node = this.getNode();
    const goesOn = this.continueOnFail();
    const removals = removalsOf(this, items);
    const hasErrorOutput = node.onError === "continueErrorOutput";
    let result: Result;
    try {
      result = await run(this, removals, goesOn);
    } catch (thrown) {
      if (!goesOn) throw new NodeOperationError(node, textOf(thrown), { itemIndex: 0 });
      const errors = [
        {
          cause: "internal",
          code: null,
          httpStatus: null,
          retryable: false,
          retryAt: null,
          message: textOf(thrown),
          apiMessage: null,
        },
      ];
      const unknown = outcomesUnknown(removals, "internal");
      return [itemsOf(items, unknown, hasErrorOutput ? new ItemFailures(node, errors) : undefined)];
    }
    const outcomes = outcomesOf(removals, result);
    this.addExecutionHints({ message: summaryOf(result), type: "info", location: "outputPane" });
    if (result.status !== "completed" && !goesOn) throw runFailure(node, result, outcomes);
    return [itemsOf(items, outcomes, hasErrorOutput ? new ItemFailures(node, result.errors) : undefined)];
  }
}
