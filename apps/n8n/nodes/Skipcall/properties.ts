import type { INodeProperties } from "n8n-workflow";

import { titleOf } from "./generated/host/title.js";
import { FIELDS, OPTIONS } from "./generated/manifest";

/** How long a run waits for the API by default, in seconds: below the four minutes after which many proxies give up. */
export const DEFAULT_MAX_DURATION_S = 240;
/** Requests open at a time: fewer than the module's own default, since a worker runs several executions. */
export const DEFAULT_CONCURRENCY = 3;
/** The field in which an item gets its outcome; the rest of it stays as it came. */
export const DEFAULT_RESULT_FIELD = "skipcall";
/** The most contact ids that one call of the tool accepts: a model that names more has gone astray. */
export const TOOL_LIMIT = 1000;

/** A parameter that the workflow does not have. */
export const NOT_GIVEN = "";

export const onlyHere = { resource: ["sequence"], operation: ["removeContacts"] };

const resource: INodeProperties = {
  displayName: "Resource",
  name: "resource",
  type: "options",
  noDataExpression: true,
  options: [{ name: "Sequence", value: "sequence" }],
  default: "sequence",
};

const operation: INodeProperties = {
  displayName: "Operation",
  name: "operation",
  type: "options",
  noDataExpression: true,
  displayOptions: { show: { resource: ["sequence"] } },
  options: [
    {
      name: "Remove Contacts",
      value: "removeContacts",
      description: "Remove contacts from a sequence, all items in one run, at the pace of the API",
      action: "Remove contacts from sequence",
    },
  ],
  default: "removeContacts",
};

// No expression by default: n8n drops a field whose name a workflow's JSON misspells, and the default would then remove
// somebody else. n8n refuses to run a required field that is empty.
const rowFields: INodeProperties[] = [
  {
    displayName: FIELDS.sequenceId.title,
    name: "sequenceId",
    type: "string",
    required: true,
    default: "",
    placeholder: "e.g. spring-campaign",
    description: "The sequence to remove the contacts from. An expression is evaluated for each item.",
    displayOptions: { show: onlyHere, hide: { "@tool": [true] } },
  },
  {
    displayName: FIELDS.contactIds.title,
    name: "contactIds",
    type: "string",
    required: true,
    default: "",
    placeholder: "e.g. 123e4567-e89b-12d3-a456-426614174000",
    description:
      "Contact IDs (UUIDs): one ID, a list, or IDs separated by commas or spaces. An expression is evaluated for each item.",
    displayOptions: { show: onlyHere, hide: { "@tool": [true] } },
  },
];

// What a model fills in. Each text says that ids must not be made up: a wrong one removes another person.
const toolFields: INodeProperties[] = [
  {
    displayName: "Description",
    name: "toolDescription",
    type: "string",
    required: true,
    typeOptions: { rows: 4 },
    default: `Removes people (contacts) from a Skipcall sequence, so that they are not called any more. It cannot be undone from here. Use it only when the user asked for this removal. Sequence id and contact ids must come from the user or from another tool: never invent, guess or complete an id. At most ${TOOL_LIMIT.toLocaleString("en")} contact ids per call. Calling it again with the same ids is harmless.`,
    description: "What the model is told about this tool",
    displayOptions: { show: { "@tool": [true] } },
  },
  {
    displayName: FIELDS.sequenceId.title,
    name: "sequenceId",
    type: "string",
    required: true,
    default:
      "={{ $fromAI('sequenceId', 'The id of the Skipcall sequence, exactly as the user or another tool gave it. Never invent one.', 'string') }}",
    description: "The sequence to remove the contacts from",
    displayOptions: { show: { ...onlyHere, "@tool": [true] } },
  },
  {
    displayName: FIELDS.contactIds.title,
    name: "contactIds",
    type: "string",
    required: true,
    default:
      "={{ $fromAI('contactIds', 'The ids (UUIDs) of the contacts to remove, with commas between them, exactly as the user or another tool gave them. Never invent one.', 'string') }}",
    description: "Contact IDs (UUIDs), separated by commas",
    displayOptions: { show: { ...onlyHere, "@tool": [true] } },
  },
];

