// The context menu's entry for selected text: its ids are kept for the popup, which it opens.
import { MARKED } from "./messages.js";
import { markedIn } from "./page/marked.js";

const ENTRY = "marked";

/** Chromium keeps the entry; it is made when the extension is installed or updated. */
export async function offerMarkedText(): Promise<void> {
  await chrome.contextMenus.removeAll();
  chrome.contextMenus.create({ id: ENTRY, title: "Remove selected contacts from a sequence", contexts: ["selection"] });
}

/** Keeps the ids of the selected text, and shows the popup or, if Chromium does not allow that, says where it is. */
export async function takeMarkedText({
  menuItemId,
  selectionText = "",
}: chrome.contextMenus.OnClickData): Promise<void> {
  if (menuItemId !== ENTRY) return;
  const ids = markedIn(selectionText);
  await chrome.storage.session.set({ [MARKED]: ids });
  try {
    await chrome.action.openPopup();
  } catch {
    await chrome.action.setTitle({ title: `Click here to remove ${String(ids.length)} selected contacts` });
    await chrome.action.setBadgeText({ text: String(ids.length) });
  }
}
