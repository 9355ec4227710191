// A run on disk, so that it survives a reload: its input, its journal and what it was, until it has ended. The key is not
// in it. One run at a time; a second tab runs without.
import { type Journal, RunDatabase } from "skipcall-action-host";

export interface SavedRun {
  /** Its base URL; undefined: the sandbox inside the page. */
  server: string | undefined;
  contacts: number;
  sequences: number;
  input: Uint8Array<ArrayBuffer>;
}

const LOCK = "playground-run";

export class SavedRuns {
  private readonly database = new RunDatabase("playground", "relaxed");

  /**
   * Calls act while no other tab does: with this object, or with undefined if another one has a run, or if the browser
   * stores nothing for this page.
   */
  async whileAlone<T>(act: (runs: SavedRuns | undefined) => Promise<T>): Promise<T> {
    const { locks } = navigator as { locks?: LockManager }; // missing in an insecure context
    if (locks === undefined) return act(undefined);
    return locks.request(LOCK, { ifAvailable: true }, async (lock) => {
      const isUsable =
        lock !== null &&
        (await this.load().then(
          () => true,
          () => false,
        ));
      return act(isUsable ? this : undefined);
    }) as Promise<T>;
  }

  /** The run that was not brought to its end, if there is one. */
  load(): Promise<SavedRun | undefined> {
    return this.database.get("run");
  }

  isOf(key: string): Promise<boolean> {
    return this.database.isOf(key);
  }

  /** A journal for a new run, in place of any other. */
  begin(run: SavedRun): Journal {
    return this.lenient(this.database.create((store) => store.put(run, "run")));
  }

  /** The journal of the stored run. */
  async journal(): Promise<Journal> {
    return this.lenient(await this.database.open());
  }

  clear(): Promise<void> {
    return this.database.end();
  }

  /** A line that cannot be written ends the journal, and not the run: a reload would lose it then. */
  private lenient(journal: Journal): Journal {
    let isBroken = false;
    const append = async (line: string): Promise<void> => {
      if (isBroken) return;
      try {
        await journal.append(line);
      } catch {
        isBroken = true;
        await this.clear().catch(() => undefined);
      }
    };
    return { ...journal, append };
  }
}
