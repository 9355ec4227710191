// What the host core needs from n8n: requests through n8n's own authenticated helper, and a clock without timers.
import { sleep } from "n8n-workflow";
import type {
  ICredentialDataDecryptedObject,
  IDataObject,
  IExecuteFunctions,
  IHttpRequestMethods,
  IHttpRequestOptions,
} from "n8n-workflow";

import { CREDENTIAL } from "./credential";
import type { Execution } from "./execution";
import { HttpError } from "./generated/host/abi.js";
import type { Clock } from "./generated/host/clock.js";
import { type HttpAnswer, type HttpRequest, noAnswer } from "./generated/host/http.js";
import type { Break } from "./reasons";

/** n8n's sleep cannot be interrupted. It is split, so that one that nobody waits for any more is soon over. */
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
/** With these no connection was made, so no byte of the request can have been sent. */
const NEVER_SENT: ReadonlySet<HttpError> = new Set([HttpError.DNS, HttpError.CONNECT, HttpError.TLS]);
/** n8n's own protection against requests into its network: it checks before it sends. */
const REFUSED_BY_N8N = /^Ssrf/;
/** What Node.js says if the connection broke in the handshake: the next one may succeed. */
const BROKE_OFF = /before secure TLS connection was established/;
/** What OpenSSL says only if no TLS session could be made. */
const NO_TLS =
  /:(wrong version number|unsupported protocol|(sslv3|ssl\/tls) alert handshake failure|tlsv1 alert protocol version):/;

/** n8n wraps axios' error, which may wrap the system's. A chain of causes may be a loop. */
const DEEPEST_CAUSE = 8;

interface SystemError {
  name?: unknown;
  message?: unknown;
  code?: unknown;
  cause?: unknown;
  syscall?: unknown;
  address?: unknown;
  port?: unknown;
}

/** What was thrown, and what caused it. */
function chainOf(thrown: unknown): SystemError[] {
  const chain: SystemError[] = [];
  let at = thrown;
  while (chain.length < DEEPEST_CAUSE && typeof at === "object" && at !== null) {
    chain.push(at);
    at = (at as SystemError).cause;
  }
  return chain;
}

interface Broken {
  error: HttpError;
  /** It is certain that no byte of the request was sent. */
  notSent: boolean;
  code: string;
  address: string | undefined;
}

/** How the connection broke. */
function brokenOf(thrown: unknown): Broken {
  const chain = chainOf(thrown);
  const code = String(chain.find((one) => typeof one.code === "string")?.code ?? "");
  const tried = chain.find((one) => typeof one.address === "string");
  const place = [tried?.address, tried?.port].filter((one) => one !== undefined);
  const address = place.length === 0 ? undefined : place.join(":");
  const error = ERRORS.find(([pattern]) => pattern.test(code))?.[1] ?? HttpError.OTHER;
  const broken = (error: HttpError, notSent: boolean): Broken => ({ error, notSent, code, address });
  if (NEVER_SENT.has(error)) return broken(error, true);
  if (chain.some(({ syscall }) => syscall === "connect")) return broken(HttpError.CONNECT, true);
  const says = (pattern: RegExp): boolean => chain.some(({ message }) => pattern.test(String(message)));
  if (says(BROKE_OFF)) return broken(HttpError.CONNECT, true);
  if (says(NO_TLS)) return broken(HttpError.TLS, true);
  if (chain.some(({ name }) => REFUSED_BY_N8N.test(String(name)))) return broken(HttpError.DENIED, true);
  return broken(error, false);
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

/** Reads the body up to the limit and one byte beyond, so that the host core sees that it was longer. */
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
    error = signal.aborted ? HttpError.CANCELLED : brokenOf(thrown).error;
    if (error === HttpError.OTHER) error = HttpError.RESET;
  } finally {
    signal.removeEventListener("abort", giveUp);
    answer.body.destroy();
  }
  const body = new Uint8Array(Buffer.concat(parts));
  return { status: answer.statusCode, error, notSent: false, headers: headersOf(answer), body };
}

const ERROR_NAMES = new Map<HttpError, string>(
  Object.entries(HttpError).map(([name, number]): [HttpError, string] => [number, name]),
);

/**
 * Sends through n8n, which adds the key of the credential. Redirects are off, and a status of 4xx or 5xx is a response
 * like any other: if it is thrown, n8n repeats a request that got a 401.
 */
export class N8nSender {
  /** The last break of each kind, by the module's word for it. */
  readonly breaks = new Map<string, Break>();
  /** Requests that were passed to n8n. */
  handed = 0;

  constructor(
    private readonly context: IExecuteFunctions,
    private readonly credential: ICredentialDataDecryptedObject,
    private readonly execution: Execution,
  ) {}

  readonly send = async (request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> => {
    this.execution.seen();
    await this.execution.settleDoubt();
    if (this.execution.over || signal.aborted) return noAnswer(HttpError.CANCELLED, true);
    const abort = AbortSignal.any([signal, this.execution.signal]);
    // n8n 2 replaces a request's abort signal by that of the execution, which is not the only reason to abort.
    const abortable = Object.create(this.context, {
      getExecutionCancelSignal: { value: () => abort },
    }) as IExecuteFunctions;
    // axios treats a truncated coded body as whole.
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
      abortSignal: abort,
    };
    this.handed += 1;
    try {
      const answer = (await this.context.helpers.httpRequestWithAuthentication.call(abortable, CREDENTIAL, options, {
        credentialsDecrypted: { id: "", name: "", type: CREDENTIAL, data: this.credential },
      })) as FullAnswer;
      return await readBody(answer, request.responseLimit, signal);
    } catch (thrown) {
      const { error, notSent, code, address } = brokenOf(thrown);
      if (code !== "") this.breaks.set(ERROR_NAMES.get(error) ?? "OTHER", { code, address });
      return noAnswer(error, notSent);
    }
  };
}

function abortOf(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Wall time read once, then the monotonic clock; waits by n8n's sleep, which a node may use instead of timers. */
export function n8nClock(execution?: Execution): Clock {
  const start = Date.now() - performance.now();
  const now = (): number => start + performance.now();
  return {
    now,
    async sleep(ms, signal) {
      const end = now() + ms;
      const aborted = abortOf(signal);
      do {
        await Promise.race([sleep(Math.max(0, Math.min(SLICE_MS, end - now()))), aborted]);
        execution?.seen();
        await execution?.settleDoubt(); // a request may be open for long
      } while (!signal.aborted && now() < end);
    },
  };
}
