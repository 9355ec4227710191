// The run on disk: IndexedDB, since one transaction appends a line without reading the others, binds record and journal
// together, and has room for a journal of any run. There is at most one run. README.md "What is stored" lists it.
import { type Journal, type Progress, RunDatabase } from "skipcall-action-host";
import type { Removal } from "./messages.js";
import type { Outcome } from "./outcome.js";
import type { RunView } from "./run_view.js";

/** What the extension knows about the run besides its journal. No ids. */
export interface RunRecord {
  /** Contacts in the input. */
  contacts: number;
  /** Kept here, so that if a worker is stopped before carrying it out, the next one does. */
  wish: RunView["wish"];
  /** The last one shown; the run itself may have got further. */
  progress: Progress | undefined;
  ended: boolean;
  complete: boolean;
}

/** Record, removals and outcome, each under its name. Each method rejects as RunDatabase's do. */
export class RunStore {
  private readonly database = new RunDatabase("removal");

  record(): Promise<RunRecord | undefined> {
    return this.database.get("record");
  }

  /** The input of the run; undefined once it has ended. */
  removals(): Promise<Removal[] | undefined> {
    return this.database.get("removals");
  }

  outcome(): Promise<Outcome | undefined> {
    return this.database.get("outcome");
  }

  isOf(key: string): Promise<boolean> {
    return this.database.isOf(key);
  }

  /** A journal for a new run. Record and input are written together with its first line; then `begun` is called. */
  newJournal(record: RunRecord, removals: Removal[], begun: () => void): Journal {
    const journal = this.database.create((run) => {
      run.put(record, "record");
      run.put(removals, "removals");
    });
    const append = async (line: string): Promise<void> => {
      await journal.append(line);
      begun();
    };
    return { ...journal, append };
  }

  /** The journal of the run that is there. anyKey: what is to end is resumed without the key. */
  async journal(anyKey: boolean): Promise<Journal> {
    const journal = await this.database.open();
    if (anyKey) delete journal.fingerprint;
    return journal;
  }

  /** Changes the record of a run that has not ended; of any other, nothing. */
  update(change: (record: RunRecord) => RunRecord): Promise<void> {
    return this.database.change<RunRecord>("record", (record) =>
      record?.ended === false ? change(record) : undefined,
    );
  }

  /** At once: the outcome is there, journal and input are gone. */
  end(record: RunRecord, outcome: Outcome): Promise<void> {
    return this.database.end((run) => {
      run.put(record, "record");
      run.put(outcome, "outcome");
    });
  }

  /** Deletes all that is there. */
  clear(): Promise<void> {
    return this.database.end();
  }
}
