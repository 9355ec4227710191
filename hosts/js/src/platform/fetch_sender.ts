// Sending by fetch: what the platform shows of a response, and what it hides.
import { HttpError, type HttpAnswer, type HttpRequest, noAnswer, type Send } from "../core/index.js";

/** The part of fetch that is used. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

// Node's fetch says in `cause.code` why it failed, and Bun's in `code`; a page learns nothing. The first group is of failures to connect:
// no byte of the request can have left, since fetch repeats nothing on another connection (a test looks).
const NOT_CONNECTED = new Map<string, HttpError>([
  ["ENOTFOUND", HttpError.DNS],
  ["EAI_AGAIN", HttpError.DNS],
  ["ECONNREFUSED", HttpError.CONNECT],
  ["EHOSTUNREACH", HttpError.CONNECT],
  ["ENETUNREACH", HttpError.CONNECT],
  ["EADDRNOTAVAIL", HttpError.CONNECT],
  ["UND_ERR_CONNECT_TIMEOUT", HttpError.CONNECT],
  ["ERR_SSL_WRONG_VERSION_NUMBER", HttpError.TLS],
]);
/** OpenSSL's reasons not to trust a certificate, and Node's own: that the name is another. */
const NOT_TRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE/;
const BROKEN = new Map<string, HttpError>([
  ["ECONNRESET", HttpError.RESET],
  ["EPIPE", HttpError.RESET],
  ["EPROTO", HttpError.TLS],
  ["UND_ERR_SOCKET", HttpError.RESET],
  ["UND_ERR_HEADERS_TIMEOUT", HttpError.TIMEOUT],
  ["UND_ERR_BODY_TIMEOUT", HttpError.TIMEOUT],
  ["UND_ERR_HEADERS_OVERFLOW", HttpError.TOO_LARGE],
  ["UND_ERR_RES_CONTENT_LENGTH_MISMATCH", HttpError.PROTOCOL],
  ["HTTPParserError", HttpError.PROTOCOL],
  ["InvalidContentLength", HttpError.PROTOCOL],
  ["Malformed_HTTP_Response", HttpError.PROTOCOL],
  ["UnrequestedUpgrade", HttpError.PROTOCOL],
  ["UnsupportedTransferEncoding", HttpError.PROTOCOL],
  ["ERR_ASSERTION", HttpError.PROTOCOL], // of Node's parser, for a status below 100
]);

/** The code of the error, as Bun has it, or of its cause, as Node has it; if there is none, the cause's name. */
function codeOf(error: unknown): string {
  const own = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  if (typeof own === "string") return own;
  const cause = (error instanceof Error ? (error as { cause?: unknown }).cause : undefined) as
    { code?: unknown; name?: unknown; message?: unknown } | null | undefined;
  // A 101, for which Node's fetch has no code.
  if (cause?.message === "bad upgrade") return "HTTPParserError";
  if (typeof cause?.code === "string") return cause.code;
  return typeof cause?.name === "string" ? cause.name : "";
}

/** What broke a connection that was there; HPE_ is the HTTP parser's, the others are those of decoders. */
function broken(code: string): HttpError | undefined {
  return /^(HPE|Z|ZSTD|ERR__ERROR)_|DecompressionError$/.test(code) ? HttpError.PROTOCOL : BROKEN.get(code);
}

/** What the platform says about it: Node in the cause or, if it tried several addresses, in the first cause of that. */
function detailOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = (at as { errors?: unknown[] }).errors?.[0] ?? at.cause) {
    const isLast = !(at.cause instanceof Error) && !(at instanceof AggregateError);
    if (isLast && at.message !== "") return at.message;
  }
  return "";
}

function failure(error: unknown): HttpAnswer {
  const code = codeOf(error);
  const detail = detailOf(error);
  const notConnected = NOT_TRUSTED.test(code) ? HttpError.TLS : NOT_CONNECTED.get(code);
  if (notConnected !== undefined) return noAnswer(notConnected, true, detail);
  return noAnswer(broken(code) ?? HttpError.OTHER, false, detail);
}

/**
 * Whether the platform's fetch sends each request once at most, as Node's does (a test looks). Chromium, Firefox, Deno and
 * Bun silently resend one whose kept connection breaks before a response.
 */
function sendsOnce(): boolean {
  const { process, navigator } = globalThis as {
    process?: { versions?: { node?: string } };
    navigator?: { userAgent?: string };
  };
  return process?.versions?.node !== undefined && /^(Node\.js\b|$)/.test(navigator?.userAgent ?? "");
}

