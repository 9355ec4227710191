// The node's options and the credential, as the action and its host want them.
import type { IExecuteFunctions } from "n8n-workflow";

import type { Connection } from "./generated/host/connection.js";
import { BASE_URL, OPTIONS } from "./generated/manifest";
import { DEFAULT_CONCURRENCY, DEFAULT_MAX_DURATION_S } from "./properties";

/** Kept before the end of a workflow that may run only so long, so that the items still leave the node. */
const RESERVE_MS = 5000;

/** The collection "Options" of the node, as it is filled in. */
export interface NodeOptions {
  batchSize?: number;
  concurrency?: number;
  dryRun?: boolean;
  leaveRemaining?: number;
  maxDuration?: number;
  skipBadIds?: boolean;
  whenLimited?: "handOn" | "wait";
}

/** The action's `options`; the manifest describes them. */
export type ActionOptions = Record<string, string | number | boolean>;

/**
 * timeLeftMs: until the workflow's time-out, if it has one. skipBadIds: asked for by the node's settings rather than by
 * the options.
 */
export function actionOptions(
  options: NodeOptions,
  timeLeftMs: number | undefined,
  skipBadIds: boolean,
): ActionOptions {
  const { minimum, maximum } = OPTIONS.maxDurationMs;
  const wanted = (options.maxDuration ?? DEFAULT_MAX_DURATION_S) * 1000;
  const allowed = timeLeftMs === undefined ? wanted : Math.min(wanted, timeLeftMs - RESERVE_MS);
  const maxDurationMs = Math.max(minimum, Math.min(maximum, Math.floor(allowed)));
  const { leaveRemaining } = options;
  return {
    batchSize: options.batchSize ?? OPTIONS.batchSize.default,
    concurrency: options.concurrency ?? DEFAULT_CONCURRENCY,
    dryRun: options.dryRun ?? false,
    maxDurationMs,
    maxStallMs: options.whenLimited === "handOn" ? 0 : maxDurationMs,
    onInvalid: skipBadIds || options.skipBadIds === true ? "skip" : "fail",
    ...(leaveRemaining === undefined ? {} : { leaveRemaining }),
  };
}

/**
 * Until the workflow's time-out, in milliseconds. n8n has the moment in the context of an execution, but not in its
 * types; the setting of the workflow is there in any case, and counts from now at the earliest.
 */
export function timeLeft(context: IExecuteFunctions, now: number): number | undefined {
  const { additionalData } = context as unknown as { additionalData?: { executionTimeoutTimestamp?: number } };
  const end = additionalData?.executionTimeoutTimestamp;
  if (typeof end === "number") return end - now;
  const seconds = context.getWorkflowSettings().executionTimeout;
  return typeof seconds === "number" && seconds > 0 ? seconds * 1000 : undefined;
}

/** The credential's server. n8n adds the key; here it only serves to overwrite it where an answer repeats it. */
export function connectionOf(credential: { environment?: unknown; baseUrl?: unknown; apiKey?: unknown }): Connection {
  const custom = credential.environment === "custom";
  return {
    baseUrl: custom ? String(credential.baseUrl ?? "") : BASE_URL,
    secret: String(credential.apiKey ?? ""),
    authenticatedBySend: true,
  };
}
