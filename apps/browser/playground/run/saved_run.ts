// A run on disk, so that it survives a reload: its input, its journal and what it was, until it has ended. The key is not
// in it. One run at a time; a second tab runs without.
import type { Journal } from "skipcall-action-host";
import { Database, value } from "../../shared/database.js";
import type { KeyFingerprint } from "../../shared/key_fingerprint.js";

export interface RunFacts {
  /** Its base URL; undefined: the sandbox inside the page. */
  server: string | undefined;
  /** Which key it began with; undefined in the sandbox. */
  key: KeyFingerprint | undefined;
  contacts: number;
  sequences: number;
}

export interface SavedRun extends RunFacts {
  input: Uint8Array<ArrayBuffer>;
}

const LOCK = "playground-run";

export class SavedRuns {
  private isBroken = false;
  private readonly database = new Database(
    "playground",
    (database) => {
      database.createObjectStore("run");
      database.createObjectStore("journal", { autoIncrement: true });
    },
    "relaxed",
  );

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

  /** The unfinished run, if there is one. */
  async load(): Promise<SavedRun | undefined> {
    const store = (await this.database.begin(["run"], "readonly")).objectStore("run");
    return (await value(store.get("run"))) as SavedRun | undefined;
  }

  /** A journal for a new run, replacing any other. */
  async begin(run: SavedRun): Promise<Journal> {
    this.isBroken = false;
    await this.database.within(["run", "journal"], (transaction) => {
      transaction.objectStore("journal").clear();
      transaction.objectStore("run").put(run, "run");
    });
    return { lines: [], append: (line) => this.append(line), keepsAll: true };
  }

  /** The journal of the stored run. */
  async journal(): Promise<Journal> {
    const store = (await this.database.begin(["journal"], "readonly")).objectStore("journal");
    return {
      lines: (await value(store.getAll())) as string[],
      append: (line) => this.append(line),
      keepsAll: true,
    };
  }

  async clear(): Promise<void> {
    await this.database.within(["run", "journal"], (transaction) => {
      transaction.objectStore("run").clear();
      transaction.objectStore("journal").clear();
    });
  }

  /** A line that cannot be written ends the journal, not the run: a reload would then lose the run. */
  private async append(line: string): Promise<void> {
    if (this.isBroken) return;
    try {
      await this.database.within(["journal"], (transaction) => void transaction.objectStore("journal").add(line));
    } catch {
      this.isBroken = true;
      await this.clear().catch(() => undefined);
    }
  }
}
