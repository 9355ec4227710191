// The API key: in the browser's memory until it ends, for this extension's own pages and worker alone, and never on disk.
const NAME = "key";

export class KeyStore {
  /** Content scripts cannot read it. That is the default; it is said so that nobody has to know. */
  async protect(): Promise<void> {
    await chrome.storage.session.setAccessLevel({ accessLevel: "TRUSTED_CONTEXTS" });
  }

  /** Nothing: it was never given, was forgotten, or the browser or the extension was started again. */
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
