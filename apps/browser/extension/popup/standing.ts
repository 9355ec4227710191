// A run's progress, in words.
import type { RunView } from "../run_view.js";
import { button, contacts, element, setText, show } from "./page.js";

// `Phase` of the ABI, for the two that are waits.
const RATE_WINDOW = 2;
const BACK_OFF = 3;

/** One or two sentences. timeOf formats a time of day. */
export function standingOf(view: RunView, timeOf: (ms: number) => string): string {
  const counted =
    view.total === 0
      ? `${contacts(view.contacts)} to remove.`
      : `${String(view.confirmed)} of ${contacts(view.total)} confirmed.`;
  if (view.state === "needs-key")
    return `${counted} The browser or this extension was restarted, so the API key is gone. Enter it to resume.`;
  if (view.state === "needs-space")
    return `${counted} The browser could not write to its storage. Free some disk space, then press Resume.`;
  if (view.wish === "cancel") return `${counted} Cancelling.`;
  if (view.wish === "stop") return `${counted} Stopping: open requests may end.`;
  const until = view.wakeMs === 0 ? "" : ` until ${timeOf(view.wakeMs)}`;
  if (view.phase === RATE_WINDOW) return `${counted} Waiting for the API's next rate window${until}.`;
  if (view.phase === BACK_OFF) return `${counted} Waiting after a failure${until}.`;
  return `${counted} Sending.`;
}

export function showStanding(view: RunView): void {
  setText(
    "standing",
    standingOf(view, (ms) => new Date(ms).toLocaleTimeString()),
  );
  const bar = element("progress", HTMLProgressElement);
  bar.max = Math.max(1, view.total);
  bar.value = view.confirmed + view.failed;
  show("resume", view.state === "needs-space");
  button("stop").disabled = view.wish !== "none";
  button("cancel").disabled = view.wish === "cancel";
}
