// A run's progress: a bar, counts, what it waits for, and the rate window. Screen readers announce a change of phase at
// once, and counts every few seconds.
import { Phase, type Progress } from "skipcall-action-host";
import { element, show } from "../../shared/dom.js";
import { countdown, counted, grouped } from "../../shared/words.js";
import type { RequestLog } from "./request_log.js";

const SPOKEN_EVERY_MS = 10_000;
const RESPONSES_BEFORE_HIDDEN = 1;

const PHASE_WORDS: Record<number, string> = {
  [Phase.RATE_WINDOW]: "Waiting for the next rate window",
  [Phase.BACK_OFF]: "Waiting after a failure",
};

/** The pace, as far as the server shows it to a page. */
function windowText({ window, answers }: RequestLog): string {
  if (window?.remaining !== undefined) {
    const of = window.limit === undefined ? "" : ` of ${grouped(window.limit)}`;
    return `Rate window: ${grouped(window.remaining)}${of} requests left.`;
  }
  if (answers < RESPONSES_BEFORE_HIDDEN) return "Rate window: not known before the first response.";
  return "Rate window: the server hides it from pages. The run keeps going until it is told to wait.";
}

export class ProgressView {
  readonly view: HTMLElement;
  private readonly confirmed = element("span", { class: "confirmed" });
  private readonly failed = element("span", { class: "failed" });
  private readonly bar = element(
    "div",
    { class: "bar", role: "progressbar", "aria-label": "Contacts processed", "aria-valuemin": "0" },
    this.confirmed,
    this.failed,
  );
  private readonly counts = element("p", { class: "counts" });
  private readonly phase = element("p", { class: "phase" });
  private readonly window = element("p", { class: "help" });
  private readonly spoken = element("p", { class: "visually-hidden", role: "status" });
  private spokenAt = 0;
  private spokenPhase = -1;

  constructor() {
    this.view = element("div", { class: "progress" }, this.bar, this.counts, this.phase, this.window, this.spoken);
  }

  /** now: unix time in ms, from the host's clock. */
  draw(progress: Progress | undefined, log: RequestLog, now: number): void {
    this.window.textContent = windowText(log);
    if (progress === undefined) return;
    const { total, confirmed, failed, open, phase, wakeMs } = progress;
    const percent = (count: number): string => `${String((count * 100) / Math.max(1, total))}%`;
    this.bar.setAttribute("aria-valuemax", String(Math.max(1, total)));
    this.bar.setAttribute("aria-valuenow", String(confirmed + failed));
    this.bar.setAttribute("aria-valuetext", `${grouped(confirmed)} of ${grouped(total)} confirmed`);
    this.confirmed.style.width = percent(confirmed);
    this.failed.style.width = percent(failed);
    const failures = failed === 0 ? "" : `, ${grouped(failed)} not`;
    this.counts.textContent = `${grouped(confirmed)} of ${counted(total, "contact")} confirmed${failures}`;
    const waiting = PHASE_WORDS[phase];
    const left = wakeMs > now ? `: ${countdown(wakeMs - now)}` : "";
    this.phase.textContent = waiting === undefined ? counted(open, "open request") : `${waiting}${left}`;
    this.speak(progress);
  }

  /** The run is over: the result has the counts, and is announced last. */
  end(headline: string): void {
    for (const part of [this.bar, this.counts, this.phase]) show(part, false);
    this.spoken.textContent = headline;
    this.spokenAt = Infinity;
  }

  private speak({ confirmed, total, phase }: Progress): void {
    const now = performance.now();
    if (this.spokenAt === Infinity) return;
    if (phase === this.spokenPhase && now - this.spokenAt < SPOKEN_EVERY_MS) return;
    this.spokenPhase = phase;
    this.spokenAt = now;
    this.spoken.textContent = `${PHASE_WORDS[phase] ?? "Sending"}. ${grouped(confirmed)} of ${grouped(total)} confirmed.`;
  }
}
