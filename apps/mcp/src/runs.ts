// Runs of a module's actions, a few at a time, with the last ones of each session kept: a client that gave up waiting can
// still read the account.
import { type ActionHost, type Connection, HostError, type Journal, type Progress } from "skipcall-action-host";
import { errorCode, type Journals, type LeftOver } from "./journals.js";
import { isObject } from "./text.js";

/** All runs share one key and its rate window, so more at a time would only wait for each other. */
const MOST_AT_ONCE = 4;
const KEPT = 10;

export type Result = Record<string, unknown>;

export interface RunRecord {
  tool: string;
  startedAt: string;
  /** `cut off`: the server died; what the journal knows is the result. */
  state: "running" | "ended" | "cut off";
  progress?: { confirmed: number; failed: number; total: number };
  result?: Result;
}

export interface RunOptions {
  signal: AbortSignal;
  onProgress?: ((progress: Progress) => void) | undefined;
  /** Where the run is recorded. A dry run is recorded nowhere. */
  history?: RunRecord[] | undefined;
}

/** A failure, in the same form as those of results. */
export function failure(cause: string, message: string, retryable: boolean): Result {
  const error = { cause, code: null, httpStatus: null, retryable, retryAt: null, message, apiMessage: null };
  return { status: "failed", stoppedBy: cause, errors: [error] };
}

function isFileError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}

export class Runs {
  private readonly stopping = new AbortController();
  private readonly running = new Set<Promise<Result>>();
  /** Runs whose account no client has read yet, and the journals that are to be removed then. */
  private readonly unread = new Map<RunRecord, string | undefined>();
  /** Runs that earlier servers did not end. */
  readonly leftOver: readonly RunRecord[];

  constructor(
    private readonly host: ActionHost,
    private readonly connections: Record<string, Connection>,
    private readonly log: (line: string) => void,
    private readonly journals?: Journals,
    leftOver: readonly LeftOver[] = [],
  ) {
    this.leftOver = leftOver.map((one) => this.recordOf(one));
  }

  /** Those that were cut off and that no client has read about. */
  get unreadLeftOver(): RunRecord[] {
    return this.leftOver.filter((record) => this.unread.has(record));
  }

  /** A client has read the records, so their journals are no longer needed. */
  async wereRead(records: readonly RunRecord[]): Promise<void> {
    for (const record of records) {
      const path = this.unread.get(record);
      this.unread.delete(record);
      if (path !== undefined) await this.journals?.remove(path);
    }
  }

  /** Never rejects. An aborted signal stops gently: open requests get time to end, and the account is exact. */
  async run(action: string, input: unknown, options: RunOptions): Promise<Result> {
    if (this.stopping.signal.aborted)
      return failure("cancelled", "The server is shutting down. Nothing was sent.", true);
    if (this.running.size >= MOST_AT_ONCE) {
      const message = `${String(MOST_AT_ONCE)} runs are in progress. Nothing was sent; call again when one has ended.`;
      return failure("busy", message, true);
    }
    const startedAt = new Date();
    const record: RunRecord = { tool: action, startedAt: startedAt.toISOString(), state: "running" };
    const { history } = options;
    history?.push(record);
    history?.splice(0, history.length - KEPT);
    const run =
      this.journals === undefined || history === undefined
        ? this.drive(action, input, options, record)
        : this.driveRecorded(this.journals, startedAt, action, input, options, record);
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

  private recordOf({ path, startedAt, action, result }: LeftOver): RunRecord {
    const why = result instanceof HostError ? result.message : undefined;
    const account = result instanceof HostError ? failure("journal", `No account: ${result.message}.`, false) : result;
    const record: RunRecord = { tool: action, startedAt, state: "cut off", result: account };
    this.log(`${action} of ${startedAt} was cut off${why === undefined ? "" : `, and ${path} has no account: ${why}`}`);
    this.unread.set(record, why === undefined ? path : undefined); // one without an account stays for the operator
    return record;
  }

  private async driveRecorded(
    journals: Journals,
    startedAt: Date,
    action: string,
    input: unknown,
    options: RunOptions,
    record: RunRecord,
  ): Promise<Result> {
    let kept: Awaited<ReturnType<Journals["create"]>>;
    try {
      kept = await journals.create(startedAt);
    } catch (error) {
      return failure("journal", `The journal cannot be written: ${errorCode(error)}. Nothing was sent.`, true);
    }
    const result = await this.drive(action, input, options, record, kept.journal);
    await kept.journal.close();
    // The call's response carries the account. If nobody waits for it, the journal keeps it.
    if (options.signal.aborted || this.isStopping()) this.unread.set(record, kept.path);
    else await journals.remove(kept.path);
    return result;
  }

  private async drive(
    action: string,
    input: unknown,
    options: RunOptions,
    record: RunRecord,
    journal?: Journal,
  ): Promise<Result> {
    try {
      const { result } = await this.host.run({
        action,
        input,
        connections: this.connections,
        journal,
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
      const openRequests = " Requests that were open may have been carried out.";
      if (isFileError(error)) {
        return failure("journal", `The journal cannot be written: ${errorCode(error)}.${openRequests}`, true);
      }
      if (!(error instanceof HostError)) throw error;
      const { fault, message, progress } = error;
      const sent = (progress?.requests ?? 0) > 0 ? openRequests : "";
      return failure(fault === "connection" ? "configuration" : "internal", `${message}.${sent}`, fault === "trap");
    }
  }
}
