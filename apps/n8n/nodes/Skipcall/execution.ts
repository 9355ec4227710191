// The execution that a run belongs to: lets n8n's event loop turn, and knows whether n8n still waits for the run.
import { sleep } from "n8n-workflow";
import type { IExecuteFunctions } from "n8n-workflow";

import type { AnyN8n } from "./older_n8n";

/** Work without a turn of the loop. Several executions of a worker may each take as long, one after the other. */
export const LONGEST_SLICE_MS = 20;
/**
 * If the loop was blocked for longer, the worker may have lost the lock by which n8n knows that an execution is alive.
 */
export const DOUBTFUL_STALL_MS = 4000;
/** How often a run in a sub-workflow asks whether the execution that waits for it has ended. */
export const PARENT_INTERVAL_MS = 5000;

/** What an execution needs; the tests have their own. */
export interface Loop {
  now(): number;
  /** Lets the event loop turn once. */
  turn(): Promise<unknown>;
}

const N8N_LOOP: Loop = { now: () => performance.now(), turn: () => sleep(0) };

export class Execution {
  private readonly end = new AbortController();
  private sliceBegan: number;
  private lastSeen: number;
  private doubtful = false;
  /** The execution that called this one as a sub-workflow. */
  private parentId: string | undefined;
  private parentAsked: number;
  private settling: Promise<void> | undefined;

  constructor(
    private readonly context: IExecuteFunctions,
    private readonly loop: Loop = N8N_LOOP,
  ) {
    this.sliceBegan = this.lastSeen = this.parentAsked = loop.now();
    this.parentId = (context as AnyN8n).getExecutionContext?.()?.parentExecutionId;
    const stop = context.getExecutionCancelSignal();
    if (stop?.aborted === true) this.end.abort();
    else stop?.addEventListener("abort", () => this.end.abort(), { once: true });
  }

  /** Aborted: somebody stopped the execution, or n8n has given it up. */
  get signal(): AbortSignal {
    return this.end.signal;
  }

  get over(): boolean {
    return this.end.signal.aborted;
  }

  /** The slice is used up: pause() is due. */
  get due(): boolean {
    return this.loop.now() - this.sliceBegan >= LONGEST_SLICE_MS;
  }

  /** Lets the loop turn, so that a stop can come through, and begins a new slice. */
  async pause(): Promise<void> {
    await this.loop.turn();
    this.seen();
    await this.settleDoubt();
    this.sliceBegan = this.loop.now();
  }

  /** To be called whenever the loop is known to turn: the time between two calls was at most a stall. */
  seen(): void {
    const now = this.loop.now();
    if (now - this.lastSeen > DOUBTFUL_STALL_MS) this.doubtful = true;
    this.lastSeen = now;
  }

  /**
   * Asks n8n whether the execution has ended without us: after a long stall, since in queue mode the main process ends it
   * when the lock has expired, without telling the worker; and in a sub-workflow from time to time, since n8n stops an
   * execution without stopping the one that it waits for.
   */
  async settleDoubt(): Promise<void> {
    // One answer for all requests that are about to be sent.
    this.settling ??= this.ask().finally(() => (this.settling = undefined));
    await this.settling;
  }

  private async ask(): Promise<void> {
    try {
      if (this.doubtful) {
        this.doubtful = false;
        if (await this.hasFailed(this.context.getExecutionId())) this.end.abort();
      }
      if (this.parentId !== undefined && this.loop.now() - this.parentAsked >= PARENT_INTERVAL_MS) {
        this.parentAsked = this.loop.now();
        await this.settleParent(this.parentId);
      }
    } catch {
      // No answer means nothing: executions that are not saved are not there either.
    }
  }

  private async settleParent(parentId: string): Promise<void> {
    if (!(await this.hasFailed(parentId))) return;
    // Read only now, since all items are in it. An error workflow has a parent too, and nobody waits for it.
    const own = (await this.context.getExecutionDataById(this.context.getExecutionId()))?.parentExecution;
    if (own?.executionId === parentId && own.shouldResume === true) this.end.abort();
    else this.parentId = undefined;
  }

  /** Whether an execution was stopped or given up, or one that waits for it. */
  private async hasFailed(executionId: string): Promise<boolean> {
    const data = await this.context.getExecutionDataById(executionId);
    if (data?.resultData.error !== undefined) return true;
    const parent = data?.parentExecution;
    return parent?.shouldResume === true && (await this.hasFailed(parent.executionId));
  }
}

/** Goes through a list in slices, to its end. */
export async function eachInSlices<T>(
  list: readonly T[],
  execution: Execution,
  act: (item: T, at: number) => void,
): Promise<void> {
  for (const [at, item] of list.entries()) {
    if (execution.due) await execution.pause();
    act(item, at);
  }
}

/** What act gives for each item of a list, computed in slices. */
export async function mapInSlices<T, U>(
  list: readonly T[],
  execution: Execution,
  act: (item: T, at: number) => U,
): Promise<U[]> {
  const results: U[] = [];
  await eachInSlices(list, execution, (item, at) => results.push(act(item, at)));
  return results;
}
