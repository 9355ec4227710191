/** Time, as the host needs it. The platform part has `systemClock()`. */
export interface Clock {
  /** Unix time in milliseconds, which never runs backwards: the wall clock read once, then a monotonic one. */
  now(): number;
  /**
   * Resolves after `ms` milliseconds, or soon after the signal is aborted; it may then reject as well. With 0 it lets
   * the event loop turn once.
   */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /**
   * The longest sleep that the host asks for. Default: a minute, after which the time is read again, since timers stop
   * while a machine sleeps. Infinity: sleeps may be of any length, and of Infinity if only a response ends them.
   */
  readonly longestSleepMs?: number;
}

/** A wait that can be ended from elsewhere. A ring that comes before the wait is not lost. */
export class Bell {
  private rung = false;
  private sleeping: AbortController | undefined;

  constructor(private readonly clock: Clock) {}

  ring(): void {
    this.rung = true;
    this.sleeping?.abort();
  }

  /** Waits for a ring, at most `ms` milliseconds. Always lets the event loop turn once. */
  async wait(ms: number): Promise<void> {
    const sleeping = new AbortController();
    this.sleeping = sleeping;
    await this.clock.sleep(this.rung ? 0 : ms, sleeping.signal).catch(() => undefined);
    this.sleeping = undefined;
    this.rung = false;
  }
}
