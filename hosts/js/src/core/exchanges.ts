// The requests of one run on their way: checked, sent, bounded in time and size, and their answers made fit for the
// module.
import { HttpError, ResponseFlag } from "./abi.js";
import type { Bell, Clock } from "./clock.js";
import type { ConnectionGuard } from "./connection.js";
import { writeHeaderBlock } from "./header_block.js";
import { type AnswerBlock, type HttpAnswer, type HttpRequest, noAnswer, type Send } from "./http.js";
import type { AnnouncedRequest } from "./instance.js";

const DEFAULT_TIMEOUT_MS = 60_000;
const LONGEST_TIMEOUT_MS = 600_000;
const DEFAULT_RESPONSE_LIMIT = 1024 * 1024;
const LARGEST_RESPONSE = 16 * 1024 * 1024;
/** Sent at a time; others wait, and their time does not run. */
const MOST_UNDERWAY = 64;
/** So long a sender may take to hand over what it has, once it was told to give up. */
const GIVE_UP_MS = 250;

/** An answer that was not given by the server. */
export function answerBlock(error: HttpError, notSent: boolean): AnswerBlock {
  return {
    status: 0,
    error,
    flags: notSent ? ResponseFlag.NOT_SENT : 0,
    headers: new Uint8Array(0),
    body: new Uint8Array(0),
  };
}

export class Exchanges {
  private readonly underway = new Map<number, AbortController>();
  private readonly answered: [number, AnswerBlock][] = [];
  private failure: string | undefined;
  private sending = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly connections: ReadonlyMap<string, ConnectionGuard>,
    private readonly sender: Send,
    private readonly clock: Clock,
    private readonly bell: Bell,
  ) {}

  /** Exchanges that were sent, or refused, and are neither taken nor abandoned. In order. */
  get open(): number[] {
    return [...this.underway.keys(), ...this.answered.map(([exchange]) => exchange)].sort((a, b) => a - b);
  }

  /** Why the last request had no whole answer, that had none: host, port and cause. */
  get lastFailure(): string | undefined {
    return this.failure;
  }

  /** Sends it, or refuses it. The bell rings when there is an answer. */
  send(exchange: number, announced: AnnouncedRequest): void {
    const giveUp = new AbortController();
    this.underway.set(exchange, giveUp);
    void this.answerTo(exchange, announced, giveUp).then((answer) => {
      if (!this.underway.delete(exchange)) return;
      this.answered.push([exchange, answer]);
      this.bell.ring();
    });
  }

  /** The answers that have come since the last call of this. */
  take(): [number, AnswerBlock][] {
    return this.answered.splice(0);
  }

  /** Gives an exchange up. Its answer, should it still come, is dropped. */
  abandon(exchange: number): void {
    const at = this.answered.findIndex(([number]) => number === exchange);
    if (at >= 0) this.answered.splice(at, 1);
    const giveUp = this.underway.get(exchange);
    this.underway.delete(exchange);
    giveUp?.abort();
  }

  abandonAll(): void {
    for (const exchange of this.open) this.abandon(exchange);
  }

  /** Never rejects. */
  private async answerTo(exchange: number, announced: AnnouncedRequest, giveUp: AbortController): Promise<AnswerBlock> {
    const guard = this.connections.get(announced.connection);
    if (guard?.hasCredential !== true) {
      this.failure = "the host has no key for a connection that the module asked for";
      return answerBlock(HttpError.NO_CREDENTIAL, true);
    }
    const url = guard.urlOf(announced.target);
    const headers = guard.headersOf(announced.headers);
    if (url === undefined || headers === undefined || !guard.isAllowedMethod(announced.method)) {
      this.failure = "the host refused a request of the module's: its method, target or a header is not allowed";
      return answerBlock(HttpError.DENIED, true);
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
    if (this.sending < MOST_UNDERWAY) ++this.sending;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    const isWanted = this.underway.has(exchange);
    const answer = isWanted ? await this.sendInTime(request, giveUp) : noAnswer(HttpError.CANCELLED, true);
    // The place goes to the next one that waits.
    const next = this.waiting.shift();
    if (next === undefined) --this.sending;
    else next();
    const block = finish(answer, request, guard);
    if (block.error !== HttpError.OK && this.underway.has(exchange)) {
      this.failure = `${guard.server}: ${guard.masked(answer.detail ?? "") || describe(block.error)}`;
    }
    return block;
  }

  /** However the sender behaves, there is an answer when the time is up, and soon after the exchange is given up. */
  private async sendInTime(request: HttpRequest, giveUp: AbortController): Promise<HttpAnswer> {
    const timer = new AbortController();
    const grace = new AbortController();
    giveUp.signal.addEventListener("abort", () => timer.abort());
    const answer = (async () => this.sender(request, giveUp.signal))().catch(() => noAnswer(HttpError.OTHER, false));
    const deadline = this.sleep(request.timeoutMs, timer.signal).then(async () => {
      if (!timer.signal.aborted) {
        giveUp.abort();
        await this.sleep(GIVE_UP_MS, grace.signal);
      }
      return noAnswer(HttpError.TIMEOUT, false);
    });
    const first = await Promise.race([answer, deadline]);
    const broken = first.status === 0 || first.error !== HttpError.OK;
    const late = giveUp.signal.aborted;
    timer.abort();
    grace.abort();
    const detail = `no whole answer came in ${String(request.timeoutMs)} ms`;
    return late && broken ? { ...first, error: HttpError.TIMEOUT, notSent: false, detail } : first;
  }

  private async sleep(ms: number, signal: AbortSignal): Promise<void> {
    await this.clock.sleep(ms, signal).catch(() => undefined);
  }
}

/** Where the sender says no more. */
function describe(error: number): string {
  const name = Object.entries(HttpError).find(([, number]) => number === error)?.[0] ?? "OTHER";
  return `no whole answer came (${name})`;
}

/** Nothing was decoded of a body that the headers announce: its coding was cut, where the platform does not notice. */
function lacksBody(status: number, headers: (readonly [string, string])[], request: HttpRequest): boolean {
  if (request.method === "HEAD" || status === 204 || status === 304) return false;
  return headers.some(([name, value]) => name.toLowerCase() === "content-length" && Number(value) > 0);
}

/** Whatever a sender says, the module gets an answer that keeps to the ABI: in range, within its limit, without the key. */
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
