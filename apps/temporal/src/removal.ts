// One run of the module inside the workflow.
import { ApplicationFailure } from "@temporalio/workflow";
import base64 from "remove_contacts.wasm";
import { ActionHost, ActionModule, fromBase64, HostError, type Progress } from "skipcall-action-host/core";
import { DurableClock } from "./durable_clock.js";
import { ANY_SERVER, durableSend } from "./durable_send.js";
import type { RemovalInput, RemovalResult } from "./types.js";

/** A wait costs nothing here, so that the API's longest window ends no run. */
const LONGEST_STALL_MS = 86_400_000;

export interface RemovalControl {
  taskQueue: string | undefined;
  /** Aborted: open requests may end, nothing new is sent. */
  stop: AbortSignal;
  /** Aborted: open requests are given up. */
  cancel: AbortSignal;
  onProgress: (progress: Progress) => void;
}

/** Its result, however it ended. Throws ApplicationFailure where the module failed. */
export async function remove(input: RemovalInput, control: RemovalControl): Promise<RemovalResult> {
  const bytes = fromBase64(base64) ?? new Uint8Array(0);
  const { taskQueue, stop, cancel, onProgress } = control;
  try {
    const host = new ActionHost(ActionModule.fromBytesSync(bytes), {
      send: durableSend(taskQueue),
      clock: new DurableClock(),
      sendKeepsTime: true,
    });
    const { result } = await host.run<RemovalResult>({
      action: "remove_contacts",
      input: { ...input, options: { maxStallMs: LONGEST_STALL_MS, ...input.options } },
      connections: { skipcall: { baseUrl: ANY_SERVER, authenticatedBySend: true } },
      signal: cancel,
      stopSignal: stop,
      graceMs: Infinity,
      onProgress,
    });
    return result;
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    const sent = (error.progress?.requests ?? 0) > 0 ? " Requests that were open may have been carried out." : "";
    throw ApplicationFailure.nonRetryable(`${error.message}.${sent}`, `skipcall-${error.fault}`, error.progress);
  }
}
