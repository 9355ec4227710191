// The one error that a run becomes, and those of single items on the error output.
import { NodeApiError, NodeOperationError } from "n8n-workflow";
import type { INode } from "n8n-workflow";

import { isDone, type Outcome } from "./outcomes";
import type { ErrorEntry, Result } from "./result";
import { adviceOf, itemsText, itemText, summaryOf } from "./summary";

/** Causes that are not the API's. */
const OUR_OWN: ReadonlySet<string> = new Set(["invalid-input", "configuration", "cancelled", "internal"]);

export type NodeFailure = NodeApiError | NodeOperationError;

function failureOf(
  node: INode,
  error: ErrorEntry | undefined,
  message: string,
  description: string,
  itemIndex: number,
): NodeFailure {
  if (error === undefined || OUR_OWN.has(error.cause)) {
    return new NodeOperationError(node, message, { description, itemIndex });
  }
  // Message, description and status are given: n8n would guess them otherwise, from words and keys that it finds.
  const httpCode = error.httpStatus === null ? "none" : String(error.httpStatus);
  return new NodeApiError(node, { message }, { message, description, httpCode, itemIndex });
}

/** The run as one error: which items are not done, how many ids, why, and what to do next. */
export function runFailure(node: INode, result: Result, outcomes: readonly Outcome[]): NodeFailure {
  const open = outcomes.flatMap((outcome, at) => (isDone(outcome) ? [] : [at]));
  const bad = open.filter((at) => outcomes[at]?.outcome === "invalid" || outcomes[at]?.outcome === "partial");
  const told = result.errors.find((one) => one.cause === result.stoppedBy) ?? result.errors[0];
  const isInput = result.stoppedBy === "invalid-input" || told === undefined;
  const named = isInput && bad.length > 0 ? bad : open;
  const message = isInput
    ? `Some ids are not valid: ${itemsText(named)}`
    : `Not all contacts are confirmed: ${itemsText(named)}`;
  const advice = result.errors.map(adviceOf).join(" ");
  return failureOf(node, told, message, `${summaryOf(result)} ${advice}`.trim(), named[0] ?? 0);
}

/** The errors of items that go to the error output; items of the same cause and text share one. */
export class ItemFailures {
  private readonly made = new Map<string, NodeFailure>();

  constructor(
    private readonly node: INode,
    private readonly errors: readonly ErrorEntry[],
  ) {}

  of(outcome: Outcome, itemIndex: number): NodeFailure {
    const text = itemText(outcome, this.errors);
    const key = `${outcome.cause ?? ""} ${text}`;
    const known = this.made.get(key);
    if (known !== undefined) return known;
    const error = this.errors.find((one) => one.cause === outcome.cause);
    const isOwn = outcome.outcome === "invalid";
    const failure = failureOf(this.node, isOwn ? undefined : error, text, "", itemIndex);
    this.made.set(key, failure);
    return failure;
  }
}
