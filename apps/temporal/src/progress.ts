// Where a removal stands, as the query and the memo say it.
import { Phase, type Progress } from "skipcall-action-host/core";
import type { RemovalResult } from "./remove_contacts.js";

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

/** earlier: the account of runs that had the same input; done: that of other inputs. @internal */
export function progressOf(now: Progress, earlier: RemovalResult | undefined, done: RemovalResult): RemovalProgress {
  const phase = PHASES.get(now.phase) ?? "sending";
  const before = (count: "unique" | "confirmed" | "refused" | "unknown" | "requests" | "retries"): number =>
    done[count] + (earlier?.[count] ?? 0);
  return {
    phase,
    waitingUntil: phase === "sending" ? null : new Date(now.wakeMs).toISOString(),
    // What an earlier run left is among its contacts.
    total: before("unique") + (earlier === undefined ? now.total : 0),
    confirmed: before("confirmed") + now.confirmed,
    failed: before("refused") + before("unknown") + now.failed,
    open: now.open,
    requests: before("requests") + now.requests,
    retries: before("retries") + now.retries,
  };
}

/** For people, as Temporal's own page shows it. */
export function sentenceOf({ phase, waitingUntil, total, confirmed, failed }: RemovalProgress): string {
  const counts = `${String(confirmed)} of ${String(total)} contacts confirmed, ${String(failed)} failed`;
  if (phase === "ended") return `${counts}; ended`;
  return phase === "sending" ? counts : `${counts}; ${phase} until ${String(waitingUntil)}`;
}
