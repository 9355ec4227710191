// The toolbar's popup: it shows one of three things, the page's selection, the run or its outcome, and asks for the key.
import { type Command, MARKED, type Removal } from "../messages.js";
import type { Outcome } from "../outcome.js";
import type { Marked } from "../page/found.js";
import { type RunView, VIEW } from "../run_view.js";
import { Ending } from "./ending.js";
import { button, element, setProblem, show } from "./page.js";
import { Selection } from "./selection.js";
import { showStanding } from "./standing.js";
import { ask } from "./worker.js";

const selection = new Selection(() => void refresh());
const ending = new Ending((remaining) => void again(remaining));
const key = element("key", HTMLInputElement);
let shown: RunView["state"] | undefined;

/** The ids selected when the context menu was used, only for this popup. */
async function takeMarked(): Promise<Marked[]> {
  const marked: unknown = (await chrome.storage.session.get(MARKED))[MARKED];
  await chrome.storage.session.remove(MARKED);
  return Array.isArray(marked) ? (marked as Marked[]) : [];
}

async function showView(view: RunView): Promise<void> {
  const isNew = view.state !== shown;
  shown = view.state;
  if (isNew) setProblem(""); // it was about what is no longer shown
  // An outcome is shown once it is complete.
  if (isNew && view.state === "ended") ending.show((await ask({ type: "outcome" })) as Outcome);
  const isOpen = view.state === "running" || view.state.startsWith("needs-");
  show("selection", view.state === "none");
  if (view.state !== "none") selection.leave();
  show("run", isOpen);
  show("outcome", view.state === "ended");
  show("key-form", !view.hasKey && (view.state === "none" || view.state === "needs-key"));
  show("forget-key", view.hasKey && !isOpen);
  if (isOpen) showStanding(view);
  selection.keyIs(view.hasKey);
  if (isNew && view.state === "none") await selection.read(await takeMarked());
}

async function refresh(): Promise<void> {
  await showView((await ask({ type: "view" })) as RunView);
}

/** Carries out a command and shows the effect. Returns whether it was accepted. */
async function act(command: Command): Promise<boolean> {
  try {
    await ask(command);
    setProblem("");
    await refresh();
    return true;
  } catch (error) {
    setProblem((error as Error).message);
    return false;
  }
}

/** Puts the remaining contacts into a new selection. */
async function again(remaining: Removal[]): Promise<void> {
  if (await act({ type: "dismiss" })) selection.attach(remaining);
}

for (const type of ["resume", "stop", "cancel", "dismiss", "forget-key"] as const) {
  button(type).addEventListener("click", () => void act({ type }));
}
element("key-form", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  void act({ type: "key", key: key.value.trim() }).then((taken) => {
    if (taken) key.value = "";
  });
});
chrome.storage.session.onChanged.addListener((changes) => {
  const view = changes[VIEW]?.newValue as RunView | undefined;
  if (view !== undefined) void showView(view);
});
void refresh();
