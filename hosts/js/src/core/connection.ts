// Whose server a request goes to and by which key: the host's half of a request. The module gives a name and a target;
// this decides whether the two may be joined (ABI.md, a host's duties 9 to 13).
import { isToken, readHeaderBlock } from "./header_block.js";
import { HostError } from "./host_error.js";
import type { Manifest, ManifestConnection } from "./manifest.js";

/** What the caller gives for a connection of the manifest. */
export interface Connection {
  /** https, or http to this machine; no query. Without it: the manifest's default. */
  baseUrl?: string | undefined;
  /**
   * The key. It stands in for `{key}` in the manifest's headers, and is overwritten with `*` wherever an answer repeats
   * it. At least 8 visible ASCII characters. Without it every request is answered NO_CREDENTIAL.
   */
  secret?: string | undefined;
  /** `send` adds the credential itself, as n8n does; `secret` is then only for overwriting. Default: false. */
  authenticatedBySend?: boolean | undefined;
}

// What only the host may say: credentials, framing, routing and what concerns one connection (RFC 9110, 7.6.1; the Fetch
// standard's forbidden names).
const RESERVED = new Set(
  (
    "authorization cookie cookie2 set-cookie host content-length transfer-encoding connection te keep-alive trailer via " +
    "upgrade expect date origin referer forwarded dnt x-forwarded-host x-forwarded-for x-forwarded-proto " +
    "x-http-method-override x-http-method x-method-override http2-settings"
  ).split(" "),
);
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]);
const SHORTEST_SECRET = 8; // overwriting a shorter one would tear answers apart
const SHORTEST_PART = 4; // fewer characters tell nothing, and end many a text

function refuse(why: string): never {
  throw new HostError("connection", why);
}

function isVisibleAscii(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

/** A segment "." or "..", in clear or percent-encoded (RFC 3986, 5.2.4 and 6.2.2.2). */
function hasDotSegment(path: string): boolean {
  return path
    .replace(/%2e/gi, ".")
    .split("/")
    .some((segment) => segment === "." || segment === "..");
}

/** By the parser that fetch uses. */
function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** 127.0.0.0/8, ::1 and the name that stands for them. The URL parser has written the address out. */
function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(\.\d+){3}$/.test(host);
}

/** The base URL without its trailing slash. What it holds is not repeated in errors: it may be a password. */
function checkBaseUrl(text: string): { base: string; origin: string; prefix: string } {
  if (!isVisibleAscii(text) || text.includes("\\")) {
    return refuse("the base URL is empty or holds white space, \\, control or non-ASCII characters");
  }
  const url = parseUrl(text);
  if (url === undefined || !/^[a-z]+:\/\/[^/]/i.test(text)) {
    return refuse("the base URL is no URL; expected something like https://api.example.com");
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

/** A connection that was checked. */
export class ConnectionGuard {
  readonly baseUrl: string;
  private readonly origin: string;
  private readonly pathPrefix: string;
  private readonly secret: Uint8Array;
  private readonly credential: [string, string][] = [];
  private readonly credentialNames: Set<string>;
  private readonly ready: boolean;

  /** Throws connection: base URL, key or header template cannot be used. */
  constructor(declared: ManifestConnection, given: Connection) {
    const { base, origin, prefix } = checkBaseUrl(given.baseUrl ?? declared.baseUrl ?? "");
    this.baseUrl = base;
    this.origin = origin;
    this.pathPrefix = prefix;
    const secret = given.secret ?? "";
    if (secret !== "" && (secret.length < SHORTEST_SECRET || !isVisibleAscii(secret))) {
      refuse("the key is too short, or holds white space, control or non-ASCII characters");
    }
    const templates = Object.entries(declared.headers ?? {});
    if (templates.some(([name, template]) => !isToken(name) || !/^[\x20-\x7e]*$/.test(template))) {
      refuse(`a header template of connection ${declared.id} is not of the form "Name": "text {key}"`);
    }
    this.secret = new TextEncoder().encode(secret);
    this.credentialNames = new Set(templates.map(([name]) => name.toLowerCase()));
    if (given.authenticatedBySend !== true) {
      if (!templates.some(([, template]) => template.includes("{key}"))) {
        refuse(`connection ${declared.id} has no header template with {key}`);
      }
      this.credential = templates.map(([name, template]) => [name, template.split("{key}").join(secret)]);
    }
    this.ready = given.authenticatedBySend === true || secret !== "";
  }

  /** There is a key, or `send` has it. */
  get hasCredential(): boolean {
    return this.ready;
  }

  isAllowedMethod(method: string): boolean {
    return METHODS.has(method);
  }

  /**
   * Base and target joined as text. Nothing: the target is refused, because it does not begin with one "/", holds "//",
   * "\", "#", a dot segment, a control or non-ASCII character, or changes the origin or the path prefix.
   */
  urlOf(target: string): string | undefined {
    if (!target.startsWith("/") || !isVisibleAscii(target) || /\/\/|[\\#]/.test(target)) return undefined;
    if (hasDotSegment(target.replace(/\?.*$/, ""))) return undefined;
    const joined = this.baseUrl + target;
    const url = parseUrl(joined);
    if (url?.origin !== this.origin || !url.pathname.startsWith(this.pathPrefix)) return undefined;
    return url.username === "" && url.password === "" && url.hash === "" ? joined : undefined;
  }

  /**
   * The headers to send: the block's, and the credential. Nothing: the block is not framed as it has to be, or has a
   * header that is not the module's to set.
   */
  headersOf(block: Uint8Array): [string, string][] | undefined {
    const headers = readHeaderBlock(block);
    if (headers === undefined) return undefined;
    const reserved = headers.some(([name]) => {
      const plain = name.toLowerCase();
      return RESERVED.has(plain) || this.credentialNames.has(plain) || /^(proxy|sec)-/.test(plain);
    });
    return reserved ? undefined : [...headers, ...this.credential];
  }

  /**
   * Overwrites in place with "*" wherever the bytes repeat the key; with cutOff, also a part of the key at the end. The
   * key in another spelling, such as percent-encoded, is not seen.
   */
  mask(bytes: Uint8Array, cutOff: boolean): void {
    const { secret } = this;
    const first = secret[0];
    if (first === undefined) return;
    for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
      const length = Math.min(secret.length, bytes.length - at);
      const isWhole = length === secret.length;
      if (!isWhole && (!cutOff || length < SHORTEST_PART)) continue;
      if (secret.subarray(0, length).every((byte, i) => bytes[at + i] === byte)) bytes.fill(0x2a, at, at + length);
    }
  }
}

/** The connections of a manifest, as far as the caller gave them. Throws connection; also for a name that is unknown. */
export function guardConnections(
  manifest: Manifest,
  given: Readonly<Record<string, Connection>>,
): ReadonlyMap<string, ConnectionGuard> {
  for (const name of Object.keys(given)) {
    if (!manifest.connections.some((declared) => declared.id === name)) {
      refuse(`the manifest has no connection ${name}`);
    }
  }
  const guards = new Map<string, ConnectionGuard>();
  for (const declared of manifest.connections) {
    const settings = Object.entries(given).find(([name]) => name === declared.id)?.[1];
    if (settings !== undefined) guards.set(declared.id, new ConnectionGuard(declared, settings));
  }
  return guards;
}
