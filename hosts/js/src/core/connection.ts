// Which server a request goes to and with which key: the host's half of a request. The module gives a name and a
// target; this decides whether the two may be joined (ABI.md, a host's duties 9 to 13).
import { isToken, readHeaderBlock } from "./header_block.js";
import { HostError } from "./host_error.js";
import { KeyMask } from "./key_mask.js";
import type { Manifest, ManifestConnection, ManifestField } from "./manifest.js";

/** What the caller gives for a connection of the manifest. */
export interface Connection {
  /** https, or http to localhost; no query. Without it: the manifest's default. */
  baseUrl?: string | undefined;
  /**
   * The key of a connection with one field: it goes into the manifest's headers, and is overwritten with `*` wherever a
   * response repeats it. At least 8 visible ASCII characters. Without it, every request gets NO_CREDENTIAL.
   */
  secret?: string | undefined;
  /** The values of a connection's fields by their names, if it has several. */
  fields?: Readonly<Record<string, string>> | undefined;
  /** `send` adds the credential itself, as n8n does; `secret` is then only masked. Default: false. */
  authenticatedBySend?: boolean | undefined;
}

// Headers that only the host may set: credentials, framing, routing and what concerns one connection (RFC 9110, 7.6.1;
// the Fetch standard's forbidden names).
const RESERVED = new Set(
  (
    "authorization cookie cookie2 set-cookie host content-length transfer-encoding connection te keep-alive trailer via " +
    "upgrade expect date origin referer forwarded dnt x-forwarded-host x-forwarded-for x-forwarded-proto " +
    "x-http-method-override x-http-method x-method-override http2-settings"
  ).split(" "),
);
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]);
const SHORTEST_SECRET = 8; // overwriting a shorter one would tear responses apart

/** name: in lower case. */
function isReserved(name: string): boolean {
  return RESERVED.has(name) || /^(proxy|sec)-/.test(name);
}

function refuse(why: string): never {
  throw new HostError("connection", why);
}

