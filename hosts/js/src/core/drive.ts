// The loop that drives a run: it carries announced requests to what sends them, and answers back to the module.
// ABI.md "Writing a host" has the same in pseudo code, for a host that blocks.
import { HttpError, State } from "./abi.js";
import type { Bell, Clock } from "./clock.js";
import { Digest } from "./digest.js";
import { answerBlock, type Exchanges } from "./exchanges.js";
import { HostError } from "./host_error.js";
import type { AnnouncedRequest, Announcement, Instance, Progress } from "./instance.js";
import type { RecordedEvent, RunEvent, RunRequest } from "./journal.js";

const LONGEST_WAIT_MS = 60_000;
const LONGEST_PAUSE_MS = 100;

/** What a drive works with; all of it belongs to the host. */
export interface DriveParts {
  /** An instance that is alive; a fresh one where the last one trapped. */
  instance: () => Promise<Instance>;
  exchanges: Exchanges;
  clock: Clock;
  /** Rings for an answer, a stop and a cancel. */
  bell: Bell;
  /** Aborted: the run is cancelled. */
  cancel: AbortSignal | undefined;
  /** Aborted: nothing new is sent; open requests may end for so long. */
  stop: AbortSignal | undefined;
  graceMs: number;
  /** Writes an event down, before it is delivered. */
  record: (n: number, event: RecordedEvent) => void | Promise<void>;
  onProgress: (progress: Progress) => void;
}

export class Drive {
  progress: Progress | undefined;
  private instance: Instance | undefined;
  private run = 0;
  private announced = new Digest();
  private lastExchange = 0;
  private readonly unanswered = new Map<number, AnnouncedRequest>();
  private readonly sent = new Set<number>();
  private time = 0;
  private ahead = 0; // of the clock, after a journal that was written where the clock stood later
  private idleWakes = 0;
  private stopBegan: number | undefined;

  /** history: the events of a journal that is gone on with. It grows with each event. */
  constructor(
    private readonly request: RunRequest,
    private readonly history: RecordedEvent[],
    private readonly parts: DriveParts,
  ) {}

  /** Result: the bytes of the action's result. Throws trap, no-memory, journal, and what record and onProgress throw. */
  async toTheEnd(): Promise<Uint8Array> {
    const { cancel, stop } = this.parts;
    await this.settle();
    this.time = this.history[this.history.length - 1]?.event.now ?? 0;
    this.ahead = Math.max(0, this.time - this.parts.clock.now());
    this.sendUnsent();
    if (this.waiting && this.history.length === 0 && stop?.aborted !== true && cancel?.aborted !== true) {
      await this.deliver({ kind: "wake", now: this.now() });
    }
    while (this.waiting) {
      if (cancel?.aborted === true) await this.cancel();
      else if (stop?.aborted === true) await this.stop();
      else await this.step();
    }
    for (;;) {
      const instance = await this.settle();
      if (instance.alive) return instance.result(this.run);
    }
  }

  /** Forgets the run, however it ended. */
  release(): void {
    if (this.run !== 0 && this.instance?.alive === true) this.instance.release(this.run);
  }

  private get waiting(): boolean {
    return this.progress?.state === State.WAITING;
  }

  private now(): number {
    this.time = Math.max(this.time, Math.floor(this.parts.clock.now() + this.ahead));
    return this.time;
  }

  /** Waits for an answer or the wanted wake, and delivers what came: answers first, then the wake. */
  private async step(): Promise<void> {
    await this.parts.bell.wait(this.timeToWait());
    const answers = this.parts.exchanges.take();
    for (const [exchange, answer] of answers) {
      if (this.waiting) await this.deliver({ kind: "answer", now: this.now(), exchange, answer });
    }
    const wake = this.progress?.wakeMs ?? 0;
    if (answers.length > 0 || wake > this.now()) this.idleWakes = 0;
    if (this.waiting && wake !== 0 && wake <= this.now()) {
      await this.deliver({ kind: "wake", now: this.now() });
      ++this.idleWakes;
    }
  }

  /** A module that always wants to be woken at once waits longer each time, so that it does not take all the processor. */
  private timeToWait(): number {
    const wake = this.progress?.wakeMs ?? 0;
    if (wake === 0 && this.parts.exchanges.open.length === 0) throw this.broken("it waits, but for nothing");
    if (wake === 0) return LONGEST_WAIT_MS;
    const pause = Math.min(LONGEST_PAUSE_MS, 2 ** this.idleWakes - 1);
    return Math.min(LONGEST_WAIT_MS, Math.max(pause, wake - this.now()));
  }

