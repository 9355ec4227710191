// Journals of runs in a folder, so that a server that is killed loses no account. The next server ends what it finds
// there without sending anything: what is left to do needs a person's consent again.
import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { ActionHost, type ActionModule, type Connection, HostError, systemClock } from "skipcall-action-host";
import { FileJournal, SettingsError } from "skipcall-action-host/node";

/** When the run began, and the process that it was in: 1764190000000-4711-….journal */
const NAME = /^(\d{1,15})-(\d{1,10})-[0-9a-f-]{36}\.journal$/;

/** A run that another process did not end. */
export interface LeftOver {
  path: string;
  startedAt: string;
  action: string;
  /** HostError: why there is no account. */
  result: Record<string, unknown> | HostError;
}

export function errorCode(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "unknown error";
}

/** Where there is no flock, nothing else keeps two servers apart. */
function isRunning(pid: number): boolean {
  if (pid === process.pid) return false; // in a container, each server may be process 1
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}

export class Journals {
  /** Throws SettingsError. */
  constructor(private readonly folder: string) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw new SettingsError(`--journal ${folder} cannot be used: ${errorCode(error)}`);
    }
  }

  /** For a new run. Rejects with the error of the file system. */
  async create(startedAt: Date): Promise<{ path: string; journal: FileJournal }> {
    const name = `${String(startedAt.getTime())}-${String(process.pid)}-${randomUUID()}.journal`;
    const path = join(this.folder, name);
    return { path, journal: await FileJournal.create(path) };
  }

  /** The oldest first. Nothing is sent. Those of servers that are running are left alone. */
  async endLeftOver(module: ActionModule): Promise<LeftOver[]> {
    const host = new ActionHost(module, {
      send: () => Promise.reject(new Error("sends nothing")),
      clock: systemClock(),
    });
    const found: LeftOver[] = [];
    for (const name of readdirSync(this.folder).sort()) {
      const [, began, pid] = NAME.exec(name) ?? [];
      if (began === undefined || isRunning(Number(pid))) continue;
      const path = join(this.folder, name);
      const journal = await FileJournal.open(path).catch((error: unknown) => error);
      if (!(journal instanceof FileJournal)) continue; // another server is reading it
      if (journal.lines.length === 0 || journal.lines[0] === "")
        await rm(path); // nothing was sent yet
      else found.push({ path, startedAt: new Date(Number(began)).toISOString(), ...(await account(host, journal)) });
      await journal.close();
    }
    return found;
  }

  async remove(path: string): Promise<void> {
    await rm(path, { force: true });
  }
}

async function account(host: ActionHost, journal: FileJournal): Promise<Pick<LeftOver, "action" | "result">> {
  let action = "unknown";
  try {
    const head = JSON.parse(journal.lines[0] ?? "") as { action: string; connections?: Record<string, string> };
    ({ action } = head);
    // Any key and server will do, since nothing is sent.
    const entries = Object.entries(head.connections ?? {});
    const connections: Record<string, Connection> = Object.fromEntries(
      entries.map(([id, baseUrl]) => [id, { baseUrl, authenticatedBySend: true }]),
    );
    const { lines } = journal;
    const withoutKey = {
      lines,
      append: (line: string) => journal.append(line),
      cut: (count: number) => journal.cut(count),
    };
    const { result } = await host.resume<Record<string, unknown>>({
      journal: withoutKey,
      connections,
      signal: AbortSignal.abort(),
    });
    return { action, result };
  } catch (error) {
    const message = error instanceof HostError ? error.message : "its journal cannot be read";
    return { action, result: new HostError("journal", message) };
  }
}
