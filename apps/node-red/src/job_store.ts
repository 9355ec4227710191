// The run that is going on, in a context store: what a restarted Node-RED needs to go on with it.
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

interface Kept {
  jobs: Job[];
  lines: string[];
}

/** Ends a run without an account; it goes on when Node-RED does. */
export class Suspended extends Error {}

function isKept(value: unknown): value is Kept {
  const { jobs, lines } = (value ?? {}) as Partial<Kept>;
  return Array.isArray(jobs) && Array.isArray(lines) && lines.length > 0;
}

/** A message without what no store can hold, such as an open HTTP request. */
function plain(message: Message): Message {
  const members = Object.entries(message).filter(([name]) => name !== "req" && name !== "res");
  try {
    return JSON.parse(JSON.stringify(Object.fromEntries(members))) as Message;
  } catch {
    return message._msgid === undefined ? {} : { _msgid: message._msgid };
  }
}

export class JobStore {
  constructor(
    private readonly context: Context,
    private readonly store: string,
  ) {}

  /** What was going on when Node-RED ended. */
  async load(): Promise<Kept | undefined> {
    const value = await new Promise<unknown>((resolve, reject) => {
      this.context.get(KEY, this.store, (error, found) => (error ? reject(error) : resolve(found)));
    });
    return isKept(value) ? value : undefined;
  }

  /** A journal that keeps its lines in the store. isSuspended: no line is taken any more. */
  journal(jobs: readonly Job[], before: readonly string[], isSuspended: () => boolean): Journal {
    const kept: Kept = {
      jobs: jobs.map(({ message, ...rest }) => ({ message: plain(message), ...rest })),
      lines: [...before],
    };
    return {
      lines: [...before],
      append: async (line) => {
        if (isSuspended()) throw new Suspended();
        kept.lines.push(line);
        await this.set(kept);
      },
      cut: (count) => {
        kept.lines.length = count;
        return this.set(kept);
      },
    };
  }

  clear(): Promise<void> {
    return this.set(undefined);
  }

  private set(value: Kept | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      this.context.set(KEY, value, this.store, (error) => (error ? reject(error) : resolve()));
    });
  }
}
