// The workflow's time, which replays the same, and timers that Temporal's server keeps.
import { CancellationScope, sleep } from "@temporalio/workflow";
import type { Clock } from "skipcall-action-host/core";

/**
 * A timer costs events of the history, and most sleeps are ended early by a response. So a timer outlives its sleep: a
 * later one that ends no earlier waits for it too.
 */
export class DurableClock implements Clock {
  readonly longestSleepMs = Infinity;
  private timer: { until: number; scope: CancellationScope; fired: Promise<void> } | undefined;

  now(): number {
    return Date.now();
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    const until = this.now() + ms;
    const ended = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    while (!signal.aborted && this.now() < until) {
      await (until === Infinity ? ended : Promise.race([ended, this.firedBy(until)]));
    }
  }

  /** Resolves then, or earlier. */
  private firedBy(until: number): Promise<void> {
    if (this.timer !== undefined && this.timer.until <= until) return this.timer.fired;
    this.timer?.scope.cancel();
    const scope = new CancellationScope();
    const timer = { until, scope, fired: Promise.resolve() };
    timer.fired = scope
      .run(() => sleep(until - this.now()))
      .catch(() => undefined)
      .then(() => {
        if (this.timer === timer) this.timer = undefined;
      });
    this.timer = timer;
    return timer.fired;
  }
}
