// The manifest: what a module says about itself. plugin-manifest/README.md describes all of its members.
import { ABI_MAJOR, ABI_MINOR } from "./abi.js";
import { HostError } from "./host_error.js";

export interface ManifestAction {
  /** The export that starts a run. */
  export: string;
  title?: string;
  description?: string;
  [member: string]: unknown;
}

/** What a person fills in. */
export interface ManifestField {
  name: string;
  /** A regular expression that a value fits. */
  pattern?: string;
  /** Default: true. */
  secret?: boolean;
  [member: string]: unknown;
}

export interface ManifestConnection {
  /** The name that requests use. */
  id: string;
  /** The default. */
  baseUrl?: string;
  /** Templates, all of which are sent; `{name}` stands for the value of a field. */
  headers?: Record<string, string>;
  fields?: ManifestField[];
  [member: string]: unknown;
}

export interface Manifest {
  abiVersion: string;
  id?: string;
  version?: string;
  title?: string;
  description?: string;
  actions: ManifestAction[];
  connections: ManifestConnection[];
  [member: string]: unknown;
}

export function wrongAbi(why: string): never {
  throw new HostError(
    "wrong-abi",
    `the module does not speak action ABI ${String(ABI_MAJOR)}.${String(ABI_MINOR)}: ${why}`,
  );
}

/** "1.2" as `action_abi_version` has it; NaN if it is not a version. */
export function versionNumber(version: string): number {
  const [, major, minor] = /^(\d{1,4})\.(\d{1,4})$/.exec(version) ?? [];
  return Number(major) * 0x10000 + Number(minor);
}

function objects(value: unknown): Record<string, unknown>[] {
  if (!Array.isArray(value)) return [];
  return value.filter((item): item is Record<string, unknown> => typeof item === "object" && item !== null);
}

/**
 * Reads a manifest. Throws wrong-abi: not UTF-8 or not a JSON object, another version, no action, an action without an
 * export, a connection without an id.
 */
export function parseManifest(bytes: Uint8Array): Manifest {
  let manifest: Partial<Manifest>;
  try {
    manifest = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as Partial<Manifest>;
  } catch {
    return wrongAbi("its manifest is not JSON");
  }
  if (typeof manifest !== "object" || (manifest as unknown) === null) wrongAbi("its manifest is not a JSON object");
  const version = manifest.abiVersion;
  if (typeof version !== "string") return wrongAbi("its manifest names no version");
  // Any minor of the host's major will do (ABI.md "Versions").
  if (versionNumber(version) >>> 16 !== ABI_MAJOR) wrongAbi(`it speaks ${version}`);
  const actions = objects(manifest.actions);
  const connections = objects(manifest.connections);
  if (actions.length === 0) wrongAbi("its manifest names no action");
  if (actions.some((action) => typeof action.export !== "string" || action.export === "")) {
    wrongAbi("its manifest has an action without an export");
  }
  if (connections.some((connection) => typeof connection.id !== "string" || connection.id === "")) {
    wrongAbi("its manifest has a connection without an id");
  }
  for (const { id, headers, fields } of connections) {
    const values = Object.values(typeof headers === "object" && headers !== null ? headers : {});
    if (values.some((value) => typeof value !== "string")) {
      wrongAbi(`its manifest has a header that is not a string in connection ${String(id)}`);
    }
    if (objects(fields).some(({ name }) => typeof name !== "string" || name === "")) {
      wrongAbi(`its manifest has a field without a name in connection ${String(id)}`);
    }
  }
  return { ...manifest, abiVersion: version, actions, connections } as Manifest;
}
