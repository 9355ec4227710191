// Where a removal stands, as the query and the memo say it.
import { Phase, type Progress } from "skipcall-action-host/core";

export interface RemovalProgress {
  /** rate-window and back-off: it waits until `waitingUntil`. ended: there is a result. */
  phase: "sending" | "rate-window" | "back-off" | "ended";
  /** ISO 8601. null: it waits for responses only. */
  waitingUntil: string | null;
  /** Contacts, without invalid ones and duplicates. */
  total: number;
  confirmed: number;
  /** Refused or given up, for now. */
  failed: number;
  /** Requests without a response yet. */
  open: number;
  requests: number;
  retries: number;
}

const PHASES = new Map<number, RemovalProgress["phase"]>([
  [Phase.RATE_WINDOW, "rate-window"],
  [Phase.BACK_OFF, "back-off"],
]);

export const AT_FIRST: RemovalProgress = {
  ...{ phase: "sending", waitingUntil: null },
  ...{ total: 0, confirmed: 0, failed: 0, open: 0, requests: 0, retries: 0 },
};

/** @internal */
export function progressOf(progress: Progress): RemovalProgress {
  const { total, confirmed, failed, open, requests, retries } = progress;
  const phase = PHASES.get(progress.phase) ?? "sending";
  const waitingUntil = phase === "sending" ? null : new Date(progress.wakeMs).toISOString();
  return { phase, waitingUntil, total, confirmed, failed, open, requests, retries };
}

/** For people, as Temporal's own page shows it. */
export function sentenceOf({ phase, waitingUntil, total, confirmed, failed }: RemovalProgress): string {
  const counts = `${String(confirmed)} of ${String(total)} contacts confirmed, ${String(failed)} failed`;
  if (phase === "ended") return `${counts}; ended`;
  return phase === "sending" ? counts : `${counts}; ${phase} until ${String(waitingUntil)}`;
}
