// A small note in the corner of the page, which shows a run's progress and can stop it. It is in its own shadow tree,
// isolated from the page's styles.
import { Phase, type Progress } from "skipcall-action-host";

const WAITS: Partial<Record<number, string>> = {
  [Phase.RATE_WINDOW]: "waiting for the next rate window",
  [Phase.BACK_OFF]: "waiting after a failure",
};

export class ProgressNote {
  private readonly place = document.createElement("div");
  private readonly text = document.createElement("p");

  constructor(stop: () => void) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Stop";
    button.addEventListener("click", () => {
      button.disabled = true;
      stop();
    });
    this.text.setAttribute("role", "status");
    this.text.textContent = "Removing contacts…";
    const box = document.createElement("div");
    // By properties: a page's policy may forbid styles in markup.
    Object.assign(box.style, {
      position: "fixed",
      right: "16px",
      bottom: "16px",
      zIndex: "2147483647",
      padding: "12px 16px",
      font: "14px/1.4 system-ui, sans-serif",
      color: "#1b1b1f",
      background: "#ffffff",
      border: "1px solid #767682",
      borderRadius: "6px",
    });
    box.append(this.text, button);
    this.place.attachShadow({ mode: "open" }).append(box);
    document.body.append(this.place);
  }

  show({ confirmed, failed, total, phase, wakeMs }: Progress): void {
    const waits = WAITS[phase];
    const until = waits === undefined || wakeMs === 0 ? "" : ` until ${new Date(wakeMs).toLocaleTimeString()}`;
    const not = failed === 0 ? "" : `, ${String(failed)} not`;
    const now = waits === undefined ? "" : ` (${waits}${until})`;
    this.text.textContent = `${String(confirmed)} of ${String(total)} contacts confirmed${not}${now}`;
  }

  remove(): void {
    this.place.remove();
  }
}
