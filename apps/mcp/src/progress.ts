// Progress notifications, if the client asked for them. Many clients give up on a call that is silent for a minute, the
// length of a rate window, so a waiting run says so every ten seconds.
import type { ServerContext } from "@modelcontextprotocol/server";
import type { Progress } from "skipcall-action-host";

const SHORTEST_PAUSE_MS = 250;
const LONGEST_SILENCE_MS = 10_000;
/** The protocol requires each value to be larger than the last one. */
const STILL_ALIVE = 1e-6;

export interface ProgressReporter {
  report: (progress: Progress) => void;
  end: () => void;
}

export function progressReporter(context: ServerContext): ProgressReporter | undefined {
  const { mcpReq } = context;
  const progressToken = mcpReq._meta?.progressToken;
  if (progressToken === undefined) return undefined;
  let last: Progress | undefined;
  let lastValue = -1;
  let lastAt = 0;
  const send = (): void => {
    if (last === undefined) return;
    const { confirmed, failed, total, wakeMs, open } = last;
    const done = confirmed + failed;
    const value = Math.max(done, lastValue + STILL_ALIVE);
    lastValue = value;
    lastAt = Date.now();
    const waits = open === 0 && wakeMs > lastAt + 1000 ? `, waiting until ${new Date(wakeMs).toISOString()}` : "";
    const message = `${done.toLocaleString("en")} of ${total.toLocaleString("en")} done${waits}`;
    // A client that is gone gets none, and the run is stopped by its signal.
    mcpReq
      .notify({ method: "notifications/progress", params: { progressToken, progress: value, total, message } })
      .catch(() => undefined);
  };
  const timer = setInterval(() => {
    if (Date.now() - lastAt >= LONGEST_SILENCE_MS) send();
  }, LONGEST_SILENCE_MS / 4);
  return {
    report: (progress) => {
      const isNews = last === undefined || progress.confirmed + progress.failed > last.confirmed + last.failed;
      last = progress;
      if (isNews && Date.now() - lastAt >= SHORTEST_PAUSE_MS) send();
    },
    end: () => clearInterval(timer),
  };
}
