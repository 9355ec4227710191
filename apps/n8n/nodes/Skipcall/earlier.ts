// The result that this node, or another one like it, has left on an item before: in an earlier round of a loop, or for
// another sequence.
import type { IDataObject } from "n8n-workflow";

import { isNothing } from "./items";

export function isResult(value: unknown): value is IDataObject {
  if (typeof value !== "object" || value === null) return false;
  return "outcome" in value && "requested" in value && "contactIds" in value && "sequenceId" in value;
}

/** A row has something in a field. A sheet's column for the result is there in every row, and empty at first. */
export function isTaken(json: IDataObject, field: string): boolean {
  return Object.hasOwn(json, field) && !isNothing(json[field]);
}

function isFor(sequenceId: unknown, { sequenceId: earlier }: IDataObject): boolean {
  if (earlier === null || earlier === sequenceId) return true; // null: the item was not read
  return JSON.stringify(earlier) === JSON.stringify(sequenceId);
}

/** What a node in between has left of a result. Without the sequence it may be for any. */
function isShortened(value: unknown): value is IDataObject {
  const { outcome } = (value ?? {}) as { outcome?: unknown };
  return outcome === "confirmed" || outcome === "checked" || outcome === "empty";
}

/** The results in a field that are for other sequences, one for each. Those for the same one can be replaced. */
export function resultsForOthers(value: unknown, sequenceId: unknown): IDataObject[] {
  if (!isResult(value)) return isShortened(value) ? [value] : [];
  const { earlier, ...last } = value;
  const results: unknown[] = [...(Array.isArray(earlier) ? (earlier as unknown[]) : []), last];
  return results.filter((one) => !isResult(one) || !isFor(sequenceId, one)) as IDataObject[];
}
