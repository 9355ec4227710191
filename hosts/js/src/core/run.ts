// One run of an action: its events so far, and the instance that it is in. If that instance is lost because another run
// made it trap, the events bring a fresh one to the same place (ABI.md "Replay").
import { State } from "./abi.js";
import { byteString } from "./byte_string.js";
import { crc32 } from "./crc32.js";
import { hex } from "./hex.js";
import { HostError } from "./host_error.js";
import type { AnnouncedRequest, Announcement, Instance } from "./instance.js";
import type { RecordedEvent, RunEvent, RunRequest } from "./journal.js";
import type { Progress } from "./progress.js";

/** Requests that a run may have open at a time. */
const MOST_OPEN = 1000;
const MOST_OPEN_BYTES = 256 * 1024 * 1024;

/** Each method except release() throws trap: the module trapped, or broke a rule of the ABI; the run is then lost. */
export class Run {
  /** Announced, and neither answered nor given up by the module. */
  readonly unanswered = new Map<number, AnnouncedRequest>();
  private standing: Progress | undefined;
  private instance: Instance | undefined;
  private number = 0;
  private announced = 0;
  private lastExchange = 0;
  private hasGap = false; // events are missing in the history
  private readonly doubted = new Set<string>(); // requests that were reported as lost since

  /**
   * history: the events of the journal that is resumed; it grows with each event. liveInstance: gives a live instance,
   * a fresh one if the last one trapped. record: records an event before it is delivered.
   */
  constructor(
    private readonly request: RunRequest,
    readonly history: RecordedEvent[],
    private readonly liveInstance: () => Promise<Instance>,
    private readonly record: (event: RecordedEvent) => void | Promise<void>,
  ) {}

  /** The last one seen; none before start(). */
  get progress(): Progress | undefined {
    return this.standing;
  }

  get waiting(): boolean {
    return this.standing?.state === State.WAITING;
  }

  /** Starts the run and replays its history. Throws no-memory; journal: the module behaves differently now. */
  async start(): Promise<void> {
    await this.inside(() => undefined);
  }

  /** Records one event and passes it to the module. Throws what start() and record throw. */
  async deliver(event: RunEvent): Promise<void> {
    const recorded = { event, announced: hex(this.announced) };
    await this.record(recorded);
    await this.inside((instance) => {
      this.history.push(recorded);
      this.apply(event, instance);
    });
  }

  /**
   * If events are missing, each request may have been sent before: the first time it is announced, it is to be reported
   * as lost instead of being sent, so that the module knows. The module then repeats it, and that is sent.
   */
  isDoubtful(exchange: number): boolean {
    return this.hasGap && this.doubt(exchange);
  }

  /** False: it has been doubted before. */
  doubt(exchange: number): boolean {
    const request = this.unanswered.get(exchange);
    if (request === undefined) return false;
    const { connection, method, target, body } = request;
    const identity = JSON.stringify([connection, method, target, byteString(body)]);
    const before = this.doubted.size;
    return this.doubted.add(identity).size > before;
  }

  /** The bytes of the result of a run that is done. */
  result(): Promise<Uint8Array> {
    return this.inside((instance) => instance.result(this.number));
  }

  /** Forgets the run, in any state. If the module traps in it, the result that was copied stands. */
  release(): void {
    if (this.number === 0 || this.instance?.alive !== true) return;
    try {
      this.instance.release(this.number);
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
    }
  }

  /** Calls act with an instance that the run is in. Another run may make it trap during any await. */
  private async inside<T>(act: (instance: Instance) => T): Promise<T> {
    for (;;) {
      if (this.instance?.alive === true) return act(this.instance);
      const fresh = await this.liveInstance();
      if (fresh.alive) this.replay(fresh);
    }
  }

  private replay(instance: Instance): void {
    this.instance = instance;
    this.announced = 0;
    this.lastExchange = 0;
    this.hasGap = false;
    this.doubted.clear();
    this.unanswered.clear();
    const { action, input, flags, seed } = this.request;
    this.number = instance.start(action, input, flags, seed);
    this.standing = instance.status(this.number);
    for (const { event, announced } of this.history) {
      const expected = event.kind !== "answer" || this.unanswered.has(event.exchange);
      const isSame = announced === undefined || announced === hex(this.announced);
      if (!this.waiting || !expected || !isSame) {
        throw new HostError("journal", "the journal does not fit: the module now behaves differently");
      }
      this.apply(event, instance);
    }
  }

  private apply(event: RunEvent, instance: Instance): void {
    if (event.kind === "gap") {
      this.hasGap = true;
      this.doubted.clear();
      return;
    }
    let state: number;
    if (event.kind === "wake") {
      state = instance.wake(this.number, event.now);
    } else if (event.kind === "cancel") {
      state = instance.cancel(this.number, event.now);
    } else {
      if (event.answer === undefined) this.doubt(event.exchange);
      this.unanswered.delete(event.exchange);
      state = instance.httpDone(this.number, event.exchange, event.now, event.answer);
    }
    if (state < 0) throw broken(`it refused an event that it had to take (${String(state)})`);
    for (const announcement of instance.takeAnnouncements()) this.note(announcement);
    this.standing = instance.status(this.number);
    if (state !== this.standing.state) throw broken("an event returned another state than the run is in");
    if (this.unanswered.size > MOST_OPEN) throw broken("it has more than 1,000 requests open");
    let bytes = 0;
    for (const { body } of this.unanswered.values()) bytes += body.length;
    if (bytes > MOST_OPEN_BYTES) throw broken("it has requests of more than 256 MiB open");
  }

  private note(announcement: Announcement): void {
    const { kind, run, exchange } = announcement;
    if (run !== this.number || (kind === "send" && exchange <= this.lastExchange)) {
      throw broken("it announced an exchange of no run, or twice");
    }
    if (kind === "cancel") {
      this.count(`cancel ${String(exchange)}\n`);
      this.unanswered.delete(exchange);
      return;
    }
    const { timeoutMs, responseLimit, connection, method, target, headers, body } = announcement.request;
    const parts = [connection, method, target, headers, body].map((part) =>
      typeof part === "string" ? utf8(part) : part,
    );
    const lengths = parts.map((part) => part.length);
    this.count(`send ${[exchange, timeoutMs, responseLimit, ...lengths].join(" ")}\n`, ...parts);
    this.lastExchange = exchange;
    this.unanswered.set(exchange, announcement.request);
  }

  /** Adds to the digest of announcements, abi/JOURNAL.md "Events". */
  private count(line: string, ...parts: Uint8Array[]): void {
    for (const bytes of [utf8(line), ...parts]) this.announced = crc32(bytes, this.announced);
  }
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The module did what the ABI does not allow. */
export function broken(why: string): HostError {
  return new HostError("trap", `the module broke the ABI: ${why}`);
}
