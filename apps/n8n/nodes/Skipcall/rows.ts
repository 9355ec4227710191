// Reads the node's two fields for each item, in slices: n8n takes a millisecond or more for an expression.
import type { IExecuteFunctions, INodeExecutionData } from "n8n-workflow";

import { doubtfulSequence, type FieldText, type FieldTexts, fieldless, misnamed, unreadable } from "./bad_rows";
import { eachInSlices, type Execution } from "./execution";
import { expressionText, hasExpression, isExpression } from "./expression";
import { lookalike, pathOf, valueAt } from "./field_path";
import { FIELDS } from "./generated/manifest";
import { contactIdsOf, type Removal, sequenceIdOf } from "./items";
import { isTool } from "./older_n8n";
import { quoted } from "./quote";
import { configurationReason, type Reason } from "./reasons";
import type { ActionOptions } from "./settings";

/** One item's removal; bad: why it cannot be sent, if that is known before the module sees it. */
export interface Row extends Removal {
  bad?: Reason;
}

type FieldName = keyof typeof FIELDS;

/** What an expression begins with, where a field has it without braces. */
const VARIABLE = /^\{?\s*\$((json|input|node|items?)\b|\()/;

function rawOf(context: IExecuteFunctions, name: FieldName): unknown {
  return context.getNodeParameter(name, 0, "", { rawExpressions: true });
}

function textOf(context: IExecuteFunctions, name: FieldName): FieldText {
  const raw = rawOf(context, name);
  const { title } = FIELDS[name];
  if (!hasExpression(raw)) return { title, expression: undefined };
  const text = expressionText(raw) ?? JSON.stringify(raw);
  const isFilledIn = text.includes("$fromAI(") && isTool(context); // by a model, which does not see the expression
  return { title, expression: text === "" || isFilledIn ? undefined : text };
}

/** Why a field cannot be what is meant, or undefined: n8n evaluates only braces, and only behind an =. */
export function unevaluatedField(context: IExecuteFunctions): Reason | undefined {
  for (const name of ["sequenceId", "contactIds"] as const) {
    const raw = rawOf(context, name);
    if (typeof raw !== "string") continue;
    const text = expressionText(raw) ?? raw;
    const hasBraces = text.includes("{{");
    if (isExpression(raw) ? hasBraces || !VARIABLE.test(text) : !hasBraces && !VARIABLE.test(text)) continue;
    const switched = isExpression(raw) ? "" : " Switch the field from Fixed to Expression.";
    return configurationReason(
      `${FIELDS[name].title} is the text ${quoted(text)}, which n8n does not evaluate`,
      `Nothing was sent.${switched}${hasBraces ? "" : " Put {{ and }} around it."}`,
    );
  }
  return undefined;
}

/** The fields as a user sees them. */
export function fieldTexts(context: IExecuteFunctions): FieldTexts {
  return { sequenceId: textOf(context, "sequenceId"), contactIds: textOf(context, "contactIds") };
}

interface Reader {
  read: (at: number) => unknown;
  /** Of the item's field that is the value; undefined: it is something else. */
  path?: readonly string[];
}

/** Reads a field of an item, asking n8n only if needed. */
function readerOf(context: IExecuteFunctions, items: readonly INodeExecutionData[], name: FieldName): Reader {
  const ask = (at: number): unknown => context.getNodeParameter(name, at, "");
  const raw = rawOf(context, name);
  if (!hasExpression(raw)) {
    const value = ask(0);
    return { read: () => value };
  }
  const path = isTool(context) ? undefined : pathOf(raw); // a tool's item may be the model's arguments
  return path === undefined ? { read: ask } : { read: (at) => valueAt(items[at]?.json, path), path };
}

/** The rows of the items up to where the execution is over. An item that cannot be read is a bad row. */
export async function readRows(
  context: IExecuteFunctions,
  items: readonly INodeExecutionData[],
  fields: FieldTexts,
  execution: Execution,
): Promise<Row[]> {
  const readers = (["sequenceId", "contactIds"] as const).map((name) => ({
    field: fields[name],
    ...readerOf(context, items, name),
  }));
  const rows: Row[] = [];
  for (let at = 0; at < items.length; ++at) {
    if (execution.due) await execution.pause();
    if (execution.over) break;
    const values: unknown[] = [];
    let bad: Reason | undefined;
    for (const { field, read, path } of readers) {
      try {
        const value = read(at);
        values.push(value);
        if (value === undefined) bad ??= fieldless(field, items[at]?.json);
        if (value === undefined && path !== undefined) bad ??= misnamed(field, lookalike(items[at]?.json, path));
      } catch (thrown) {
        values.push(null);
        bad ??= unreadable(field, thrown);
      }
    }
    const row: Row = { sequenceId: sequenceIdOf(values[0]), contactIds: await contactIdsOf(values[1], execution) };
    bad ??= doubtfulSequence(values[0], row.sequenceId, fields);
    if (bad !== undefined) {
      row.bad = bad;
      if (row.contactIds.length === 0) row.contactIds = [null]; // it counts, though it names nobody
    }
    rows.push(row);
  }
  return rows;
}

/** An id is far shorter; a longer string would keep the module from reading the input at all. */
const LONGEST_ID = 4096;

/** A value that the module can read, so that only this one is bad: half of a character would end the whole run. */
function readable(value: unknown): string | null {
  return typeof value === "string" && value.length <= LONGEST_ID && !/\p{Surrogate}/u.test(value) ? value : null;
}

/**
 * The rows as the action's input, written in slices. A bad one has no sequence there, so that the module counts it and
 * leaves it out.
 */
export async function inputText(rows: readonly Row[], options: ActionOptions, execution: Execution): Promise<string> {
  const removals: string[] = [];
  await eachInSlices(rows, execution, ({ sequenceId, contactIds, bad }) => {
    const known = bad === undefined ? readable(sequenceId) : null;
    removals.push(JSON.stringify({ sequenceId: known, contactIds: contactIds.map(readable) }));
  });
  return `{"removals":[${removals.join()}],"options":${JSON.stringify(options)}}`;
}
