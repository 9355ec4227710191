// A run interrupted by a reload, or by the end of the browser: what it was, and what can be done with it.
import { button, element } from "../../shared/dom.js";
import { counted } from "../../shared/words.js";
import type { SavedRun } from "./saved_run.js";

export interface InterruptedActions {
  onResume: () => void;
  /** Puts all its contacts into the form. */
  onUse: () => void;
  onDiscard: () => void;
}

export function interruptedView(run: SavedRun, actions: InterruptedActions): HTMLElement {
  const { server, contacts, sequences } = run;
  const where = server === undefined ? "in the sandbox of this page" : `on ${server}`;
  const key = server === undefined ? "" : " Enter the key it began with first.";
  return element(
    "section",
    { class: "interrupted", role: "alert" },
    element("h2", { tabindex: "-1" }, "A run was interrupted"),
    element(
      "p",
      {},
      `${counted(contacts, "contact")} of ${counted(sequences, "sequence")} were being removed ${where}. `,
      `Resuming sends what was not sent yet, and again what was in flight, which is safe.${key} `,
      "All its contacts can also be put into the form, even those that are out already.",
    ),
    element(
      "div",
      { class: "row" },
      button("Resume", actions.onResume, "primary"),
      button("Use all its contacts", actions.onUse),
      button("Discard", actions.onDiscard),
    ),
  );
}
