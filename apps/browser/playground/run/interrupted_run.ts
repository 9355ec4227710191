// A run interrupted by a reload, or by the end of the browser: what it was, and what can be done with it.
import { button, element } from "../../shared/dom.js";
import { counted } from "../../shared/words.js";
import type { SavedRun } from "./saved_run.js";

export interface InterruptedActions {
  onResume: () => void;
  /** Puts its contacts into the form. */
  onUse: () => void;
  onDiscard: () => void;
}

export function interruptedView(run: SavedRun, actions: InterruptedActions): HTMLElement {
  const { server, contacts, sequences } = run;
  const where = server === undefined ? "in the sandbox of this page" : `on ${server}`;
  const key = server === undefined ? "" : " Enter the key it began with, then resume.";
  return element(
    "section",
    { class: "interrupted", role: "alert" },
    element("h2", { tabindex: "-1" }, "A run was interrupted"),
    element(
      "p",
      {},
      `${counted(contacts, "contact")} of ${counted(sequences, "sequence")} were being removed ${where}. `,
      `What was in flight is sent again, which is safe; nothing else is.${key}`,
    ),
    element(
      "div",
      { class: "row" },
      button("Resume", actions.onResume, "primary"),
      button("Use its contacts", actions.onUse),
      button("Discard", actions.onDiscard),
    ),
  );
}