function isVisibleAscii(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

/** Text with its percent-encodings undone, those of the percent sign too. */
function decoded(text: string): string {
  const once = text.replace(/%([0-9a-f]{2})/gi, (_match, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return once === text ? text : decoded(once);
}

/**
 * A segment "." or "..", however it is written: percent-encoded once or twice, between encoded slashes, with parameters
 * after ";" (RFC 3986, 3.3, 5.2.4 and 6.2.2.2). Servers that decode before they split a path treat each as a step up.
 */
function hasDotSegment(path: string): boolean {
  return decoded(path)
    .split(/[/\\]/)
    .some((segment) => /^\.\.?(;|$)/.test(segment));
}

/** Of characters that RFC 3986 allows there (3.3 and 3.4; "[" and "]" too), so that no URL parser rewrites it. */
function isPlainTarget(target: string): boolean {
  return isVisibleAscii(target) && !/["#<>\\^`{|}]|%(?![0-9a-f]{2})|\?.*'/i.test(target);
}

/** By the parser that fetch uses. */
function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** localhost, 127.0.0.0/8 and ::1. The URL parser has expanded short forms of addresses. */
function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(\.\d+){3}$/.test(host);
}

/** The base URL without its trailing slash. Errors do not repeat its content: it may be a password. */
function checkBaseUrl(text: unknown): { base: string; origin: string; prefix: string } {
  if (typeof text !== "string") return refuse("the base URL is not a string");
  if (!isVisibleAscii(text) || text.includes("\\")) {
    return refuse("the base URL is empty or holds white space, \\, control or non-ASCII characters");
  }
  const url = parseUrl(text);
  if (url === undefined || !/^[a-z]+:\/\/[^/]/i.test(text)) {
    return refuse("the base URL is not a URL; expected something like https://api.example.com");
  }
  if (url.username !== "" || url.password !== "") refuse("the base URL must not hold a user name or password");
  if (/[?#]/.test(text)) refuse("the base URL must not hold a query or fragment");
  if (url.protocol !== "https:" && url.protocol !== "http:") refuse("the base URL must begin with https://");
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    refuse("the base URL must begin with https://; plain http is for this machine (127.0.0.1, localhost) only");
  }
  const path = text.replace(/^[^/]*\/\/[^/]*/, "");
  if (path.includes("//") || hasDotSegment(path)) refuse("the base URL must not hold empty or dot segments");
  return { base: text.replace(/\/$/, ""), origin: url.origin, prefix: url.pathname.replace(/\/?$/, "/") };
}

/** A field's name between braces. */
const PLACEHOLDER = /\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** The fields that a person fills in: the declared ones, and any others that templates name. */
function fieldsOf(declared: ManifestConnection): ManifestField[] {
  const fields = [...(declared.fields ?? [])];
  for (const template of Object.values(declared.headers ?? {})) {
    for (const [, name = ""] of template.matchAll(PLACEHOLDER)) {
      if (!fields.some((field) => field.name === name)) fields.push({ name });
    }
  }
  return fields;
}

// A regular expression backtracks here, and cannot be stopped: if a group repeats or is referred to, the time can
// double with each character; if several parts repeat without an upper bound, it is a power of the length.
const REPEATED_GROUP = /\)[*+{]|\\[1-9k]/;
const OPEN_REPEAT = /[*+]|\{[0-9]+,[0-9]*\}/g;
const MOST_OPEN_REPEATS = 2;
const LONGEST_MATCHED = 500;

/** A pattern that this platform cannot read, or may need too long for, is ignored: it only catches typing errors. */
function fits(value: string, pattern: string | undefined): boolean {
  if (pattern === undefined || value.length > LONGEST_MATCHED || REPEATED_GROUP.test(pattern)) return true;
  if ((pattern.match(OPEN_REPEAT) ?? []).length > MOST_OPEN_REPEATS) return true;
  try {
    return new RegExp(pattern, "u").test(value);
  } catch {
    return true;
  }
}

function checkHeaders(declared: ManifestConnection): void {
  const names = new Set<string>();
  for (const [name, template] of Object.entries(declared.headers ?? {})) {
    const plain = name.toLowerCase();
    if (!isToken(name) || !/^[\x20-\x7e]+$/.test(template)) {
      refuse(`a header of connection ${declared.id} is not of the form "Name": "text {field}"`);
    }
    if (isReserved(plain) && plain !== "authorization") {
      refuse(`connection ${declared.id} wants to set the header ${name}, which only the host sets`);
    }
    if (names.has(plain)) refuse(`connection ${declared.id} declares the header ${name} twice`);
    names.add(plain);
  }
}

/** The value of each field; "" for one that was not given. Throws connection: a value cannot be used. */
function valuesOf(declared: ManifestConnection, given: Connection): Map<string, string> {
  const fields = fieldsOf(declared);
  const values = new Map(fields.map(({ name }) => [name, ""]));
  for (const [name, value] of Object.entries(given.fields ?? {})) {
    // The caller may have passed the key itself as a name.
    if (!values.has(name)) refuse(`connection ${declared.id} has no field of the name that was given`);
    values.set(name, value);
  }
  const [only, second] = fields;
  const { secret = "" } = given;
  if (secret !== "" && only !== undefined) {
    if (second !== undefined) {
      const names = fields.map(({ name }) => name).join(", ");
      refuse(`connection ${declared.id} needs a value for each of its fields: ${names}`);
    }
    values.set(only.name, secret);
  }
  for (const { name, pattern, secret: isSecret } of fields) {
    const value: unknown = values.get(name);
    if (value === "") continue;
    const what = `the ${name} of connection ${declared.id}`;
    if (typeof value !== "string") return refuse(`${what} is not a string`);
    if ((isSecret !== false && value.length < SHORTEST_SECRET) || !isVisibleAscii(value)) {
      refuse(`${what} is too short, or holds white space, control or non-ASCII characters`);
    }
    if (!fits(value, pattern)) refuse(`${what} does not look right: it should fit the pattern ${String(pattern)}`);
  }
  return values;
}

/** A connection that was checked. */
export class ConnectionGuard {
  readonly baseUrl: string;
  /** Of its fields, in the manifest's order; "" for one that was not given. */
  readonly values: readonly string[];
  private readonly origin: string;
  private readonly pathPrefix: string;
  private readonly masks: KeyMask[];
  private readonly credential: [string, string][] = [];
  private readonly credentialNames: Set<string>;
  private readonly ready: boolean;

  /** Throws connection: base URL, a value or a header cannot be used. */
  constructor(declared: ManifestConnection, given: Connection) {
    const { base, origin, prefix } = checkBaseUrl(given.baseUrl ?? declared.baseUrl ?? "");
    this.baseUrl = base;
    this.origin = origin;
    this.pathPrefix = prefix;
    checkHeaders(declared);
    const values = valuesOf(declared, given);
    this.values = [...values.values()];
    // Without a field, `secret` is only masked.
    const repeated = new Set([...this.values, given.secret ?? ""]);
    this.masks = [...repeated].filter((value) => value.length >= SHORTEST_SECRET).map((value) => new KeyMask(value));
    const templates = Object.entries(declared.headers ?? {});
    this.credentialNames = new Set(templates.map(([name]) => name.toLowerCase()));
    const bySend = given.authenticatedBySend === true;
    if (!bySend) {
      const put = (template: string): string =>
        template.replace(PLACEHOLDER, (_match, name: string) => values.get(name) ?? "");
      this.credential = templates.map(([name, template]) => [name, put(template)]);
    }
    this.ready = bySend || !this.values.includes("");
  }

  /** Its host and port, for a person. */
  get server(): string {
    const { host, port, protocol } = new URL(this.baseUrl);
    return port === "" ? `${host}:${protocol === "http:" ? "80" : "443"}` : host;
  }

  /** The text with the values overwritten. */
  masked(text: string): string {
    const bytes = new TextEncoder().encode(text);
    this.mask(bytes, false);
    return new TextDecoder().decode(bytes);
  }

  /** There is a key, or `send` has it. */
  get hasCredential(): boolean {
    return this.ready;
  }

  isAllowedMethod(method: string): boolean {
    return METHODS.has(method);
  }

  /**
   * Base and target joined as text. Undefined: the target is refused, because it does not begin with one "/", holds
   * "//", a character that RFC 3986 does not allow in a path or query, a dot segment in any spelling, or changes the
   * origin or the path prefix.
   */
  urlOf(target: string): string | undefined {
    if (!target.startsWith("/") || target.includes("//") || !isPlainTarget(target)) return undefined;
    if (hasDotSegment(target.replace(/\?.*$/, ""))) return undefined;
    const joined = this.baseUrl + target;
    const url = parseUrl(joined);
    if (url?.origin !== this.origin || !url.pathname.startsWith(this.pathPrefix)) return undefined;
    if (!url.href.endsWith(target)) return undefined;
    return url.username === "" && url.password === "" && url.hash === "" ? joined : undefined;
  }

  /**
   * The headers to send: the block's, and the credential. Undefined: the block is malformed, or has a header that the
   * module may not set.
   */
  headersOf(block: Uint8Array): [string, string][] | undefined {
    const headers = readHeaderBlock(block);
    if (headers === undefined) return undefined;
    const reserved = headers.some(([name]) => {
      const plain = name.toLowerCase();
      return isReserved(plain) || this.credentialNames.has(plain);
    });
    return reserved ? undefined : [...headers, ...this.credential];
  }

  /** Overwrites in place with "*" wherever the bytes repeat a value; with cutOff, also a part of one at the end. */
  mask(bytes: Uint8Array, cutOff: boolean): void {
    for (const mask of this.masks) mask.apply(bytes, cutOff);
  }
}

/** The manifest's connections that the caller gave. Throws connection, also for an unknown name. */
export function guardConnections(
  manifest: Manifest,
  given: Readonly<Record<string, Connection>>,
): ReadonlyMap<string, ConnectionGuard> {
  for (const name of Object.keys(given)) {
    if (!manifest.connections.some((declared) => declared.id === name)) {
      // The name is not repeated: it may be the key, in the wrong place.
      const names = manifest.connections.map(({ id }) => id).join(", ");
      refuse(`a connection is given that the manifest does not declare; it declares: ${names || "none"}`);
    }
  }
  const guards = new Map<string, ConnectionGuard>();
  for (const declared of manifest.connections) {
    const settings = Object.entries(given).find(([name]) => name === declared.id)?.[1];
    if (settings !== undefined) guards.set(declared.id, new ConnectionGuard(declared, settings));
  }
  return guards;
}
