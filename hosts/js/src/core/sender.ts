// One request of a connection: checked, sent, bounded in time and size, and its response made fit for the module.
import { HttpError, ResponseFlag } from "./abi.js";
import type { Clock } from "./clock.js";
import type { ConnectionGuard } from "./connection.js";
import { writeHeaderBlock } from "./header_block.js";
import { type AnswerBlock, type HttpAnswer, type HttpRequest, noAnswer, type Send } from "./http.js";
import type { AnnouncedRequest } from "./instance.js";

const DEFAULT_TIMEOUT_MS = 60_000;
const LONGEST_TIMEOUT_MS = 600_000;
const DEFAULT_RESPONSE_LIMIT = 1024 * 1024;
const LARGEST_RESPONSE = 16 * 1024 * 1024;
/** How long a sender may take to return what it has, once told to give up. */
const GIVE_UP_MS = 250;

/** A response that did not come from the server. */
export function answerBlock(error: HttpError, notSent: boolean): AnswerBlock {
  return {
    status: 0,
    error,
    flags: notSent ? ResponseFlag.NOT_SENT : 0,
    headers: new Uint8Array(0),
    body: new Uint8Array(0),
  };
}

/** What became of a request. */
export interface Outcome {
  /** undefined: lost, nothing is known. */
  answer: AnswerBlock | undefined;
  /** Why there is no complete response: for a person, without the key. */
  failure?: string | undefined;
}

export class Sender {
  /** clock undefined: `sender` ends each request itself when its time is up. */
  constructor(
    private readonly connections: ReadonlyMap<string, ConnectionGuard>,
    private readonly sender: Send,
    private readonly clock: Clock | undefined,
  ) {}

  /** Sends it, or refuses it. Never rejects. */
  async send(announced: AnnouncedRequest, giveUp: AbortController): Promise<Outcome> {
    const guard = this.connections.get(announced.connection);
    if (guard?.hasCredential !== true) {
      const failure = "the host has no key for a connection that the module asked for";
      return { answer: answerBlock(HttpError.NO_CREDENTIAL, true), failure };
    }
    const url = guard.urlOf(announced.target);
    const headers = guard.headersOf(announced.headers);
    if (url === undefined || headers === undefined || !guard.isAllowedMethod(announced.method)) {
      const failure = "the host refused a request: its method, target or a header is not allowed";
      return { answer: answerBlock(HttpError.DENIED, true), failure };
    }
    const request: HttpRequest = {
      connection: announced.connection,
      method: announced.method,
      url,
      headers,
      body: announced.body.length > 0 ? announced.body : undefined,
      timeoutMs: Math.min(announced.timeoutMs || DEFAULT_TIMEOUT_MS, LONGEST_TIMEOUT_MS),
      responseLimit: Math.min(announced.responseLimit || DEFAULT_RESPONSE_LIMIT, LARGEST_RESPONSE),
    };
    const answer = await this.answerTo(request, giveUp);
    if (answer.isLost === true) {
      return { answer: undefined, failure: `${guard.server}: nothing is known about a request that was being sent` };
    }
    const block = finish(answer, request, guard);
    if (block.error === HttpError.OK) return { answer: block };
    return { answer: block, failure: `${guard.server}: ${guard.masked(answer.detail ?? "") || describe(block.error)}` };
  }

  private async answerTo(request: HttpRequest, giveUp: AbortController): Promise<HttpAnswer> {
    const answer = (async () => checked(await this.sender(request, giveUp.signal)))().catch(() =>
      noAnswer(HttpError.OTHER, false),
    );
    return this.clock === undefined ? answer : inTime(answer, this.clock, request, giveUp);
  }
}

/** However the sender behaves, there is a response when the time is up, and soon after the exchange is given up. */
async function inTime(
  answer: Promise<HttpAnswer>,
  clock: Clock,
  { timeoutMs }: HttpRequest,
  giveUp: AbortController,
): Promise<HttpAnswer> {
  const sleep = (ms: number, signal: AbortSignal): Promise<void> => clock.sleep(ms, signal).catch(() => undefined);
  const timer = new AbortController();
  const grace = new AbortController();
  giveUp.signal.addEventListener("abort", () => timer.abort());
  const deadline = sleep(timeoutMs, timer.signal).then(async () => {
    if (!timer.signal.aborted) {
      giveUp.abort();
      await sleep(GIVE_UP_MS, grace.signal);
    }
    return noAnswer(HttpError.TIMEOUT, false);
  });
  const first = await Promise.race([answer, deadline]);
  const isBroken = first.status === 0 || first.error !== HttpError.OK;
  const isLate = giveUp.signal.aborted;
  timer.abort();
  grace.abort();
  const detail = `no whole response came in ${String(timeoutMs)} ms`;
  return isLate && isBroken ? { ...first, error: HttpError.TIMEOUT, notSent: false, detail } : first;
}

/**
 * `send` is the caller's own, perhaps without types: a header's value may be a number, or a list as Node has them. What
 * is no response, such as fetch's own, tells nothing about the request. Throws TypeError: it is not even an object.
 */
function checked(answer: HttpAnswer): HttpAnswer {
  if (answer.isLost === true) return answer;
  const isAnswer = Number.isInteger(answer.status) && Number.isInteger(answer.error) && ArrayBuffer.isView(answer.body);
  if (!isAnswer) return noAnswer(HttpError.OTHER, false, "send returned no response with status, error and body");
  const given = answer.headers as Iterable<readonly [string, unknown]>;
  const headers = [...given].map(([name, value]): [string, string] => [name, String(value)]);
  return { ...answer, headers };
}

/** If the sender gives no details. */
function describe(error: number): string {
  const name = Object.entries(HttpError).find(([, number]) => number === error)?.[0] ?? "OTHER";
  return `no whole response came (${name})`;
}

/** Nothing was decoded of a body that the headers announce: its coding was cut off, unnoticed by the platform. */
function lacksBody(status: number, headers: (readonly [string, string])[], request: HttpRequest): boolean {
  if (request.method === "HEAD" || status === 204 || status === 304) return false;
  return headers.some(([name, value]) => name.toLowerCase() === "content-length" && Number(value) > 0);
}

/** Whatever a sender returns, the module gets a response that keeps to the ABI: in range, within its limit, keyless. */
function finish(answer: HttpAnswer, request: HttpRequest, guard: ConnectionGuard): AnswerBlock {
  const status = answer.status >= 200 && answer.status <= 599 ? answer.status : 0;
  let error: number = answer.error;
  if (status === 0) {
    return answerBlock(answer.error || (answer.status === 0 ? HttpError.OTHER : HttpError.PROTOCOL), answer.notSent);
  }
  const headers = [...answer.headers];
  const { block, whole } = writeHeaderBlock(headers);
  if (error === HttpError.OK && answer.body.length === 0 && lacksBody(status, headers, request)) {
    error = HttpError.PROTOCOL;
  }
  if (!whole || answer.body.length > request.responseLimit) error = HttpError.TOO_LARGE;
  const body = answer.body.slice(0, request.responseLimit);
  guard.mask(block, false);
  guard.mask(body, error !== HttpError.OK);
  return {
    status,
    error,
    flags: answer.mayHaveRepeated === true ? ResponseFlag.MAY_HAVE_REPEATED : 0,
    headers: block,
    body,
  };
}
