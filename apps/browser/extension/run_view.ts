// What is shown of the run, in the popup and on the toolbar. It holds no ids and no key.

export interface RunView {
  /**
   * - `none`: there is no run;
   * - `running`: it is under way, or waits for the API; a worker or an alarm takes care of it;
   * - `needs-key`: the key is gone, because the browser or the extension was restarted; it continues when there is one;
   * - `needs-space`: the journal could not be written; it continues when told to;
   * - `ended`: its outcome can be looked at until it is dismissed.
   */
  state: "none" | "running" | "needs-key" | "needs-space" | "ended";
  hasKey: boolean;
  /** Requested, but not done yet. */
  wish: "none" | "stop" | "cancel";
  /** Contacts in the input. */
  contacts: number;
  /** Contacts the run has to process; the others are invalid or duplicates. 0: not known yet. */
  total: number;
  confirmed: number;
  failed: number;
  /** `Phase` of the ABI. */
  phase: number;
  /** When to wake the run, unix time in ms; 0: it waits for responses. */
  wakeMs: number;
  /** Of an ended run: every contact was confirmed. */
  complete: boolean;
}

export const VIEW = "view";

/** At most four characters, all that the toolbar has room for. */
export function badgeOf({ state, total, confirmed, failed, complete }: RunView): { text: string; title: string } {
  const of = total === 0 ? "" : `: ${String(confirmed)} of ${String(total)} contacts confirmed`;
  switch (state) {
    case "none":
      return { text: "", title: "Remove contacts from sequences" };
    case "running": {
      const percent = total === 0 ? 0 : Math.floor(((confirmed + failed) * 100) / total);
      return { text: `${String(Math.min(99, percent))}%`, title: `Removing contacts${of}` };
    }
    case "needs-key":
      return { text: "key", title: `Waiting for your API key${of}` };
    case "needs-space":
      return { text: "!", title: `Waiting: the browser could not write to its storage${of}` };
    case "ended":
      return complete
        ? { text: "ok", title: `Contacts were removed${of}` }
        : { text: "!", title: `Not every contact was removed${of}` };
  }
}
