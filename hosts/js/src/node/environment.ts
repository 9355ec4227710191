// Keys and base URLs only from the environment: every user of the machine can see arguments.
/// <reference types="node" />
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import type { Connection, Manifest, ManifestConnection } from "../core/index.js";

type Environment = Record<string, string | undefined>;
type Field = NonNullable<ManifestConnection["fields"]>[number];

/** The operator's mistake: names the variable or the file, and never repeats a key. */
export class SettingsError extends Error {}

const LONGEST_KEY = 4095;
const READABLE_OR_WRITABLE_BY_OTHERS = 0o006;

function nameOf(text: string): string {
  return text.toUpperCase().replace(/[^A-Z0-9]+/g, "_");
}

/** The connection `notes` has NOTES_API_KEY if it has one field, and otherwise NOTES_ and the field's name. */
function variableOf({ id, fields = [] }: ManifestConnection, field: Field): string {
  return `${nameOf(id)}_${fields.length === 1 ? "API_KEY" : nameOf(field.name)}`;
}

/** An empty variable counts as not set. The variable is then deleted, so child processes do not get it. */
function take(environment: Environment, name: string): string | undefined {
  const value = environment[name]?.trim();
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a variable that is set to undefined reads "undefined"
  delete environment[name];
  return value === "" ? undefined : value;
}

function readKeyFile(name: string, path: string): string {
  const refuse = (why: string): never => {
    throw new SettingsError(`${name} (${path}): ${why}`);
  };
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY);
  } catch (error) {
    return refuse(`cannot be opened: ${(error as NodeJS.ErrnoException).code ?? "unknown error"}`);
  }
  try {
    const status = fstatSync(file);
    if (status.isDirectory()) refuse("is a directory");
    if (process.platform !== "win32" && (status.mode & READABLE_OR_WRITABLE_BY_OTHERS) !== 0) {
      refuse(`other users can read it; run chmod 600 ${path}`);
    }
    const buffer = Buffer.alloc(LONGEST_KEY + 1);
    let size = 0;
    for (let got = 1; got > 0 && size < buffer.length;) {
      got = readSync(file, buffer, size, buffer.length - size, null);
      size += got;
    }
    const key = buffer.toString("utf8", 0, size).trim();
    buffer.fill(0);
    if (size > LONGEST_KEY) refuse("is too large for a key");
    return key === "" ? refuse("is empty") : key;
  } finally {
    closeSync(file);
  }
}

function readField(environment: Environment, name: string): string | undefined {
  const path = take(environment, `${name}_FILE`);
  const key = take(environment, name);
  if (path === undefined) return key;
  if (key !== undefined) throw new SettingsError(`both ${name} and ${name}_FILE are set; keep one of them`);
  return readKeyFile(`${name}_FILE`, path);
}

/**
 * The connections of a manifest. A missing key is not an error: a dry run needs none, and a run's result says that it
 * is missing. isForeign: the operator chose the module, and its manifest names the variable that is read, so the key
 * goes only to a server that the operator names. Throws SettingsError.
 */
export function readConnections(
  manifest: Manifest,
  environment: Environment,
  isForeign: boolean,
): Record<string, Connection> {
  return Object.fromEntries(
    manifest.connections.map((connection) => {
      const values = (connection.fields ?? []).flatMap((field) => {
        const value = readField(environment, variableOf(connection, field));
        return value === undefined ? [] : [[field.name, value] as const];
      });
      const serverVariable = `${nameOf(connection.id)}_BASE_URL`;
      const named = take(environment, serverVariable);
      if (isForeign && named === undefined && values.length > 0) {
        throw new SettingsError(`set ${serverVariable} too: a key is sent only to a server that you name`);
      }
      const baseUrl = named ?? connection.baseUrl;
      return [connection.id, { baseUrl, ...(values.length === 0 ? {} : { fields: Object.fromEntries(values) }) }];
    }),
  );
}

/** The variables that a person may set, for the help text. */
export function variableNames(manifest: Manifest): string[] {
  return manifest.connections.flatMap((connection) => [
    ...(connection.fields ?? []).flatMap((field) => {
      const name = variableOf(connection, field);
      return [name, `${name}_FILE`];
    }),
    `${nameOf(connection.id)}_BASE_URL`,
  ]);
}
