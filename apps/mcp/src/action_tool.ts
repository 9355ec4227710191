// What a manifest's action says about the tools made from it.
import { fromJsonSchema, type StandardSchemaWithJSON } from "@modelcontextprotocol/server";
import type { Manifest, ManifestAction } from "skipcall-action-host";
import { isObject } from "./text.js";

type Schema = Record<string, unknown>;

interface Annotations {
  readOnlyHint: boolean;
  destructiveHint: boolean;
  idempotentHint: boolean;
  openWorldHint: boolean;
}

export interface ActionTool {
  name: string;
  title: string;
  description: string;
  annotations: Annotations;
  hasDryRun: boolean;
  groupBy: string | undefined;
  /** Where its requests go by default. */
  connection: string | undefined;
  inputSchema: Schema;
  outputSchema: Schema;
}

export const TOKEN_MEMBER = "confirmationToken";

/** If a manifest does not say, the worst is assumed. */
const CAREFUL: Annotations = { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true };

function member(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((one, name) => (isObject(one) ? one[name] : undefined), value);
}

function schemaOf(action: ManifestAction, side: "input" | "output"): Schema {
  const schema = member(action, side, "schema");
  return isObject(schema) ? schema : { type: "object" };
}

export function actionTools(manifest: Manifest): ActionTool[] {
  return manifest.actions.map((action) => {
    const inputSchema = schemaOf(action, "input");
    const groupBy = member(action, "request", "batch", "groupBy");
    const connection = member(action, "request", "connection");
    return {
      name: action.export,
      title: action.title ?? action.export,
      description: action.description ?? "",
      annotations: { ...CAREFUL, ...(isObject(action.annotations) ? action.annotations : {}) },
      hasDryRun: member(inputSchema, "properties", "options", "properties", "dryRun", "type") === "boolean",
      groupBy: typeof groupBy === "string" ? groupBy : undefined,
      connection: typeof connection === "string" ? connection : undefined,
      inputSchema,
      outputSchema: schemaOf(action, "output"),
    };
  });
}

export function isDryRun(input: unknown): boolean {
  return member(input, "options", "dryRun") === true;
}

export function asDryRun(input: Schema): Schema {
  return { ...input, options: { ...(isObject(input.options) ? input.options : {}), dryRun: true } };
}

function withProperty(schema: Schema, name: string, property: Schema): Schema {
  return { ...schema, properties: { ...(isObject(schema.properties) ? schema.properties : {}), [name]: property } };
}

/**
 * Without what several models' APIs refuse at the root of an input's schema, with all the tools of a session. The module
 * checks the input anyway.
 */
function withoutRootChoice(schema: Schema): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => !["oneOf", "anyOf", "allOf"].includes(name)));
}

function standard(schema: Schema): StandardSchemaWithJSON<Schema, Schema> {
  return fromJsonSchema<Schema>(schema);
}

export function schemasOf({ inputSchema: whole, outputSchema }: ActionTool, needsApproval: boolean) {
  const inputSchema = withoutRootChoice(whole);
  if (!needsApproval) return { inputSchema: standard(inputSchema), outputSchema: standard(outputSchema) };
  const token = {
    type: "string",
    description: "Only what an earlier call with this same input returned, after a person has agreed",
  };
  const confirmation = {
    type: "object",
    description: "Nothing was sent: a person has to agree first",
    properties: { [TOKEN_MEMBER]: { type: "string" }, expiresAt: { type: "string" } },
  };
  return {
    inputSchema: standard(withProperty(inputSchema, TOKEN_MEMBER, token)),
    outputSchema: standard(withProperty(outputSchema, "confirmation", confirmation)),
  };
}