/** The decoded body up to the limit and one byte more, so that the host sees that there was more. */
async function readBody(
  response: Response,
  limit: number,
): Promise<{ body: Uint8Array; error: HttpError; detail?: string }> {
  let detail: string | undefined;
  const chunks: Uint8Array[] = [];
  let length = 0;
  let error: HttpError = HttpError.OK;
  const reader = response.body?.getReader();
  try {
    for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
      chunks.push(part.value.subarray(0, limit + 1 - length));
      length += part.value.length;
      if (length > limit) {
        error = HttpError.TOO_LARGE;
        await reader?.cancel();
        break;
      }
    }
  } catch (reason) {
    error = broken(codeOf(reason)) ?? HttpError.RESET;
    detail = detailOf(reason);
  }
  const body = new Uint8Array(Math.min(length, limit + 1));
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return { body, error, ...(detail === undefined ? {} : { detail }) };
}

/**
 * Whether the host chooses how bodies are coded. Node's fetch treats a truncated coded body as whole, so no coding is
 * asked for, and a body that still has one is refused; a page's fetch offers no choice.
 */
function choosesCoding(): boolean {
  const headers = { "accept-encoding": "identity" };
  return new Request("http://localhost/", { headers }).headers.has("accept-encoding");
}

function isCoded(response: Response): boolean {
  return !/^(identity)?$/i.test(response.headers.get("content-encoding") ?? "");
}

/** What is wrong with a body that the platform treats as whole. */
function bodyError(request: HttpRequest, response: Response, isEmpty: boolean): HttpError {
  const length = response.headers.get("content-length");
  // Node reads only chunks, and a page shows no transfer coding.
  if (!/^(chunked)?$/i.test(response.headers.get("transfer-encoding") ?? "")) return HttpError.PROTOCOL;
  if (request.method === "HEAD" || response.status === 204 || response.status === 304 || length === "0") {
    return HttpError.OK;
  }
  if (isCoded(response) && (isEmpty || choosesCoding())) return HttpError.PROTOCOL;
  // Only the end of the connection says that nothing was to come. A page cannot see that.
  const endsWithConnection = choosesCoding() && length === null && !response.headers.has("transfer-encoding");
  return isEmpty && endsWithConnection ? HttpError.RESET : HttpError.OK;
}

// eslint-disable-next-line no-control-regex -- these are what is looked for
const CONTROL = /[\0-\x08\n-\x1f\x7f]/;

function asksForCoding({ headers }: HttpRequest): boolean {
  return headers.some(([name]) => name.toLowerCase() === "accept-encoding");
}

/**
 * Sends by fetch, the platform's own or one with the same behaviour. No redirect is followed, no cookie is sent or kept,
 * nothing is cached, the page's address is not disclosed.
 */
export function fetchSender(fetchLike: Fetch = (url, init) => fetch(url, init)): Send {
  return async (request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> => {
    // fetch has no body for these (RFC 9110 gives it no meaning); to leave it out would be another request.
    if (request.body !== undefined && (request.method === "GET" || request.method === "HEAD")) {
      return noAnswer(HttpError.DENIED, true);
    }
    // fetch throws on these.
    if (request.headers.some(([, value]) => CONTROL.test(value))) return noAnswer(HttpError.DENIED, true);
    let response: Response;
    try {
      response = await fetchLike(request.url, {
        method: request.method,
        headers: asksForCoding(request) ? request.headers : [...request.headers, ["accept-encoding", "identity"]],
        ...(request.body === undefined ? {} : { body: request.body }),
        redirect: "manual",
        credentials: "omit",
        cache: "no-store",
        referrerPolicy: "no-referrer",
        signal,
      });
    } catch (error) {
      return failure(error);
    }
    if (response.type === "opaqueredirect") return noAnswer(HttpError.REDIRECT, false);
    const read = await readBody(response, request.responseLimit);
    // Deno and Bun report a truncated coded body as RESET.
    const isWhole = read.error === HttpError.OK || (read.error === HttpError.RESET && isCoded(response));
    const error = isWhole ? bodyError(request, response, read.body.length === 0) : read.error;
    const { status, headers } = response;
    return { ...read, status, error, notSent: false, mayHaveRepeated: !sendsOnce(), headers };
  };
}
