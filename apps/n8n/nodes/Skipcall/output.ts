// Outcomes as n8n's items.
import type { IDataObject, INodeExecutionData } from "n8n-workflow";

import type { ItemFailures } from "./failures";
import { isDone, type Outcome } from "./outcomes";

/** The row's own data with the outcome on top, paired with its item. */
function itemOf(input: INodeExecutionData, outcome: Outcome, at: number): INodeExecutionData {
  return { ...input, json: { ...input.json, ...(outcome as unknown as IDataObject) }, pairedItem: { item: at } };
}

/**
 * One item for each input item. failures: the error output is chosen, so items that are not done get `error`, by which
 * n8n routes them there.
 */
export function itemsOf(
  inputs: readonly INodeExecutionData[],
  outcomes: readonly Outcome[],
  failures: ItemFailures | undefined,
): INodeExecutionData[] {
  return outcomes.map((outcome, at) => {
    const item = itemOf(inputs[at] ?? { json: {} }, outcome, at);
    if (failures === undefined || isDone(outcome)) return item;
    // n8n routes by `error` and then replaces the data of an item that still has it by the message alone. It copies the
    // item in between, so an `error` that is not enumerable is seen by the one and not by the other.
    return Object.defineProperty(item, "error", { value: failures.of(outcome, at), enumerable: false });
  });
}
