// A userscript that removes the selected ids of a page from a sequence. The build puts host and module into its one
// file.
import { ActionHost, HostError, loadModule, systemClock } from "skipcall-action-host";
import { headline } from "../../shared/result/headline.js";
import type { RemovalResult } from "../../../../plugin-manifest/remove_contacts.js";
import { readMarked } from "../../extension/page/marked.js";
import { ownOf, walk } from "../../extension/page/tree.js";
import { managerSend } from "./manager_send.js";
import moduleBytes from "remove_contacts.wasm";
import { ProgressNote } from "./progress_note.js";

let isRunning = false;

async function removeSelected(): Promise<void> {
  const elements: Element[] = [];
  walk(ownOf(document, "documentElement"), (element) => elements.push(element) > 0);
  const { marked, isMixed } = readMarked(document, elements);
  const contactIds = marked.map(({ id }) => id.toLowerCase());
  if (contactIds.length === 0) {
    alert("Mark text with contact IDs first.");
    return;
  }
  // Before anything is asked: the page may forbid it.
  const module = await loadModule(moduleBytes);
  const lines = marked.slice(0, 10).map(({ id, before }) => `${before} ${id}`.trim());
  if (contactIds.length > lines.length) lines.push(`and ${String(contactIds.length - lines.length)} more`);
  const doubt = "There may be IDs of other things in the marked text, such as a company's. Are all of these contacts?";
  if (isMixed && !confirm([doubt, ...lines].join("\n"))) return;
  const count = `${String(contactIds.length)} contact${contactIds.length === 1 ? "" : "s"}`;
  const sequenceId = (
    prompt(`Remove ${count}, from ${contactIds[0] ?? ""} on, from which sequence? (its ID)`) ?? ""
  ).trim();
  const secret = sequenceId === "" ? "" : (prompt("API key (it is not stored)") ?? "").trim();
  if (secret === "") return;
  const host = new ActionHost(module, { send: managerSend, clock: systemClock() });
  const stop = new AbortController();
  const note = new ProgressNote(() => stop.abort());
  const warn = (event: Event): void => event.preventDefault();
  addEventListener("beforeunload", warn);
  try {
    const { result } = await host.run<RemovalResult>({
      action: "remove_contacts",
      input: { sequenceId, contactIds },
      connections: { skipcall: { secret } },
      stopSignal: stop.signal,
      onProgress: (progress) => note.show(progress),
    });
    alert([headline(result), ...result.errors.map((error) => error.message)].join("\n"));
  } finally {
    removeEventListener("beforeunload", warn);
    note.remove();
  }
}

/** Why it could not run. Some pages forbid WebAssembly, also to scripts that a manager runs inside them. */
function reasonOf(error: unknown): string {
  if (error instanceof HostError && error.fault === "connection") {
    return "This is not an API key. Paste the whole key and nothing else, as it was shown when it was created. Nothing was sent.";
  }
  const text = error instanceof Error ? error.message : "It failed.";
  if (!/Content Security Policy|unsafe-eval/i.test(text)) return text;
  return (
    "This page's security policy forbids WebAssembly, so the userscript cannot run here, and nothing was sent. Mark the " +
    "IDs in another page, let your userscript manager run scripts outside pages, or use the browser extension."
  );
}

GM_registerMenuCommand("Remove marked contacts from a sequence", () => {
  if (isRunning) {
    alert("A removal is in progress. Wait until it ends, or stop it.");
    return;
  }
  isRunning = true;
  removeSelected()
    .catch((error: unknown) => alert(reasonOf(error)))
    .finally(() => (isRunning = false));
});
