// The one error that a run becomes, and those of single items on the error output.
import { NodeApiError, NodeOperationError } from "n8n-workflow";
import type { INode } from "n8n-workflow";

import type { Outcome } from "./outcomes";
import type { Reason } from "./reasons";
import { itemText, type Told } from "./summary";

/** Causes other than the API. */
const OUR_OWN: ReadonlySet<string> = new Set(["invalid-input", "configuration", "cancelled", "deadline", "internal"]);

/**
 * Words for which n8n replaces an error's whole message, also that of a sub-workflow, or calls the execution canceled. A
 * row's value may contain one: the status "canceled", a sequence "preexisting".
 */
const N8N_WORDS =
  /cancell?ed|EACCES|EADDRNOTAVAIL|EAI_AGAIN|ECONNABORTED|ECONNREFUSED|ECONNRESET|EEXIST|EHOSTUNREACH|EISDIR|ENOENT|ENOTDIR|ENOTFOUND|EPERM|ERRADDRINUSE|ETIMEDOUT|GETADDRINFO/gi;

export type NodeFailure = NodeApiError | NodeOperationError;

function failureOf(node: INode, reason: Reason, headline: string, advice: string, itemIndex: number): NodeFailure {
  const message = headline.replace(N8N_WORDS, (word) => `${word.slice(0, 3)}…`);
  const description = message === headline ? advice : `${headline}. ${advice}`;
  if (OUR_OWN.has(reason.cause)) return new NodeOperationError(node, message, { description, itemIndex });
  // Message, description and status are set: otherwise n8n would guess them, from words and keys that it finds.
  const httpCode = reason.httpStatus === null ? "none" : String(reason.httpStatus);
  return new NodeApiError(node, { message }, { message, description, httpCode, itemIndex });
}

/** The run as one error. */
export function runFailure(node: INode, { reason, headline, description, items }: Told): NodeFailure {
  return failureOf(node, reason, headline, description, items[0] ?? 0);
}

/** The errors of items that go to the error output; items with the same text share one. */
export class ItemFailures {
  private readonly made = new Map<string, NodeFailure>();

  constructor(private readonly node: INode) {}

  of(outcome: Outcome, reason: Reason, itemIndex: number): NodeFailure {
    const [headline = reason.headline, message = headline] = itemText(outcome) ?? [];
    const known = this.made.get(message);
    if (known !== undefined) return known;
    const failure = failureOf(this.node, reason, headline, reason.advice, itemIndex);
    this.made.set(message, failure);
    return failure;
  }
}
