// Runs of a module's actions, a few at a time, with the last ones of each session kept: a client that gave up waiting can
// still read the account.
import { type ActionHost, type Connection, HostError, type Progress } from "skipcall-action-host";
import { isObject } from "./text.js";

/** All runs share one key and its rate window, so more at a time would only wait for each other. */
const MOST_AT_ONCE = 4;
const KEPT = 10;

export type Result = Record<string, unknown>;

export interface RunRecord {
  tool: string;
  startedAt: string;
  state: "running" | "ended";
  progress?: { confirmed: number; failed: number; total: number };
  result?: Result;
}

export interface RunOptions {
  signal: AbortSignal;
  onProgress?: ((progress: Progress) => void) | undefined;
  history: RunRecord[];
}

/** A failure, in the same form as those of results. */
export function failure(cause: string, message: string, retryable: boolean): Result {
  const error = { cause, code: null, httpStatus: null, retryable, retryAt: null, message, apiMessage: null };
  return { status: "failed", stoppedBy: cause, errors: [error] };
}

export class Runs {
  private readonly stopping = new AbortController();
  private readonly running = new Set<Promise<Result>>();

  constructor(
    private readonly host: ActionHost,
    private readonly connections: Record<string, Connection>,
    private readonly log: (line: string) => void,
  ) {}

  /** Never rejects. An aborted signal stops gently: open requests get time to end, and the account is exact. */
  async run(action: string, input: unknown, options: RunOptions): Promise<Result> {
    if (this.stopping.signal.aborted)
      return failure("cancelled", "The server is shutting down. Nothing was sent.", true);
    if (this.running.size >= MOST_AT_ONCE) {
      const message = `${String(MOST_AT_ONCE)} runs are in progress. Nothing was sent; call again when one has ended.`;
      return failure("busy", message, true);
    }
    const record: RunRecord = { tool: action, startedAt: new Date().toISOString(), state: "running" };
    const { history } = options;
    history.push(record);
    history.splice(0, history.length - KEPT);
    const run = this.drive(action, input, options, record);
    this.running.add(run);
    const result = await run;
    this.running.delete(run);
    record.state = "ended";
    record.result = result;
    // Nobody may be left to read the result, so the account of a run that was stopped goes to the log: counts, no ids.
    if (options.signal.aborted || this.isStopping()) {
      const counts = Object.entries(result).filter(([, value]) => typeof value === "number");
      this.log(`${action} was stopped: ${JSON.stringify(Object.fromEntries(counts))}`);
    }
    return result;
  }

  /** Stops all runs gently. Resolves when they have ended. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.running);
  }

  private isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  private async drive(action: string, input: unknown, options: RunOptions, record: RunRecord): Promise<Result> {
    try {
      const { result } = await this.host.run({
        action,
        input,
        connections: this.connections,
        stopSignal: AbortSignal.any([options.signal, this.stopping.signal]),
        onProgress: (progress) => {
          const { confirmed, failed, total } = progress;
          record.progress = { confirmed, failed, total };
          options.onProgress?.(progress);
        },
      });
      if (isObject(result)) return result;
      return failure(
        "internal",
        "The action's result is not an object. Open requests may have been carried out.",
        false,
      );
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      const { fault, message, progress } = error;
      const sent = (progress?.requests ?? 0) > 0 ? " Requests that were open may have been carried out." : "";
      return failure(fault === "connection" ? "configuration" : "internal", `${message}.${sent}`, fault === "trap");
    }
  }
}
