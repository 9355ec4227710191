// The requests of one run on their way, a limited number at a time.
import { HttpError } from "./abi.js";
import type { Bell } from "./clock.js";
import type { AnswerBlock } from "./http.js";
import type { AnnouncedRequest } from "./instance.js";
import { answerBlock, type Sender } from "./sender.js";

/** Sent at a time; others wait, and their timeouts do not run. */
const MOST_UNDERWAY = 64;

export class Exchanges {
  private readonly underway = new Map<number, AbortController>();
  private readonly answered: [number, AnswerBlock | undefined][] = [];
  private failure: string | undefined;
  private sending = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly sender: Sender,
    private readonly bell: Bell,
  ) {}

  /** Exchanges that were sent, or refused, and are neither taken nor abandoned. In order. */
  get open(): number[] {
    return [...this.underway.keys(), ...this.answered.map(([exchange]) => exchange)].sort((a, b) => a - b);
  }

  /** Why the last request without a complete response failed: host, port and cause. */
  get lastFailure(): string | undefined {
    return this.failure;
  }

  /** Sends it, or refuses it. The bell rings when there is a response. */
  send(exchange: number, announced: AnnouncedRequest): void {
    const giveUp = new AbortController();
    this.underway.set(exchange, giveUp);
    void this.answerTo(exchange, announced, giveUp).then((answer) => {
      if (!this.underway.delete(exchange)) return;
      this.answered.push([exchange, answer]);
      this.bell.ring();
    });
  }

  /** The responses that have arrived since the previous call; undefined: lost. */
  take(): [number, AnswerBlock | undefined][] {
    return this.answered.splice(0);
  }

  /** Gives up an exchange. If its response still arrives, it is dropped. */
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
  private async answerTo(
    exchange: number,
    announced: AnnouncedRequest,
    giveUp: AbortController,
  ): Promise<AnswerBlock | undefined> {
    if (this.sending < MOST_UNDERWAY) ++this.sending;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    const isWanted = this.underway.has(exchange);
    const { answer, failure } = isWanted
      ? await this.sender.send(announced, giveUp)
      : { answer: answerBlock(HttpError.CANCELLED, true) };
    // The next one that waits gets the place.
    const next = this.waiting.shift();
    if (next === undefined) --this.sending;
    else next();
    if (failure !== undefined && this.underway.has(exchange)) this.failure = failure;
    return answer;
  }
}
