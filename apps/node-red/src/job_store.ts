// The run that is going on and the messages that wait, in a context store: what a restarted Node-RED goes on with.
import type { Journal } from "skipcall-action-host";
import type { Removal } from "../../n8n/nodes/Skipcall/items";
import type { Context, Message } from "./red.js";

const KEY = "skipcall-run";

/** One message, and what it wants removed. */
export interface Job {
  message: Message;
  removals: Removal[];
  options: Record<string, unknown>;
}

/** What a restarted Node-RED needs. */
export interface Kept {
  /** Of the run that is going on, with the lines of its journal. Without a line, nothing was sent. */
  jobs: readonly Job[];
  lines: readonly string[];
  waiting: readonly Job[];
}

export const NOTHING: Kept = { jobs: [], lines: [], waiting: [] };

/** Ends a run without an account; it goes on when Node-RED does. */
export class Suspended extends Error {}

/** save: called when lines, which is changed in place, is to be kept. isSuspended: no line is taken any more. */
export function journalOf(lines: string[], save: () => Promise<void>, isSuspended: () => boolean): Journal {
  return {
    lines: [...lines],
    append: (line) => {
      if (isSuspended()) return Promise.reject(new Suspended());
      lines.push(line);
      return save();
    },
    cut: (count) => {
      lines.length = count;
      return save();
    },
  };
}

/** A message without what no store can hold, such as an open HTTP request. */
function plainMessage(message: Message): Message {
  const members = Object.entries(message).filter(([name]) => name !== "req" && name !== "res");
  try {
    return JSON.parse(JSON.stringify(Object.fromEntries(members))) as Message;
  } catch {
    return message._msgid === undefined ? {} : { _msgid: message._msgid };
  }
}

/** What is not even text is no id, whatever it is. */
function plainId(value: unknown): unknown {
  return ["string", "number", "boolean"].includes(typeof value) ? value : null;
}

function plain({ message, removals, options }: Job): Job {
  const plainRemovals = removals.map(({ sequenceId, contactIds }) => ({
    sequenceId: plainId(sequenceId),
    contactIds: contactIds.map(plainId),
  }));
  return { message: plainMessage(message), removals: plainRemovals, options };
}

export class JobStore {
  private readonly plainJobs = new WeakMap<Job, Job>();
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly context: Context,
    private readonly store: string,
  ) {}

  /** What was going on when Node-RED ended. */
  async load(): Promise<Kept> {
    const value = await new Promise<unknown>((resolve, reject) => {
      this.context.get(KEY, this.store, (error, found) => (error ? reject(error) : resolve(found)));
    });
    const { jobs, lines, waiting } = (value ?? {}) as Partial<Kept>;
    return Array.isArray(jobs) && Array.isArray(lines) && Array.isArray(waiting) ? { jobs, lines, waiting } : NOTHING;
  }

  /** Writes what is to be kept, after all that was written before. */
  save({ jobs, lines, waiting }: Kept): Promise<void> {
    const isNothing = jobs.length + waiting.length === 0;
    const value = isNothing
      ? undefined
      : { jobs: jobs.map((job) => this.plain(job)), lines: [...lines], waiting: waiting.map((job) => this.plain(job)) };
    const saved = this.last.then(() => this.set(value));
    this.last = saved.catch(() => undefined);
    return saved;
  }

  private plain(job: Job): Job {
    const found = this.plainJobs.get(job) ?? plain(job);
    this.plainJobs.set(job, found);
    return found;
  }

  private set(value: Kept | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      this.context.set(KEY, value, this.store, (error) => (error ? reject(error) : resolve()));
    });
  }
}
