// The run on disk: IndexedDB, since one transaction appends a line without reading the others, binds record and journal
// together, and has room for a journal of any run. There is at most one run. README.md "What is stored" lists it.
import type { Journal, Progress } from "skipcall-action-host";
import { committed, Database, value } from "../shared/database.js";
import type { KeyFingerprint } from "../shared/key_fingerprint.js";
import type { Removal } from "./messages.js";
import type { Outcome } from "./outcome.js";
import type { RunView } from "./run_view.js";

/** What the extension knows about the run besides its journal. No ids. */
export interface RunRecord {
  fingerprint: KeyFingerprint;
  /** Contacts in the input. */
  contacts: number;
  /** Kept here, so that if a worker is stopped before carrying it out, the next one does. */
  wish: RunView["wish"];
  /** The last one shown; the run itself may have got further. */
  progress: Progress | undefined;
  ended: boolean;
  complete: boolean;
}

const RUN = "run"; // record, removals and outcome, each under its name
const JOURNAL = "journal"; // lines, in the order in which they were added
/** Each method rejects with the DOMException of the storage, such as QuotaExceededError: the disk is full. */
export class RunStore {
  /** "strict": what was written survives a power cut. */
  private readonly database = new Database(
    "removal",
    (database) => {
      database.createObjectStore(RUN);
      database.createObjectStore(JOURNAL, { autoIncrement: true });
    },
    "strict",
  );

  record(): Promise<RunRecord | undefined> {
    return this.read<RunRecord>("record");
  }

  /** The input of the run; undefined once it has ended. */
  removals(): Promise<Removal[] | undefined> {
    return this.read<Removal[]>("removals");
  }

  outcome(): Promise<Outcome | undefined> {
    return this.read<Outcome>("outcome");
  }

  /** A journal for a new run. Record and input are written together with its first line; then `begun` is called. */
  newJournal(record: RunRecord, removals: Removal[], begun: () => void): Journal {
    let isNew = true;
    const append = async (line: string): Promise<void> => {
      if (!isNew) return this.append(line);
      isNew = false;
      await this.database.within([RUN, JOURNAL], (transaction) => {
        const run = transaction.objectStore(RUN);
        run.put(record, "record");
        run.put(removals, "removals");
        transaction.objectStore(JOURNAL).add(line);
      });
      begun();
    };
    return { lines: [], append, keepsAll: true };
  }

  /** The journal of the stored run. */
  async journal(): Promise<Journal> {
    const lines = (await value(
      (await this.database.begin([JOURNAL], "readonly")).objectStore(JOURNAL).getAll(),
    )) as string[];
    return { lines, append: (line) => this.append(line), keepsAll: true };
  }

  /** Changes the record of a run, unless it has ended. */
  async update(change: (record: RunRecord) => RunRecord): Promise<void> {
    const transaction = await this.database.begin([RUN], "readwrite");
    const run = transaction.objectStore(RUN);
    const record = (await value(run.get("record"))) as RunRecord | undefined;
    if (record?.ended === false) run.put(change(record), "record");
    await committed(transaction);
  }

  /** In one transaction: stores the outcome, deletes journal and input. */
  async end(record: RunRecord, outcome: Outcome): Promise<void> {
    await this.database.within([RUN, JOURNAL], (transaction) => {
      const run = transaction.objectStore(RUN);
      run.put(record, "record");
      run.put(outcome, "outcome");
      run.delete("removals");
      transaction.objectStore(JOURNAL).clear();
    });
  }

  /** Deletes everything stored. */
  async clear(): Promise<void> {
    await this.database.within([RUN, JOURNAL], (transaction) => {
      transaction.objectStore(RUN).clear();
      transaction.objectStore(JOURNAL).clear();
    });
  }

  private async append(line: string): Promise<void> {
    await this.database.within([JOURNAL], (transaction) => void transaction.objectStore(JOURNAL).add(line));
  }

  private async read<T>(name: string): Promise<T | undefined> {
    const run = (await this.database.begin([RUN], "readonly")).objectStore(RUN);
    return (await value(run.get(name))) as T | undefined;
  }
}
