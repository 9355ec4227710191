// Sends a request by an activity, on whatever worker has the key.
import {
  ActivityFailure,
  CancellationScope,
  CancelledFailure,
  proxyActivities,
  TimeoutFailure,
} from "@temporalio/workflow";
import { fromBase64, HttpError, type HttpAnswer, noAnswer, type Send } from "skipcall-action-host/core";
import type { RequestActivities, Response } from "./exchange.js";

/** The workflow does not know the server; the activity puts its own in this one's place. */
export const ANY_SERVER = "https://server.invalid";

/** Beyond the request's own time, which the activity keeps; for a worker that is slow. */
const MARGIN_MS = 30_000;
/** Of a worker that died, its request is known to be lost so soon. */
const HEARTBEAT_TIMEOUT_MS = 20_000;

/** taskQueue: of the workers that have the key. Default: the workflow's own. */
export function durableSend(taskQueue: string | undefined): Send {
  return async ({ url, body, ...request }, signal) => {
    const { sendSkipcallRequest } = proxyActivities<RequestActivities>({
      ...(taskQueue === undefined ? {} : { taskQueue }),
      startToCloseTimeout: request.timeoutMs + MARGIN_MS,
      heartbeatTimeout: HEARTBEAT_TIMEOUT_MS,
      // Only the module may repeat a request: it counts that.
      retry: { maximumAttempts: 1 },
    });
    const scope = new CancellationScope();
    signal.addEventListener("abort", () => scope.cancel());
    const target = url.slice(ANY_SERVER.length);
    try {
      return answerOf(await scope.run(() => sendSkipcallRequest({ ...request, target }, body ?? new Uint8Array(0))));
    } catch (error) {
      const { cause } = error instanceof ActivityFailure ? error : {};
      const isLost = cause instanceof TimeoutFailure || cause instanceof CancelledFailure;
      if (isLost) return { ...noAnswer(HttpError.OTHER, false), isLost };
      throw error;
    }
  };
}

function answerOf({ error, body, ...response }: Response): HttpAnswer {
  return { ...response, error: error as HttpError, body: fromBase64(body) ?? new Uint8Array(0) };
}