/** What the collection "Options" may hold. */
export const optionFields: INodeProperties[] = [
  {
    displayName: titleOf("batchSize"),
    name: "batchSize",
    type: "number",
    typeOptions: { minValue: OPTIONS.batchSize.minimum, maxValue: OPTIONS.batchSize.maximum, numberPrecision: 0 },
    default: 100,
    description: "The most contacts in one request",
  },
  {
    displayName: titleOf("concurrency"),
    name: "concurrency",
    type: "number",
    typeOptions: { minValue: OPTIONS.concurrency.minimum, maxValue: OPTIONS.concurrency.maximum, numberPrecision: 0 },
    default: DEFAULT_CONCURRENCY,
    description: "The most requests open at the same time",
  },
  {
    displayName: titleOf("dryRun"),
    name: "dryRun",
    type: "boolean",
    default: false,
    description: "Whether to check and count the IDs without sending anything",
  },
  {
    displayName: "Leave Requests for Others",
    name: "leaveRemaining",
    type: "number",
    typeOptions: { minValue: OPTIONS.leaveRemaining.minimum, maxValue: OPTIONS.leaveRemaining.maximum },
    default: 20,
    description:
      "How many of each minute's requests to leave for other users of the API key. Without this option, 5% of the limit.",
  },
  {
    displayName: "Max Duration (Seconds)",
    name: "maxDuration",
    type: "number",
    typeOptions: { minValue: 1, maxValue: OPTIONS.maxDurationMs.maximum / 1000, numberPrecision: 0 },
    default: DEFAULT_MAX_DURATION_S,
    description:
      "How long the removal may take, including waits but not reading the items. Requests that are open by then are waited for, up to 30 seconds. The node always ends before the workflow's timeout. Contacts that are left are reported as not sent.",
  },
  {
    displayName: "Put Result in Field",
    name: "resultField",
    type: "string",
    default: DEFAULT_RESULT_FIELD,
    placeholder: "e.g. skipcall",
    description: "The field that each item's result is put in. The item's other fields are left unchanged.",
  },
  {
    displayName: "Skip Bad IDs",
    name: "skipBadIds",
    type: "boolean",
    default: false,
    description:
      "Whether to leave out invalid IDs and remove the rest. Otherwise nothing is sent if any ID is invalid. Items with invalid IDs are dropped from the output. With On Error set to either Continue, invalid IDs are always skipped, and their items stay: on the output with the reason, or on the error output.",
  },
  {
    displayName: "When the Limit Is Reached",
    name: "whenLimited",
    type: "options",
    options: [
      {
        name: "Return the Rest at Once",
        value: "handOn",
        description: "Do not hold a worker: what is left is marked retryable, with the time to retry at",
      },
      {
        name: "Wait",
        value: "wait",
        description: "Wait for the API's next minute, within Max Duration",
      },
    ],
    default: "wait",
    description: "What to do when the API key has no requests left for this minute",
  },
];

const options: INodeProperties = {
  displayName: "Options",
  name: "options",
  type: "collection",
  placeholder: "Add option",
  default: {},
  displayOptions: { show: onlyHere },
  options: optionFields,
};

/**
 * Before a node runs, n8n drops what it does not expect: an option it does not know, all options if they are one
 * expression or a list, an option beside them. A hidden field of the same name keeps the value, so that the node can
 * refuse it: a Dry Run that was dropped would remove for real.
 */
const keptForChecks: INodeProperties[] = [
  { displayName: options.displayName, name: options.name, type: "hidden", default: {} },
  ...optionFields.map(({ displayName, name }): INodeProperties => ({
    displayName,
    name,
    type: "hidden",
    default: NOT_GIVEN,
  })),
];

export const properties: INodeProperties[] = [
  resource,
  operation,
  ...rowFields,
  ...toolFields,
  options,
  ...keptForChecks,
];
