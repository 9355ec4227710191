// The alarm that wakes the run. It outlives the worker: if the browser stops the worker midway, a fresh one continues
// when the alarm rings. While a worker lives, the host's own timers are quicker, and the alarm finds nothing to do.

export const ALARM = "go-on";
/** Chromium's shortest period. For a packed extension, it also delays earlier times to this. */
const PERIOD_MINUTES = 0.5;
const PERIOD_MS = PERIOD_MINUTES * 60_000;
/** Shorter waits are not worth an alarm: a worker lives longer than that after its last event. */
const SHORTEST_WAIT_MS = 1000;

/**
 * When the alarm is to ring first, unix time in ms; undefined: as it is set. wakeMs: when to wake the run, 0: it waits
 * for responses. armedMs: when it is set to ring, and every period from then on; 0: not set.
 */
export function nextAlarm(wakeMs: number, nowMs: number, armedMs: number): number | undefined {
  const waits = wakeMs > nowMs + SHORTEST_WAIT_MS;
  if (waits) return wakeMs === armedMs ? undefined : wakeMs;
  const soonEnough = armedMs !== 0 && armedMs <= nowMs + PERIOD_MS;
  return soonEnough ? undefined : nowMs + PERIOD_MS;
}

export class Schedule {
  private armedMs = 0;

  /** Ensures that the run continues, whatever becomes of this worker. To be called after each event. */
  async expect(wakeMs: number): Promise<void> {
    const when = nextAlarm(wakeMs, Date.now(), this.armedMs);
    if (when === undefined) return;
    this.armedMs = when;
    await chrome.alarms.create(ALARM, { when, periodInMinutes: PERIOD_MINUTES });
  }

  /** There is nothing to continue. */
  async clear(): Promise<void> {
    this.armedMs = 0;
    await chrome.alarms.clear(ALARM);
  }
}
