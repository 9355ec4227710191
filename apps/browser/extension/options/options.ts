// The options page: the key, and what is stored.
import type { Command } from "../messages.js";
import { button, element, setProblem, setText, show } from "../popup/page.js";
import { ask } from "../popup/worker.js";
import { type RunView, VIEW } from "../run_view.js";

const key = element("key", HTMLInputElement);

function showView({ state, hasKey }: RunView): void {
  const isOpen = state !== "none" && state !== "ended";
  setText("key-state", hasKey ? "A key is in use until you close the browser." : "No key is in use.");
  show("key-form", !hasKey);
  show("forget-key", hasKey && !isOpen);
  const texts: Partial<Record<RunView["state"], string>> = {
    none: "Nothing is stored.",
    ended: "The result of the last run is stored, with the IDs that remain.",
  };
  setText("run-state", texts[state] ?? "A run is in progress. Its IDs are stored until it ends.");
  show("dismiss", state === "ended");
}

async function act(command: Command): Promise<void> {
  try {
    await ask(command);
    setProblem("");
    key.value = "";
    showView((await ask({ type: "view" })) as RunView);
  } catch (error) {
    setProblem((error as Error).message);
  }
}

for (const type of ["dismiss", "forget-key"] as const) button(type).addEventListener("click", () => void act({ type }));
element("key-form", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  void act({ type: "key", key: key.value.trim() });
});
chrome.storage.session.onChanged.addListener((changes) => {
  const view = changes[VIEW]?.newValue as RunView | undefined;
  if (view !== undefined) showView(view);
});
const { host_permissions: servers = [] } = chrome.runtime.getManifest() as { host_permissions?: string[] };
setText("server", servers.map((server) => server.replace(/^https?:\/\/|\/\*$/g, "")).join());
void act({ type: "view" });
