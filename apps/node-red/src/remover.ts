// The runs of one node: one at a time, so that they do not wait for each other's rate window.
import {
  type ActionHost,
  type Connection,
  HostError,
  type Journal,
  type Progress,
  type RunEnd,
} from "skipcall-action-host";
import type { RemovalResult } from "../../../plugin-manifest/remove_contacts";
import { type Job, type JobStore, journalOf, type Kept, NOTHING, Suspended } from "./job_store.js";
import { type Outcome, outcomesOf } from "./outcomes.js";

const MOST_WAITING = 1000;
/** An id is far shorter; a longer text would keep the module from reading the input at all. */
const LONGEST_ID = 4096;

export interface RemoverSettings {
  host: ActionHost;
  connection: Connection;
  /** Options of each run; those of the action's own form come on top. */
  options: Record<string, unknown>;
  /** Messages that come while a run is going on become one run. */
  merges: boolean;
  store: JobStore | undefined;
  onProgress: (progress: Progress) => void;
  /** A job ended; result: undefined where there is none, and then there is an error. */
  onEnd: (job: Job, outcome: Outcome | undefined, result: RemovalResult | undefined, error: Error | undefined) => void;
  onIdle: (last: RemovalResult | undefined) => void;
}

/**
 * A value that the module can read, so that it judges this one alone. Half of a character, lists within lists, or what
 * JSON cannot hold would end the whole run. Null is as little an id as they are.
 */
function readable(value: unknown): string | null {
  const isReadable = typeof value === "string" && value.length <= LONGEST_ID && !/\p{Surrogate}/u.test(value);
  return isReadable ? value : null;
}

function inputOf(jobs: readonly Job[], options: Record<string, unknown>): unknown {
  const removals = jobs.flatMap((job) =>
    job.removals.map(({ sequenceId, contactIds }) => ({
      sequenceId: readable(sequenceId),
      contactIds: contactIds.map(readable),
    })),
  );
  return { removals, options: { ...options, ...jobs[0]?.options } };
}

/** Where nothing was begun. */
function unsent(job: Job): Outcome {
  const why = { cause: "cancelled", message: "Stopped before it began.", retryable: true, retryAt: null };
  return {
    removed: [],
    notRemoved: job.removals.flatMap(({ sequenceId, contactIds }) =>
      contactIds.map((contactId) => ({ sequenceId, contactId, outcome: "unsent" as const, ...why })),
    ),
  };
}

export class Remover {
  private waiting: Job[] = [];
  private running: Promise<void> | undefined;
  private stopping = new AbortController();
  private isSuspended = false;
  private current: Pick<Kept, "jobs" | "lines"> = NOTHING;
  /** Before, a save would replace what the store has. */
  private isLoaded = false;
  private loading = Promise.resolve(NOTHING);

  constructor(private readonly settings: RemoverSettings) {}

  /** Goes on with what Node-RED's end has left, if anything. */
  begin(): void {
    this.loading = this.load();
    this.running = this.work(true);
  }

  /** False: too many are waiting. */
  add(job: Job): boolean {
    if (this.waiting.length >= MOST_WAITING) return false;
    this.waiting.push(job);
    this.save().catch(() => undefined); // the next line of a journal says why
    this.running ??= this.work(false);
    return true;
  }

  /** Open requests get time to end; nothing new is sent. Resolves when all that was given has been answered. */
  async stop(): Promise<void> {
    await this.loading;
    this.stopping.abort();
    for (const job of this.waiting.splice(0)) this.settings.onEnd(job, unsent(job), undefined, undefined);
    await this.running;
  }

  /** As stop, but what is going on or waits is kept for the next start where there is a store. */
  async close(isRemoved: boolean): Promise<void> {
    this.isSuspended = this.settings.store !== undefined && !isRemoved;
    if (!this.isSuspended) return this.stop();
    this.suspend.abort();
    await this.running;
    await this.save();
  }

  private readonly suspend = new AbortController();

