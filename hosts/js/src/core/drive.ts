// The loop that drives a run to its end: it passes announced requests to the sender, and responses back to the module.
// ABI.md "Writing a host" has the same in pseudo code, for a host that blocks.
import { HttpError } from "./abi.js";
import type { Bell, Clock } from "./clock.js";
import type { Exchanges } from "./exchanges.js";
import type { RunEvent } from "./journal.js";
import type { Progress } from "./progress.js";
import { broken, type Run } from "./run.js";
import { answerBlock } from "./sender.js";

const DEFAULT_LONGEST_SLEEP_MS = 60_000;
const LONGEST_PAUSE_MS = 100;
const TURNS_TO_ARRIVE = 100; // of the event loop, in which it reads a response that has arrived

/** What a drive works with; all of it belongs to the host. */
export interface DriveParts {
  exchanges: Exchanges;
  clock: Clock;
  /** Rings for a response, a stop and a cancel. */
  bell: Bell;
  /** Aborted: the run is cancelled. */
  cancel: AbortSignal | undefined;
  /** Aborted: nothing new is sent; open requests may end for `graceMs`. */
  stop: AbortSignal | undefined;
  graceMs: number;
  /** Events may be missing after the last one of the run's history. */
  mayMissEvents: boolean;
  onProgress: (progress: Progress) => void;
}

export class Drive {
  private readonly sent = new Set<number>();
  private readonly lost: number[] = []; // exchanges that are to be reported as lost
  private time = 0;
  private ahead = 0; // of the clock: a journal may come from a machine whose clock is ahead
  private idleWakes = 0;
  private stopBegan: number | undefined;

  constructor(
    private readonly run: Run,
    private readonly parts: DriveParts,
  ) {}

  /** Returns the bytes of the action's result. Throws what Run's methods and onProgress throw. */
  async toTheEnd(): Promise<Uint8Array> {
    const { run, parts } = this;
    await run.start();
    this.time = run.history[run.history.length - 1]?.event.now ?? 0;
    this.ahead = Math.max(0, this.time - parts.clock.now());
    this.takeOpenAsLost();
    if (run.waiting && parts.mayMissEvents) await run.deliver({ kind: "gap", now: this.now() });
    for (const exchange of this.lost) run.doubt(exchange);
    const isNew = run.history.every(({ event }) => event.kind === "gap");
    if (run.waiting && isNew && !this.stopping && !this.cancelling) {
      await this.deliver({ kind: "wake", now: this.now() });
    }
    while (run.waiting) {
      if (this.cancelling) await this.cancel();
      else if (this.lost.length > 0) await this.loseNext();
      else if (this.stopping) await this.stop();
      else await this.step();
    }
    return run.result();
  }

  private get cancelling(): boolean {
    return this.parts.cancel?.aborted === true;
  }

  private get stopping(): boolean {
    return this.parts.stop?.aborted === true;
  }

  private get wakeMs(): number {
    return this.run.progress?.wakeMs ?? 0;
  }

  /** It never runs backwards, not even after another process's journal. */
  private now(): number {
    this.time = Math.max(this.time, Math.floor(this.parts.clock.now() + this.ahead));
    return this.time;
  }

  /** Waits for a response or the next wake, and delivers what came: responses first, then the wake. */
  private async step(): Promise<void> {
    await this.parts.bell.wait(this.timeToWait());
    const answers = await this.deliverAnswers();
    if (answers > 0 || this.wakeMs > this.now()) this.idleWakes = 0;
    if (this.run.waiting && this.wakeMs !== 0 && this.wakeMs <= this.now()) {
      await this.deliver({ kind: "wake", now: this.now() });
      ++this.idleWakes;
    }
  }

  /** A module that always asks to be woken at once waits longer each time, so that it does not occupy a processor. */
  private timeToWait(): number {
    if (this.wakeMs === 0 && this.parts.exchanges.open.length === 0) throw broken("it waits for nothing");
    const longest = this.parts.clock.longestSleepMs ?? DEFAULT_LONGEST_SLEEP_MS;
    if (this.wakeMs === 0) return longest;
    const pause = Math.min(LONGEST_PAUSE_MS, 2 ** this.idleWakes - 1);
    return Math.min(longest, Math.max(pause, this.wakeMs - this.now()));
  }

  private async deliverAnswers(): Promise<number> {
    const answers = this.parts.exchanges.take();
    for (const [exchange, answer] of answers) {
      // The module may have given it up since it arrived.
      if (!this.run.waiting || !this.run.unanswered.has(exchange)) continue;
      await this.deliver({ kind: "answer", now: this.now(), exchange, answer });
    }
    return answers.length;
  }

  /** ABI.md "Stopping gently": open requests may end, then what was held back is answered as not sent. */
  private async stop(): Promise<void> {
    const { exchanges, bell, graceMs } = this.parts;
    this.stopBegan ??= this.now();
    const left = this.stopBegan + graceMs - this.now();
    if (exchanges.open.length > 0 && left > 0) {
      await bell.wait(left);
      await this.deliverAnswers();
      return;
    }
    exchanges.abandonAll();
    // A response may make the module announce the next try, which is held back and answered in turn.
    for (let most = 10_000; most > 0 && this.run.waiting; --most) {
      const exchange = [...this.run.unanswered.keys()].find((number) => !this.sent.has(number));
      if (exchange === undefined) break;
      await this.deliver({ kind: "answer", now: this.now(), exchange, answer: answerBlock(HttpError.CANCELLED, true) });
    }
    if (this.run.waiting) await this.cancel();
  }

  /**
   * Requests that a journal leaves open may have been sent; the outcome is unknown. The module sends them again, and
   * counts that as another try.
   */
  private takeOpenAsLost(): void {
    this.lost.push(...this.run.unanswered.keys());
    for (const exchange of this.lost) this.sent.add(exchange);
  }

  private async loseNext(): Promise<void> {
    const exchange = this.lost.shift();
    // The module may have given it up.
    if (exchange === undefined || !this.run.unanswered.has(exchange)) return;
    await this.deliver({ kind: "answer", now: this.now(), exchange, answer: undefined });
  }

  /** What has arrived is delivered first. */
  private async cancel(): Promise<void> {
    for (let turns = 0; turns < TURNS_TO_ARRIVE && this.parts.exchanges.open.length > 0; ++turns) {
      await this.parts.bell.wait(0);
    }
    await this.deliverAnswers();
    if (this.run.waiting) await this.deliver({ kind: "cancel", now: this.now() });
    if (this.run.waiting) throw broken("it continues after it was cancelled");
  }

  /** One event, and what follows from it. */
  private async deliver(event: RunEvent): Promise<void> {
    const { run, parts } = this;
    await run.deliver(event);
    for (const exchange of parts.exchanges.open) {
      if (!run.unanswered.has(exchange)) parts.exchanges.abandon(exchange);
    }
    this.sendUnsent();
    if (run.progress !== undefined) parts.onProgress(run.progress);
  }

  /** Sends what was announced and not yet sent; once the run is to end, holds it back. */
  private sendUnsent(): void {
    for (const [exchange, request] of this.run.unanswered) {
      if (this.sent.has(exchange)) continue;
      const isLost = this.run.isDoubtful(exchange);
      if (!isLost && (this.stopping || this.cancelling)) continue;
      this.sent.add(exchange);
      if (isLost) this.lost.push(exchange);
      else this.parts.exchanges.send(exchange, request);
    }
  }
}
