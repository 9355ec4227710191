// What the host core needs of n8n: requests through n8n's own authenticated helper, and a clock without timers.
import { sleep } from "n8n-workflow";
import type { IDataObject, IExecuteFunctions, IHttpRequestMethods, IHttpRequestOptions } from "n8n-workflow";

import { HttpError } from "./generated/host/abi.js";
import type { Clock } from "./generated/host/clock.js";
import { type HttpAnswer, noAnswer, type Send } from "./generated/host/http.js";

/** n8n's sleep cannot be ended. It is taken in parts, so that one that nobody waits for any more is soon over. */
const SLICE_MS = 250;

/** How the connection broke, by the code of Node.js, OpenSSL or axios. */
const ERRORS: ReadonlyArray<[RegExp, HttpError]> = [
  [/^(ENOTFOUND|EAI_)/, HttpError.DNS],
  [/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)/, HttpError.CONNECT],
  [/CERT|SELF_SIGNED|UNABLE_TO_/, HttpError.TLS],
  [/^(ETIMEDOUT|ECONNABORTED|ESOCKETTIMEDOUT)/, HttpError.TIMEOUT],
  [/^(ECONNRESET|EPIPE|ERR_BAD_RESPONSE|ERR_STREAM_PREMATURE_CLOSE)/, HttpError.RESET],
  // These may come in the middle of a session, too.
  [/^(HPE_|EPROTO|ERR_SSL|ERR_TLS)/, HttpError.PROTOCOL],
  [/^ERR_CANCELED/, HttpError.CANCELLED],
];
/** With these no connection came about, so no byte of the request can have left. */
const NEVER_SENT: ReadonlySet<HttpError> = new Set([HttpError.DNS, HttpError.CONNECT, HttpError.TLS]);

/** n8n wraps axios' error, which may wrap the system's. A cause may lead back to itself. */
const DEEPEST_CAUSE = 8;

/** The code of what was thrown, or of what caused it. */
function codeOf(thrown: unknown): string {
  let at = thrown;
  for (let depth = 0; depth < DEEPEST_CAUSE && typeof at === "object" && at !== null; depth++) {
    const { code, cause } = at as { code?: unknown; cause?: unknown };
    if (typeof code === "string") return code;
    at = cause;
  }
  return "";
}

function errorOf(thrown: unknown): HttpError {
  const code = codeOf(thrown);
  return ERRORS.find(([pattern]) => pattern.test(code))?.[1] ?? HttpError.OTHER;
}

interface FullAnswer {
  statusCode: number;
  headers: Record<string, string | string[] | undefined>;
  body: AsyncIterable<Uint8Array> & { destroy(): void };
}

function* headersOf(answer: FullAnswer): Generator<[string, string]> {
  for (const [name, value] of Object.entries(answer.headers)) {
    for (const one of [value ?? []].flat()) yield [name, one];
  }
}

/** Reads the body up to the limit and one byte beyond, by which the host core sees that it was longer. */
async function readBody(answer: FullAnswer, limit: number, signal: AbortSignal): Promise<HttpAnswer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  let error: HttpError = HttpError.OK;
  const giveUp = (): void => answer.body.destroy();
  signal.addEventListener("abort", giveUp);
  try {
    for await (const part of answer.body) {
      parts.push(part.subarray(0, limit + 1 - length));
      length += Math.min(part.length, limit + 1 - length);
      if (length > limit) break;
    }
  } catch (thrown) {
    error = signal.aborted ? HttpError.CANCELLED : errorOf(thrown);
    if (error === HttpError.OTHER) error = HttpError.RESET;
  } finally {
    signal.removeEventListener("abort", giveUp);
    answer.body.destroy();
  }
  const body = new Uint8Array(Buffer.concat(parts));
  return { status: answer.statusCode, error, notSent: false, headers: headersOf(answer), body };
}

/**
 * Sends through n8n, which adds the key of the credential and stops with the execution. Redirects are off, and a status
 * of 4xx or 5xx is an answer like any other: where one is thrown, n8n sends a request with a 401 a second time.
 */
export function n8nSender(context: IExecuteFunctions, credential: string): Send {
  return async (request, signal) => {
    // axios takes a coded body that is cut for whole.
    const headers: IDataObject = { "accept-encoding": "identity" };
    for (const [name, value] of request.headers) headers[name] = value;
    const options: IHttpRequestOptions = {
      url: request.url,
      method: request.method as IHttpRequestMethods,
      headers,
      body: request.body === undefined ? undefined : Buffer.from(request.body),
      encoding: "stream",
      timeout: request.timeoutMs,
      returnFullResponse: true,
      ignoreHttpStatusErrors: true,
      disableFollowRedirect: true,
      abortSignal: signal,
    };
    try {
      const answer = (await context.helpers.httpRequestWithAuthentication.call(
        context,
        credential,
        options,
      )) as FullAnswer;
      return await readBody(answer, request.responseLimit, signal);
    } catch (thrown) {
      const error = errorOf(thrown);
      return noAnswer(error, NEVER_SENT.has(error));
    }
  };
}

function abortOf(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Wall time read once, then the monotonic clock; waits by n8n's sleep, which a node may use in place of timers. */
export function n8nClock(): Clock {
  const start = Date.now() - performance.now();
  const now = (): number => start + performance.now();
  return {
    now,
    async sleep(ms, signal) {
      const end = now() + ms;
      const aborted = abortOf(signal);
      do {
        await Promise.race([sleep(Math.max(0, Math.min(SLICE_MS, end - now()))), aborted]);
      } while (!signal.aborted && now() < end);
    },
  };
}
