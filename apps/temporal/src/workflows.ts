// The workflow. Temporal runs this file in its sandbox: no input or output, and the same again in a replay.
import { CancellationScope, defineSignal, setHandler } from "@temporalio/workflow";
import { progressOf } from "./progress.js";
import { remove } from "./removal.js";
import { Status } from "./status.js";
import type { RemovalInput, RemovalResult } from "./types.js";

export type { RemovalProgress } from "./progress.js";
export { MEMO, progressQuery } from "./status.js";
export type * from "./types.js";

/** Ends a removal gently: requests that are open get their responses, nothing new is sent, and the account is exact. */
export const stopSignal = defineSignal("stop");

export interface RemovalSettings {
  /** Of the workers that have the key, where that is another one than the workflow's own. */
  taskQueue?: string;
}

/**
 * Removes contacts from sequences, at the pace of the API. The result's `status` says whether it did: a workflow that
 * was stopped or cancelled completes too, with its account and `remaining`, the input of a next one.
 */
export async function removeContacts(input: RemovalInput, settings: RemovalSettings = {}): Promise<RemovalResult> {
  const stop = new AbortController();
  const cancel = new AbortController();
  setHandler(stopSignal, () => stop.abort());
  // What is open when the cancellation comes is the module's to account for.
  CancellationScope.current().cancelRequested.catch(() => cancel.abort());
  const status = new Status();
  return CancellationScope.nonCancellable(async () => {
    const control = { taskQueue: settings.taskQueue, stop: stop.signal, cancel: cancel.signal };
    const result = await remove(input, { ...control, onProgress: (progress) => status.set(progressOf(progress)) });
    status.end();
    return result;
  });
}
