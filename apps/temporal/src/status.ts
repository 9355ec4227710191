// What others see of a removal that runs: by the query, the memo, and Temporal's own page.
import { defineQuery, type QueryDefinition, setCurrentDetails, setHandler, upsertMemo } from "@temporalio/workflow";
import { AT_FIRST, type RemovalProgress, sentenceOf } from "./progress.js";

/** Where the removal stands. It answers after the end too. */
export const progressQuery: QueryDefinition<RemovalProgress, [], "progress"> = defineQuery("progress");

/** The member of the workflow's memo that has a RemovalProgress. */
export const MEMO = "skipcallProgress";
/** The query is always up to date; each change of the memo is an event of the history. */
const MEMO_MS = 60_000;

/** @internal */
export class Status {
  private latest = AT_FIRST;
  private inMemo = -Infinity; // since when it is

  constructor() {
    setHandler(progressQuery, () => this.latest);
  }

  set(progress: RemovalProgress): void {
    this.latest = progress;
    setCurrentDetails(sentenceOf(progress));
    const waitMs = progress.waitingUntil === null ? 0 : Date.parse(progress.waitingUntil) - Date.now();
    const isDue = Date.now() - this.inMemo >= MEMO_MS || waitMs >= MEMO_MS || progress.phase === "ended";
    if (!isDue) return;
    upsertMemo({ [MEMO]: progress });
    this.inMemo = Date.now();
  }

  end(): void {
    this.set({ ...this.latest, phase: "ended", waitingUntil: null });
  }
}
