// How a removal is stopped, cancelled and continued by the next run of its workflow.
import { CancellationScope, defineSignal, setHandler, type SignalDefinition, workflowInfo } from "@temporalio/workflow";
import type { Progress } from "skipcall-action-host/core";
import { again, contactsOf, NOTHING, settled, sum } from "./account.js";
import { progressOf } from "./progress.js";
import { remove } from "./removal.js";
import { Status } from "./status.js";
import type { RemovalInput, RemovalOptions, RemovalResult } from "./remove_contacts.js";

/** Ends a removal gently: requests that are open get their responses, nothing new is sent, and the account is exact. */
export const stopSignal: SignalDefinition<[], "stop"> = defineSignal("stop");

export interface RemovalSettings {
  /** Of the workers that have the key, where that is another one than the workflow's own. */
  taskQueue?: string;
  /** After so many, the workflow continues as a new run, with a new history. Default: 300. */
  requestsPerRun?: number;
}

/** A history of some 3 MB: clients read no more than 4 MB at once. */
const DEFAULT_REQUESTS_PER_RUN = 300;
const SHORTEST_DURATION_MS = 1000;

/** What one run of the workflow did with an input. @internal */
export interface Step {
  /** Of all runs that had this input. */
  account: RemovalResult;
  /** What the next run takes over. undefined: nothing, since the removal ended. */
  rest: RemovalInput | undefined;
}

/** @internal */
export class Control {
  private readonly gentle = new AbortController();
  private readonly immediate = new AbortController();
  private readonly status = new Status();
  private isStopped = false;
  private requests = 0; // of this run of the workflow

  /** startedAt: of the first run. */
  constructor(
    private readonly settings: RemovalSettings,
    private readonly startedAt: number,
  ) {
    setHandler(stopSignal, () => {
      this.isStopped = true;
      this.gentle.abort();
    });
    CancellationScope.current().cancelRequested.catch(() => {
      this.isStopped = true;
      this.immediate.abort();
    });
  }

  /** By somebody, and not because this run is full. */
  isStopping(): boolean {
    return this.isStopped;
  }

  /** This run has sent its share. */
  get isFull(): boolean {
    const most = this.settings.requestsPerRun ?? DEFAULT_REQUESTS_PER_RUN;
    return this.requests >= most || workflowInfo().continueAsNewSuggested;
  }

  /**
   * earlier: the account of the runs that had the input before, if it is what they left. done: that of other inputs,
   * for those who look.
   */
  async remove(input: RemovalInput, earlier?: RemovalResult, done = NOTHING): Promise<Step> {
    const before = this.requests;
    const onProgress = (progress: Progress): void => {
      this.requests = before + progress.requests;
      this.status.set(progressOf(progress, earlier, done));
      if (this.isFull) this.gentle.abort();
    };
    const { taskQueue } = this.settings;
    const signals = { stop: this.gentle.signal, cancel: this.immediate.signal };
    const timed = { ...input, options: this.optionsNow(input.options) } as RemovalInput;
    const result = await remove(timed, { taskQueue, ...signals, onProgress });
    const account = earlier === undefined ? result : sum(earlier, again(result));
    const isContinued = !this.isStopping() && this.gentle.signal.aborted && result.stoppedBy === "cancelled";
    if (!isContinued || contactsOf(result.remaining) === 0) return { account, rest: undefined };
    const rest = { removals: result.remaining.removals, ...(input.options && { options: input.options }) };
    return { account: settled(account), rest };
  }

  /** A cancellation, or a stop, ends what waits for somebody else's work. undefined: it did. */
  async unlessStopped<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.isStopping()) return undefined;
    const scope = new CancellationScope();
    const end = (): void => scope.cancel();
    for (const { signal } of [this.gentle, this.immediate]) signal.addEventListener("abort", end);
    try {
      return await scope.run(work);
    } catch (error) {
      if (this.isStopping()) return undefined;
      throw error;
    }
  }

  end(): void {
    this.status.end();
  }

  /** The time of earlier runs counts too. */
  private optionsNow(given: RemovalOptions | null = {}): RemovalOptions {
    const { maxDurationMs, ...options } = given ?? {};
    if (maxDurationMs === undefined) return options;
    const left = maxDurationMs - (Date.now() - this.startedAt);
    return { ...options, maxDurationMs: Math.max(SHORTEST_DURATION_MS, left) };
  }
}
