// What the playground reads from an action's manifest: texts and limits of its input, its output and its API.
import type { Manifest, ManifestAction, ManifestConnection } from "skipcall-action-host";

/** The part of JSON Schema that manifests use for values of a form. */
export interface Property {
  title?: string;
  description?: string;
  type?: string;
  enum?: string[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  properties?: Record<string, Property>;
}

export interface ConnectionField {
  name: string;
  title?: string;
  description?: string;
  pattern?: string;
}

/** How a key is tested: a request, and what its statuses say. */
export interface KeyTest {
  method: string;
  target: string;
  body?: unknown;
  pass: number[];
  fail: number[];
}

interface ActionMembers {
  request?: { method?: string; pathTemplate?: string };
  input?: { schema?: Property; sample?: unknown };
  output?: { schema?: Property };
  rateLimit?: { windowMs?: number; headers?: Record<string, string> };
}

/** The first action of a module and the connection that it uses, in the form that the page works with. */
export class ActionSchema {
  readonly action: ManifestAction;
  readonly connection: ManifestConnection;
  private readonly members: ActionMembers;

  /** Throws Error: the manifest names no connection. Loading the module checks that it names an action. */
  constructor(readonly manifest: Manifest) {
    const [action] = manifest.actions;
    const [connection] = manifest.connections;
    if (action === undefined || connection === undefined) throw new Error("the manifest names no connection");
    this.action = action;
    this.connection = connection;
    this.members = action as ActionMembers;
  }

  get inputs(): Record<string, Property> {
    return this.members.input?.schema?.properties ?? {};
  }

  get options(): Record<string, Property> {
    return this.inputs.options?.properties ?? {};
  }

  get sample(): unknown {
    return this.members.input?.sample;
  }

  get outputs(): Record<string, Property> {
    return this.members.output?.schema?.properties ?? {};
  }

  /** The name of a rate header, such as "remaining", in lower case. */
  rateHeader(name: string): string {
    return (this.members.rateLimit?.headers?.[name] ?? "").toLowerCase();
  }

  get keyTest(): KeyTest | undefined {
    return (this.connection as { test?: KeyTest }).test;
  }

  /** What each request of the action is. */
  get request(): { method: string; pathTemplate: string } {
    const { method = "POST", pathTemplate = "/" } = this.members.request ?? {};
    return { method, pathTemplate };
  }

  get connectionFields(): ConnectionField[] {
    const { fields } = this.connection as { fields?: ConnectionField[] };
    return fields ?? [];
  }
}
