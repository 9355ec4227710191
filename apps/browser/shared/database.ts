// IndexedDB with promises: one database, opened when it is first used.

export function value<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the storage gave no reason"));
  });
}

export function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error("the storage gave no reason"));
  });
}

/** Each method rejects with the DOMException of the storage, such as QuotaExceededError: the disk is full. */
export class Database {
  private opening: Promise<IDBDatabase> | undefined;

  /** create: makes the stores of a new database. */
  constructor(
    private readonly name: string,
    private readonly create: (database: IDBDatabase) => void,
    private readonly durability: IDBTransactionDurability,
  ) {}

  async begin(stores: string[], mode: "readonly" | "readwrite"): Promise<IDBTransaction> {
    const database = await (this.opening ??= this.open());
    return database.transaction(stores, mode, { durability: this.durability });
  }

  /** One transaction, committed when this resolves. */
  async within(stores: string[], act: (transaction: IDBTransaction) => void): Promise<void> {
    const transaction = await this.begin(stores, "readwrite");
    act(transaction);
    await committed(transaction);
  }

  private async open(): Promise<IDBDatabase> {
    const request = indexedDB.open(this.name, 1);
    request.onupgradeneeded = () => this.create(request.result);
    const database = await value(request);
    // The browser closed it, as it does when it deletes data: the next call opens it again.
    database.onclose = () => {
      this.opening = undefined;
    };
    return database;
  }
}
