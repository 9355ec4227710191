import { Latest } from "./latest.js";
import { badgeOf, type RunView, VIEW } from "./run_view.js";

/** Shows the run on the toolbar, and in the popup by the browser's memory, which notifies an open popup of changes. */
export class Display {
  private readonly latest = new Latest<RunView>(async (view) => {
    const { text, title } = badgeOf(view);
    await chrome.storage.session.set({ [VIEW]: view });
    await chrome.action.setBadgeText({ text });
    await chrome.action.setTitle({ title });
  });

  show(view: RunView): Promise<void> {
    return this.latest.put(view);
  }
}
