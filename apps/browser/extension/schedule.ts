// The alarm that wakes the run. It outlives the worker: where the browser stops the worker in the middle, a fresh one goes
// on when the alarm rings. While a worker lives, the host's own timers are quicker, and the alarm finds nothing to do.

export const ALARM = "go-on";
/** Chromium's shortest period. Of a packed extension it also puts an earlier time off to this. */
const PERIOD_MINUTES = 0.5;
const PERIOD_MS = PERIOD_MINUTES * 60_000;
/** Shorter waits are not worth an alarm: a worker lives longer than that after its last event. */
const SHORTEST_WAIT_MS = 1000;

/**
 * When the alarm is to ring first, unix time in ms; nothing: as it is set. wakeMs: when the run wants to be woken, 0: it
 * waits for answers. armedMs: when it rings now, and every period from then on; 0: not at all.
 */
export function nextAlarm(wakeMs: number, nowMs: number, armedMs: number): number | undefined {
  const waits = wakeMs > nowMs + SHORTEST_WAIT_MS;
  if (waits) return wakeMs === armedMs ? undefined : wakeMs;
  const soonEnough = armedMs !== 0 && armedMs <= nowMs + PERIOD_MS;
  return soonEnough ? undefined : nowMs + PERIOD_MS;
}

export class Schedule {
  private armedMs = 0;

  /** Sees to it that the run is gone on with, whatever becomes of this worker. To be called after each event. */
  async expect(wakeMs: number): Promise<void> {
    const when = nextAlarm(wakeMs, Date.now(), this.armedMs);
    if (when === undefined) return;
    this.armedMs = when;
    await chrome.alarms.create(ALARM, { when, periodInMinutes: PERIOD_MINUTES });
  }

  /** Nothing is to be gone on with. */
  async clear(): Promise<void> {
    this.armedMs = 0;
    await chrome.alarms.clear(ALARM);
  }
}
