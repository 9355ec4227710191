// One run of the module inside the workflow.
import { ApplicationFailure } from "@temporalio/workflow";
import base64 from "remove_contacts.wasm";
import { ActionHost, ActionModule, fromBase64, HostError, type Progress, type Send } from "skipcall-action-host/core";
import { DurableClock } from "./durable_clock.js";
import { ANY_SERVER, durableSend } from "./durable_send.js";
import type { RemovalInput, RemovalResult } from "./remove_contacts.js";

/** A wait costs nothing here, so that the API's longest window ends no run. */
const LONGEST_STALL_MS = 86_400_000;
/** Of a body, enough to hold its first id: no two batches of a run have one in common. */
const BATCH_NAME_BYTES = 64;

export interface RemovalControl {
  taskQueue: string | undefined;
  /** Aborted: open requests may end, nothing new is sent. */
  stop: AbortSignal;
  /** Aborted: open requests are given up. */
  cancel: AbortSignal;
  onProgress: (progress: Progress) => void;
}

/**
 * Counts what was sent. The module also counts what it has announced and a gentle stop has held back; in a removal of
 * many runs, each of which ends so, that would add up.
 */
class SentRequests {
  private requests = 0;
  private readonly batches = new Set<string>();

  constructor(private readonly inner: Send) {}

  readonly send: Send = (request, signal) => {
    ++this.requests;
    const start = new TextDecoder().decode(request.body?.subarray(0, BATCH_NAME_BYTES));
    this.batches.add(`${request.url} ${start}`);
    return this.inner(request, signal);
  };

  counts(): { requests: number; retries: number } {
    return { requests: this.requests, retries: this.requests - this.batches.size };
  }
}

/** Its result, however it ended. Throws ApplicationFailure where the module failed. */
export async function remove(input: RemovalInput, control: RemovalControl): Promise<RemovalResult> {
  const bytes = fromBase64(base64) ?? new Uint8Array(0);
  const { taskQueue, stop, cancel, onProgress } = control;
  const sent = new SentRequests(durableSend(taskQueue));
  try {
    const host = new ActionHost(ActionModule.fromBytesSync(bytes), {
      send: sent.send,
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
    return { ...result, ...sent.counts() };
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    const sent = (error.progress?.requests ?? 0) > 0 ? " Requests that were open may have been carried out." : "";
    throw ApplicationFailure.nonRetryable(`${error.message}.${sent}`, `skipcall-${error.fault}`, error.progress);
  }
}