  /** ABI.md "Stopping gently": open requests may end, then what was held back is answered as not sent. */
  private async stop(): Promise<void> {
    const { exchanges, bell, graceMs } = this.parts;
    this.stopBegan ??= this.now();
    const left = this.stopBegan + graceMs - this.now();
    if (exchanges.open.length > 0 && left > 0) {
      await bell.wait(left);
      for (const [exchange, answer] of exchanges.take()) {
        if (this.waiting) await this.deliver({ kind: "answer", now: this.now(), exchange, answer });
      }
      return;
    }
    exchanges.abandonAll();
    // An answer may make the module announce the next try, which is held back and answered in turn.
    for (let most = 10_000; most > 0 && this.waiting; --most) {
      const exchange = [...this.unanswered.keys()].find((number) => !this.sent.has(number));
      if (exchange === undefined) break;
      const answer = answerBlock(HttpError.CANCELLED, true);
      await this.deliver({ kind: "answer", now: this.now(), exchange, answer });
    }
    if (this.waiting) await this.cancel();
  }

  private async cancel(): Promise<void> {
    await this.deliver({ kind: "cancel", now: this.now() });
    if (this.waiting) throw this.broken("it goes on after it was cancelled");
  }

  /** Hands one event to the module, written down before, and takes up what it announced. */
  private async deliver(event: RunEvent): Promise<void> {
    const recorded = { event, announced: this.announced.value() };
    await this.parts.record(this.history.length + 1, recorded);
    let instance = await this.settle();
    while (!instance.alive) instance = await this.settle(); // another run may have made it trap meanwhile
    this.history.push(recorded);
    this.apply(event, instance);
    this.sendUnsent();
    if (this.progress !== undefined) this.parts.onProgress(this.progress);
  }

  /** The instance in which the run stands. Where another run made it trap: a fresh one, brought here by replay. */
  private async settle(): Promise<Instance> {
    if (this.instance?.alive === true) return this.instance;
    const instance = await this.parts.instance();
    if (!instance.alive) return this.settle();
    this.instance = instance;
    this.announced = new Digest();
    this.lastExchange = 0;
    this.unanswered.clear();
    this.run = instance.start(this.request.action, this.request.input, this.request.flags, this.request.seed);
    this.progress = instance.status(this.run);
    for (const { event, announced } of this.history) {
      const known = event.kind !== "answer" || this.unanswered.has(event.exchange);
      if (!this.waiting || !known || announced !== this.announced.value()) {
        throw new HostError("journal", "the journal does not fit: the module now behaves differently");
      }
      this.apply(event, instance);
    }
    return instance;
  }

  private apply(event: RunEvent, instance: Instance): void {
    let state: number;
    if (event.kind === "wake") {
      state = instance.wake(this.run, event.now);
    } else if (event.kind === "cancel") {
      state = instance.cancel(this.run, event.now);
    } else {
      this.unanswered.delete(event.exchange);
      state = instance.httpDone(this.run, event.exchange, event.now, event.answer);
    }
    if (state < 0) throw this.broken(`it refused an event that it had to take (${String(state)})`);
    for (const announcement of instance.takeAnnouncements()) this.note(announcement);
    this.progress = instance.status(this.run);
  }

  private note(announcement: Announcement): void {
    const { kind, run, exchange } = announcement;
    this.announced.text(kind).number(exchange);
    if (run !== this.run || (kind === "send" && exchange <= this.lastExchange)) {
      throw this.broken("it announced an exchange of no run, or twice");
    }
    if (kind === "cancel") {
      this.unanswered.delete(exchange);
      this.parts.exchanges.abandon(exchange);
      return;
    }
    const { timeoutMs, responseLimit, connection, method, target, headers, body } = announcement.request;
    this.announced.number(timeoutMs).number(responseLimit).text(connection).text(method).text(target);
    this.announced.bytes(headers).bytes(body);
    this.lastExchange = exchange;
    this.unanswered.set(exchange, announcement.request);
  }

  /** Sends what is announced and was not sent yet; once the run is being stopped, it is held back. */
  private sendUnsent(): void {
    if (this.parts.stop?.aborted === true || this.parts.cancel?.aborted === true) return;
    for (const [exchange, request] of this.unanswered) {
      if (this.sent.has(exchange)) continue;
      this.sent.add(exchange);
      this.parts.exchanges.send(exchange, request);
    }
  }

  private broken(why: string): HostError {
    return new HostError("trap", `the module broke the ABI: ${why}`);
  }
}
