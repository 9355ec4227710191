import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from "n8n-workflow";
import { NodeConnectionTypes } from "n8n-workflow";

import { Execution } from "./execution";
import { ItemFailures, runFailure } from "./failures";
import type { Removal } from "./items";
import { type AnyN8n, isTool } from "./older_n8n";
import { itemsOf, type Undone } from "./output";
import { properties } from "./properties";
import type { Reason } from "./reasons";
import { Removing } from "./report";
import { countsOf, toldOf } from "./summary";
import { toolAnswer, tooMany } from "./tool";
import { doubtfulParameter } from "./tool_fields";

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
    const node = this.getNode();
    const execution = new Execution(this);
    if (isTool(this)) {
      const refuse = (rows: readonly Removal[]): Reason | undefined => doubtfulParameter(this) ?? tooMany(rows);
      const report = await new Removing(this, execution, false, refuse).report();
      return [[{ json: toolAnswer(report), pairedItem: { item: 0 } }]];
    }
    const skipsBadIds = this.continueOnFail();
    // n8n goes on for the older setting whatever the newer one says, and would pass the items on as they came.
    const goesOn = skipsBadIds || node.continueOnFail === true;
    const report = await new Removing(this, execution, skipsBadIds).report();
    const { outcomes, result, resultField } = report;
    const told = toldOf(report);
    // If bad IDs are skipped and there are no others, it is the wrong column.
    const isNothingDone = result?.unique === 0 && outcomes.every(({ reason }) => reason !== null);
    if (told !== undefined && !goesOn && (isNothingDone || result?.status !== "completed")) {
      throw runFailure(node, told);
    }
    const counts = countsOf(report);
    const message = told === undefined ? counts : `${told.headline}. ${told.description} ${counts}`.trim();
    (this as AnyN8n).addExecutionHints?.({
      message,
      type: told === undefined ? "info" : "warning",
      location: "outputPane",
    });
    let undone: Undone = goesOn ? "all" : "none";
    if (node.onError === "continueErrorOutput") undone = new ItemFailures(node);
    return [await itemsOf(this.getInputData(), outcomes, resultField, undone, execution)];
  }
}
