// Outcomes as n8n's items.
import type { IDataObject, INodeExecutionData } from "n8n-workflow";

import { isResult, isTaken, resultsForOthers } from "./earlier";
import { eachInSlices, type Execution } from "./execution";
import { ItemFailures } from "./failures";
import type { Outcome } from "./outcomes";
import { hasKey, plain } from "./quote";
import { itemText } from "./summary";

const NOTHING_TO_DO = "Nothing to do: the list of contact IDs is empty.";

/** A value of the row as it goes on to other nodes. */
export function passedOn(value: unknown): unknown {
  return hasKey(value) ? plain(String(value)) : value;
}

/** What an item gets under the one name. */
export function resultOf(outcome: Outcome): IDataObject {
  const { sequenceId, requested, confirmed, retryable, retryAt, contactIds } = outcome;
  return {
    outcome: outcome.outcome,
    cause: outcome.reason?.cause ?? null,
    message: itemText(outcome)?.[1] ?? (outcome.outcome === "empty" ? NOTHING_TO_DO : null),
    requested,
    confirmed,
    retryable,
    retryAt,
    sequenceId: passedOn(sequenceId) as IDataObject[string],
    contactIds: (contactIds?.map(passedOn) ?? null) as IDataObject[string],
  };
}

/** The row without the `error` and `message` that belong to one of these results. */
function rowWithout(results: readonly unknown[], json: IDataObject): IDataObject {
  const row = { ...json };
  const { error, message } = json;
  if (typeof message !== "string") return row;
  if (!results.some((one) => isResult(one) && one.message === message)) return row;
  delete row.message;
  if (typeof error === "string" && message.startsWith(error)) delete row.error;
  return row;
}

/**
 * The row's data as they came, the result beside them, and for n8n's users `error` and `message` if it has none. Those of
 * an earlier node with another field are replaced, but stay if this one has nothing to report: they are still true.
 */
function jsonOf(json: IDataObject, outcome: Outcome, field: string): IDataObject {
  const told = itemText(outcome);
  const row = rowWithout(told === undefined ? [json[field]] : Object.values(json), json);
  const added = told === undefined ? {} : { error: told[0], message: told[1] };
  // Not beside it, where the result of another node would pass for this one's.
  const earlier = resultsForOthers(json[field], outcome.sequenceId);
  if (isTaken(json, field) && !isResult(json[field]) && earlier.length === 0) return { ...added, ...row };
  return { ...added, ...row, [field]: { ...resultOf(outcome), ...(earlier.length === 0 ? {} : { earlier }) } };
}

/** Where items go that are not done: `failures`: the error output; `all`: the one output; `none`: nowhere. */
export type Undone = ItemFailures | "all" | "none";

/** The items for the node's output, paired with theirs. */
export async function itemsOf(
  inputs: readonly INodeExecutionData[],
  outcomes: readonly Outcome[],
  field: string,
  undone: Undone,
  execution: Execution,
): Promise<INodeExecutionData[]> {
  // Grown by push: n8n takes items off the front one by one, which takes seconds for an array of a fixed size.
  const items: INodeExecutionData[] = [];
  await eachInSlices(outcomes, execution, (outcome, at) => {
    const input = inputs[at] ?? { json: {} };
    const item: INodeExecutionData = {
      ...input,
      json: jsonOf(input.json ?? {}, outcome, field),
      pairedItem: { item: at },
    };
    delete item.error; // of a node before this one; n8n would treat it as ours
    if (outcome.reason !== null && undone instanceof ItemFailures) {
      // n8n routes by `error` and then replaces the data of an item that still has it by the message alone. It copies
      // the item in between, so a non-enumerable `error` is seen by the first step and not by the second.
      const value = undone.of(outcome, outcome.reason, at);
      Object.defineProperty(item, "error", { value, enumerable: false });
    }
    if (outcome.reason === null || undone !== "none") items.push(item);
  });
  return items;
}
