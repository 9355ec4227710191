// The API key: in the browser's memory until it ends, only for this extension's own pages and worker, never on disk.
const NAME = "key";

export class KeyStore {
  /** Content scripts cannot read it. That is the default; saying so makes it visible. */
  async protect(): Promise<void> {
    await chrome.storage.session.setAccessLevel({ accessLevel: "TRUSTED_CONTEXTS" });
  }

  /** Undefined: it was never entered, was forgotten, or the browser or the extension was restarted. */
  async key(): Promise<string | undefined> {
    const key: unknown = (await chrome.storage.session.get(NAME))[NAME];
    return typeof key === "string" ? key : undefined;
  }

  async keep(key: string): Promise<void> {
    await chrome.storage.session.set({ [NAME]: key });
  }

  async forget(): Promise<void> {
    await chrome.storage.session.remove(NAME);
  }
}