  private async work(mayResume: boolean): Promise<void> {
    let last: RemovalResult | undefined;
    if (mayResume) last = await this.resume();
    while (this.waiting.length > 0 && !this.isSuspended) {
      this.stopping = new AbortController();
      const jobs = this.take();
      last = await this.run(jobs, [], (journal) =>
        this.settings.host.run<RemovalResult>({
          ...this.control(),
          action: "remove_contacts",
          input: inputOf(jobs, this.settings.options),
          ...(journal === undefined ? {} : { journal }),
        }),
      );
    }
    this.running = undefined;
    if (!this.isSuspended) this.settings.onIdle(last);
  }

  private take(): Job[] {
    const [first] = this.waiting;
    const options = JSON.stringify(first?.options);
    const isAlike = (job: Job, at: number) =>
      at === 0 || (this.settings.merges && JSON.stringify(job.options) === options);
    const jobs = this.waiting.filter(isAlike);
    this.waiting = this.waiting.filter((job) => !jobs.includes(job));
    return jobs;
  }

  /** Those that waited when Node-RED ended come before those that came since. */
  private async load(): Promise<Kept> {
    let kept = NOTHING;
    try {
      kept = (await this.settings.store?.load()) ?? NOTHING;
    } catch {
      // The store cannot be read; the first line of a journal says why.
    }
    const { jobs, lines, waiting } = kept;
    this.waiting.unshift(...(lines.length === 0 ? jobs : []), ...waiting);
    this.isLoaded = true;
    return kept;
  }

  private async resume(): Promise<RemovalResult | undefined> {
    const { jobs, lines } = await this.loading;
    if (lines.length === 0) return undefined;
    return this.run(jobs, lines, (journal) =>
      journal === undefined
        ? Promise.reject(new Suspended())
        : this.settings.host.resume({ ...this.control(), journal }),
    );
  }

  private save(): Promise<void> {
    const { store } = this.settings;
    return store === undefined || !this.isLoaded
      ? Promise.resolve()
      : store.save({ ...this.current, waiting: this.waiting });
  }

  private control() {
    const { connection, onProgress } = this.settings;
    return {
      connections: { skipcall: connection },
      stopSignal: this.stopping.signal,
      // Suspended: what is open is given up at once, and the journal takes no word of it.
      signal: this.suspend.signal,
      onProgress,
    };
  }

  private async run(
    jobs: readonly Job[],
    before: readonly string[],
    drive: (journal: Journal | undefined) => Promise<RunEnd<RemovalResult>>,
  ): Promise<RemovalResult | undefined> {
    const { store, onEnd } = this.settings;
    const lines = [...before];
    this.current = { jobs, lines };
    const save = (): Promise<void> => this.save();
    const end = (): Promise<void> => {
      this.current = NOTHING;
      return save();
    };
    try {
      const isSuspended = (): boolean => this.isSuspended;
      const { result } = await drive(store && journalOf(lines, save, isSuspended));
      const outcomes = outcomesOf(
        jobs.map(({ removals }) => removals),
        result,
      );
      await end();
      const error = result.stoppedBy === null || result.stoppedBy === "cancelled" ? undefined : errorOf(result);
      for (const [at, job] of jobs.entries()) onEnd(job, outcomes[at], result, error);
      return result;
    } catch (thrown) {
      if (thrown instanceof Suspended) return undefined;
      const fault = thrown instanceof Error ? thrown : new Error(String(thrown));
      const open = thrown instanceof HostError && (thrown.progress?.requests ?? 0) > 0;
      const error = open ? new Error(`${fault.message}. Some contacts may have been removed.`) : fault;
      await end().catch(() => undefined);
      for (const job of jobs) onEnd(job, undefined, undefined, error);
      return undefined;
    }
  }
}

function errorOf({ errors, stoppedBy }: RemovalResult): Error {
  const error = errors.find(({ cause }) => cause === stoppedBy) ?? errors[0];
  return new Error(error?.message ?? String(stoppedBy));
}
