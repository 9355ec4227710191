// The node's options as the action and its host need them. An option that is there and cannot be understood stops the
// node before anything is sent: a Dry Run that returned nothing does not mean off.
import type { IExecuteFunctions, INodeProperties } from "n8n-workflow";

import { expressionText, isExpression } from "./expression";
import { OPTIONS } from "./generated/manifest";
import { isNothing } from "./items";
import {
  DEFAULT_CONCURRENCY,
  DEFAULT_MAX_DURATION_S,
  DEFAULT_RESULT_FIELD,
  NOT_GIVEN,
  onlyHere,
  optionFields,
} from "./properties";
import { quoted, shownExpression } from "./quote";
import { configurationReason, type MoreTime, NO_TIME, type Reason } from "./reasons";

/** Reserved before the timeout of a workflow, so that the items still leave the node. */
const RESERVE_MS = 5000;
/** The most of the time until a workflow's timeout that this reserve takes, and the most that one request takes. */
const LARGEST_SHARE = 0.25;
/** Fields by which n8n itself treats an item as one for the error output. */
const N8N_FIELDS: ReadonlySet<string> = new Set(["error", "message", "details"]);

/** The collection "Options" of the node, checked. */
export interface NodeOptions {
  batchSize: number;
  concurrency: number;
  dryRun: boolean;
  leaveRemaining?: number;
  /** In seconds. */
  maxDuration: number;
  resultField: string;
  skipBadIds: boolean;
  whenLimited: "handOn" | "wait";
}

const DEFAULTS: NodeOptions = {
  batchSize: OPTIONS.batchSize.default,
  concurrency: DEFAULT_CONCURRENCY,
  dryRun: false,
  maxDuration: DEFAULT_MAX_DURATION_S,
  resultField: DEFAULT_RESULT_FIELD,
  skipBadIds: false,
  whenLimited: "wait",
};

/** The action's `options`; the manifest describes them. */
export type ActionOptions = Record<string, string | number | boolean>;

type Checked = { value: unknown } | { wanted: string };

function checkBoolean(value: unknown): Checked {
  if (typeof value === "boolean") return { value };
  const text = typeof value === "string" ? value.trim().toLowerCase() : "";
  if (text === "true" || text === "false") return { value: text === "true" };
  return { wanted: "true or false" };
}

function checkNumber(
  value: unknown,
  { minValue = 0, maxValue = 0 }: NonNullable<INodeProperties["typeOptions"]>,
): Checked {
  const number = typeof value === "string" && /^\d{1,9}$/.test(value.trim()) ? Number(value) : value;
  const isInside = Number.isInteger(number) && Number(number) >= minValue && Number(number) <= maxValue;
  return isInside
    ? { value: number }
    : { wanted: `a whole number from ${minValue.toLocaleString("en")} to ${maxValue.toLocaleString("en")}` };
}

function checkChoice(value: unknown, field: INodeProperties): Checked {
  const choices = (field.options ?? []) as { name: string; value: string }[];
  return choices.some((one) => one.value === value)
    ? { value }
    : { wanted: choices.map((one) => `"${one.value}" (${one.name})`).join(" or ") };
}

function checkFieldName(value: unknown): Checked {
  const name = typeof value === "string" ? value.trim() : "";
  if (name === "" || name === "__proto__") return { wanted: "the name of a field" };
  if (name.includes("{{")) return { wanted: "switched from Fixed to Expression" };
  return N8N_FIELDS.has(name) ? { wanted: "another name: n8n uses this field itself" } : { value: name };
}

function checkOption(field: INodeProperties, value: unknown): Checked {
  if (field.type === "boolean") return checkBoolean(value);
  if (field.type === "number") return checkNumber(value, field.typeOptions ?? {});
  if (field.type === "options") return checkChoice(value, field);
  return checkFieldName(value);
}

/** The field of the result as the workflow has it, also if another option is bad; the default if this one is. */
export function resultFieldOf(raw: unknown): string {
  const { resultField } = (raw ?? {}) as { resultField?: unknown };
  const checked = isExpression(resultField) ? undefined : checkFieldName(resultField);
  return checked !== undefined && "value" in checked ? String(checked.value) : DEFAULT_RESULT_FIELD;
}

function refusal(headline: string): Reason {
  return configurationReason(headline, "Nothing was sent. Correct the option, or remove it to use its default.");
}

/** What n8n's editor does not show: only the workflow's JSON can say it. */
function unshown(headline: string): Reason {
  return configurationReason(
    headline,
    "Nothing was sent. n8n's editor does not show this: correct the workflow's JSON, or delete the node and add it again.",
  );
}

