// Where a run stands: a bar, counts, what it waits for, and the rate window. Screen readers hear of a change of phase at
// once, and of counts every few seconds.
import { Phase, type Progress } from "skipcall-action-host";
import { element, show } from "../../shared/dom.js";
import { countdown, counted, grouped } from "../../shared/words.js";
import type { RequestLog } from "./request_log.js";

const SPOKEN_EVERY_MS = 10_000;
const ANSWERS_BEFORE_HIDDEN = 1;

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
  if (answers < ANSWERS_BEFORE_HIDDEN) return "Rate window: not known before the first answer.";
  return "Rate window: the server hides it from pages. The run keeps going until it is told to wait.";
}

export class ProgressView {
  readonly view: HTMLElement;
  private readonly bar = element("progress", { "aria-label": "Contacts dealt with" });
  private readonly counts = element("p", { class: "counts" });
  private readonly phase = element("p", { class: "phase" });
  private readonly window = element("p", { class: "help" });
  private readonly spoken = element("p", { class: "visually-hidden", role: "status" });
  private spokenAt = 0;
  private spokenPhase = -1;

  constructor() {
    this.view = element("div", { class: "progress" }, this.bar, this.counts, this.phase, this.window, this.spoken);
  }

  /** now: unix time in ms, of the host's clock. */
  draw(progress: Progress | undefined, log: RequestLog, now: number): void {
    this.window.textContent = windowText(log);
    if (progress === undefined) return;
    const { total, confirmed, failed, open, phase, wakeMs } = progress;
    this.bar.max = Math.max(1, total);
    this.bar.value = confirmed + failed;
    const failures = failed === 0 ? "" : `, ${grouped(failed)} not`;
    this.counts.textContent = `${grouped(confirmed)} of ${counted(total, "contact")} confirmed${failures}`;
    const waiting = PHASE_WORDS[phase];
    const left = wakeMs > now ? `: ${countdown(wakeMs - now)}` : "";
    this.phase.textContent = waiting === undefined ? counted(open, "open request") : `${waiting}${left}`;
    this.speak(progress);
  }

  /** The run is over: nothing more to wait for. */
  end(): void {
    show(this.phase, false);
    this.spoken.textContent = "";
  }

  private speak({ confirmed, total, phase }: Progress): void {
    const now = performance.now();
    if (phase === this.spokenPhase && now - this.spokenAt < SPOKEN_EVERY_MS) return;
    this.spokenPhase = phase;
    this.spokenAt = now;
    this.spoken.textContent = `${PHASE_WORDS[phase] ?? "Sending"}. ${grouped(confirmed)} of ${grouped(total)} confirmed.`;
  }
}
