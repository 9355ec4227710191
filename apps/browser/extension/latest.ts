/**
 * Writes values one after the other. Of those that arrive while one is being written, only the newest is kept: a
 * display may skip values. A value that cannot be written is dropped.
 */
export class Latest<Value> {
  private next: { value: Value } | undefined;
  private writing: Promise<void> | undefined;

  constructor(private readonly write: (value: Value) => Promise<void>) {}

  /** Resolves when this value, or a newer one, has been written. */
  put(value: Value): Promise<void> {
    this.next = { value };
    this.writing ??= this.writeAll().finally(() => {
      this.writing = undefined;
    });
    return this.writing;
  }

  private async writeAll(): Promise<void> {
    for (let item = this.next; item !== undefined; item = this.next) {
      this.next = undefined;
      await this.write(item.value).catch(() => undefined);
    }
  }
}
