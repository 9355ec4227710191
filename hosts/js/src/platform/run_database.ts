// A run in IndexedDB, for pages and extensions: its journal (abi/JOURNAL.md), and what the app keeps beside it.
import { type Journal, keyOf } from "../core/index.js";
import { fingerprint } from "./fingerprint.js";

const RUN = "run"; // what the app keeps, by names of its own
const JOURNAL = "journal"; // lines, in the order in which they were added

function value<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the storage gave no reason"));
  });
}

function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error("the storage gave no reason"));
  });
}

/**
 * A database for one run at a time. Each method, and each append to a journal, rejects with the DOMException of the
 * storage, such as QuotaExceededError: the disk is full. Whoever calls sees to it that no other tab or worker does.
 */
export class RunDatabase {
  private opening: Promise<IDBDatabase> | undefined;

  /** durability: "strict" lets what was written outlive a power cut; "relaxed" is faster. */
  constructor(
    private readonly name: string,
    private readonly durability: IDBTransactionDurability = "strict",
  ) {}

  /**
   * A journal for a new run. Its first line comes in place of the run that is there; `beside` writes what the app keeps of
   * the new one, in the same transaction.
   */
  create(beside?: (run: IDBObjectStore) => void): Journal {
    let isNew = true;
    const append = async (line: string): Promise<void> => {
      if (!isNew) return this.append(line);
      await this.within((run, journal) => {
        run.clear();
        journal.clear();
        beside?.(run);
        journal.add(line);
      });
      isNew = false;
    };
    return { lines: [], append, keepsAll: true, fingerprint };
  }

  /** The journal of the run that is there, to resume it. */
  async open(): Promise<Journal> {
    const lines = (await value((await this.store(JOURNAL)).getAll())) as string[];
    return { lines, append: (line) => this.append(line), keepsAll: true, fingerprint };
  }

  /** Whether the run that is there began with this key: the one value of its one connection. */
  async isOf(key: string): Promise<boolean> {
    const [first = ""] = (await value((await this.store(JOURNAL)).getAll(null, 1))) as string[];
    const begun = keyOf(first);
    return begun === undefined || (await fingerprint(key, begun.salt)).fingerprint === begun.fingerprint;
  }

  /** What the app keeps under a name. */
  async get<T>(name: string): Promise<T | undefined> {
    return (await value((await this.store(RUN)).get(name))) as T | undefined;
  }

  /** Replaces what the app keeps under a name; undefined leaves it as it is. */
  async change<T>(name: string, change: (old: T | undefined) => T | undefined): Promise<void> {
    const transaction = await this.begin([RUN], "readwrite");
    const run = transaction.objectStore(RUN);
    const changed = change((await value(run.get(name))) as T | undefined);
    if (changed !== undefined) run.put(changed, name);
    await committed(transaction);
  }

  /** Deletes the run: its journal and what the app keeps. `beside` writes what outlives it, in the same transaction. */
  end(beside?: (run: IDBObjectStore) => void): Promise<void> {
    return this.within((run, journal) => {
      run.clear();
      journal.clear();
      beside?.(run);
    });
  }

  private async append(line: string): Promise<void> {
    const transaction = await this.begin([JOURNAL], "readwrite");
    transaction.objectStore(JOURNAL).add(line);
    await committed(transaction);
  }

  private async within(act: (run: IDBObjectStore, journal: IDBObjectStore) => void): Promise<void> {
    const transaction = await this.begin([RUN, JOURNAL], "readwrite");
    act(transaction.objectStore(RUN), transaction.objectStore(JOURNAL));
    await committed(transaction);
  }

  /** To read from. */
  private async store(name: string): Promise<IDBObjectStore> {
    return (await this.begin([name], "readonly")).objectStore(name);
  }

  private async begin(stores: string[], mode: IDBTransactionMode): Promise<IDBTransaction> {
    const database = await (this.opening ??= this.connect());
    return database.transaction(stores, mode, { durability: this.durability });
  }

  private async connect(): Promise<IDBDatabase> {
    const request = indexedDB.open(this.name, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(RUN);
      request.result.createObjectStore(JOURNAL, { autoIncrement: true });
    };
    const database = await value(request);
    // The browser closed it, as it does when it deletes data: the next call opens it anew.
    database.onclose = () => {
      this.opening = undefined;
    };
    return database;
  }
}
