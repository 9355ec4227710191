// One workflow for each key: it takes removals in turn, so that they do not compete for the key's rate window.
import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  currentUpdateInfo,
  defineUpdate,
  executeChild,
  ParentClosePolicy,
  setHandler,
  sleep,
  workflowInfo,
} from "@temporalio/workflow";
import type { UpdateDefinition } from "@temporalio/common";
import type { RemovalSettings } from "./control.js";
import type { SourceInput, SourceResult } from "./source.js";
import { removeContacts, removeContactsFrom } from "./removals.js";
import type { RateLimit, RemovalInput, RemovalResult } from "./remove_contacts.js";

type TurnArguments = [job: Job, settings?: RemovalSettings];

/** An input of removeContacts or removeContactsFrom. */
export type Job = RemovalInput | SourceInput;

/**
 * Removes contacts when those that came before are done, and returns the result. The removal is a workflow of its own,
 * whose id is that of the queue, "/" and the update's id: query, stop or cancel it by that.
 */
export const removeInTurnUpdate: UpdateDefinition<RemovalResult | SourceResult, TurnArguments, "removeInTurn"> =
  defineUpdate("removeInTurn");

/** With nothing to do for so long, the queue completes; the next update starts it again. */
const IDLE_MS = 60_000;

/** Takes removals by the update removeInTurn, one at a time, in the order in which they came. */
export async function removalQueue(): Promise<void> {
  let last = Promise.resolve();
  let rateLimit: RateLimit | null = null;
  let jobs = 0;

  const inTurn = async (job: Job, settings: RemovalSettings): Promise<RemovalResult | SourceResult> => {
    await untilOpen(rateLimit);
    const workflowId = `${workflowInfo().workflowId}/${currentUpdateInfo()?.id ?? ""}`;
    // A queue that is terminated takes no removal with it: that ends with its account.
    const options = { workflowId, parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL };
    const result =
      "source" in job
        ? await executeChild(removeContactsFrom, { ...options, args: [job, settings] })
        : await executeChild(removeContacts, { ...options, args: [job, settings] });
    rateLimit = result.rateLimit;
    return result;
  };
  const takeTurn = async (job: Job, settings: RemovalSettings = {}): Promise<RemovalResult | SourceResult> => {
    ++jobs;
    const turn = last.then(() => inTurn(job, settings));
    last = turn.then(
      () => undefined,
      () => undefined,
    );
    return turn;
  };
  const validator = (job: unknown): void => {
    if (typeof job !== "object" || job === null) {
      throw ApplicationFailure.nonRetryable(
        "a job is an input of removeContacts or removeContactsFrom",
        "skipcall-job",
      );
    }
    if (!workflowInfo().continueAsNewSuggested) return;
    throw ApplicationFailure.retryable(
      "the queue's history is full; it continues when its jobs are done",
      "queue-full",
    );
  };
  setHandler<RemovalResult | SourceResult, TurnArguments, typeof removeInTurnUpdate>(removeInTurnUpdate, takeTurn, {
    validator,
  });

  try {
    for (let before = -1; before !== jobs;) {
      before = jobs;
      await condition(() => jobs !== before || workflowInfo().continueAsNewSuggested, IDLE_MS);
      await condition(allHandlersFinished);
      if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof removalQueue>();
    }
  } finally {
    await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  }
}

/** A removal does not know what the one before it has left of the window. */
async function untilOpen(rateLimit: RateLimit | null): Promise<void> {
  if (rateLimit?.remaining !== 0 || rateLimit.resetAt === null) return;
  const left = Date.parse(rateLimit.resetAt) - Date.now();
  if (left > 0) await sleep(left);
}