/** Why the node's parameters are not those of this node, or undefined. rawOf: a parameter, not evaluated. */
export function unknownParameter(rawOf: (name: string, absent: string) => unknown): Reason | undefined {
  for (const [name, [known]] of Object.entries(onlyHere)) {
    const value = rawOf(name, known);
    if (value === known) continue;
    const headline = `This version of the node has no ${name} ${quoted(value)}`;
    return configurationReason(headline, "Nothing was sent. Open the node and choose what it does.");
  }
  const misplaced = optionFields.find(({ name }) => rawOf(name, NOT_GIVEN) !== NOT_GIVEN);
  if (misplaced === undefined) return undefined;
  return unshown(`${misplaced.displayName} (${misplaced.name}) is beside Options, and must be one of them`);
}

/** raw: the collection with its expressions; values: what they returned. */
export function checkOptions(raw: unknown, values: unknown): NodeOptions | Reason {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) {
    return unshown(`Options is ${quoted(raw)} but must be an object with a value for each option`);
  }
  const given = (values ?? {}) as Record<string, unknown>;
  const checked: Record<string, unknown> = { ...DEFAULTS };
  for (const [name, text] of Object.entries(raw)) {
    const field = optionFields.find((one) => one.name === name);
    if (field === undefined) return unshown(`Options: there is no option ${quoted(name)}`);
    const { displayName } = field;
    const value = given[name];
    if (isNothing(value)) {
      const expression = expressionText(text) ?? "";
      const why = expression === "" ? "" : `: its expression ${shownExpression(expression)} returned nothing`;
      return refusal(`${displayName} has no value${why}`);
    }
    const result = checkOption(field, value);
    if ("wanted" in result) return refusal(`${displayName} is ${quoted(value)} but must be ${result.wanted}`);
    checked[name] = result.value;
  }
  return checked as unknown as NodeOptions;
}

/** Options that are not the same for all items, although all items are one run. */
export function differingOptions(first: unknown, other: unknown, at: number): Reason | undefined {
  for (const [name, value] of Object.entries(first as object)) {
    const second = (other as Record<string, unknown>)[name];
    if (JSON.stringify(second) === JSON.stringify(value)) continue;
    const title = optionFields.find((one) => one.name === name)?.displayName ?? name;
    const given = `${quoted(value)} for item 0 and ${second === undefined ? "nothing" : quoted(second)} for item ${at}`;
    return configurationReason(
      `${title} is ${given}`,
      "Nothing was sent. All items are one run, so an option has one value for all of them. Split the items before this node.",
    );
  }
  return undefined;
}

/**
 * timeLeftMs: until the workflow's time-out, if it has one. skipBadIds: asked for by the node's settings rather than by
 * the options. A reason: there is no time to send anything.
 */
export function actionOptions(
  options: NodeOptions,
  timeLeftMs: number | undefined,
  skipBadIds: boolean,
): ActionOptions | Reason {
  const left = timeLeftMs ?? Number.POSITIVE_INFINITY;
  const share = left * LARGEST_SHARE;
  // At the end of its duration, a run still waits for the requests that are open.
  const { minimum, default: usual } = OPTIONS.requestTimeoutMs;
  const requestTimeoutMs = Math.floor(Math.max(minimum, Math.min(usual, share)));
  const allowed = left - Math.min(RESERVE_MS, share) - requestTimeoutMs;
  if (allowed < OPTIONS.maxDurationMs.minimum) return NO_TIME;
  const maxDurationMs = Math.floor(Math.min(options.maxDuration * 1000, allowed));
  const { batchSize, concurrency, dryRun, leaveRemaining } = options;
  return {
    batchSize,
    concurrency,
    dryRun,
    maxDurationMs,
    maxStallMs: options.whenLimited === "handOn" ? 0 : maxDurationMs,
    onInvalid: skipBadIds || options.skipBadIds ? "skip" : "fail",
    requestTimeoutMs,
    ...(leaveRemaining === undefined ? {} : { leaveRemaining }),
  };
}

/** What lets a run with these options last longer. */
export function moreTimeOf({ maxDuration }: NodeOptions, { maxDurationMs }: ActionOptions): MoreTime {
  const isShortened = Number(maxDurationMs) < maxDuration * 1000;
  return isShortened ? "raise the timeout in the workflow's settings" : "raise Max Duration (Seconds)";
}

/**
 * Until the workflow's time-out, in milliseconds. n8n has the moment in the context of an execution, but not in its
 * types; the workflow's setting is always there, and counts from now at the earliest.
 */
export function timeLeft(context: IExecuteFunctions, now: number): number | undefined {
  const { additionalData } = context as unknown as { additionalData?: { executionTimeoutTimestamp?: number } };
  const end = additionalData?.executionTimeoutTimestamp;
  if (typeof end === "number") return end - now;
  const seconds = context.getWorkflowSettings().executionTimeout;
  return typeof seconds === "number" && seconds > 0 ? seconds * 1000 : undefined;
}
