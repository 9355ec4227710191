// The question before contacts are removed from a real server.
import { button, element, freshId } from "../../shared/dom.js";
import { counted } from "../../shared/words.js";

export interface Removal {
  contacts: number;
  /** Contacts of each sequence. */
  sequences: ReadonlyMap<string, number>;
  server: string;
  key: string;
}

const SEQUENCES_AT_MOST = 20;

/** "live key", "test key" or "key": what can be said about it without showing it. */
function kindOfKey(key: string): string {
  const kind = /^sk_(live|test)_/.exec(key)?.[1];
  return kind === undefined ? "the key" : `a ${kind} key`;
}

/** Asks. Returns whether to continue; Escape and closing mean no. */
export function confirmRemoval({ contacts, sequences, server, key }: Removal): Promise<boolean> {
  const shown = [...sequences].slice(0, SEQUENCES_AT_MOST);
  const more = sequences.size - shown.length;
  return new Promise((resolve) => {
    const titleId = freshId("question");
    const dialog = element("dialog", { "aria-labelledby": titleId });
    const answer = (go: boolean) => () => dialog.close(go ? "go" : "");
    const back = button("Go back", answer(false));
    dialog.append(
      element("h2", { id: titleId }, `Remove ${counted(contacts, "contact")}?`),
      element(
        "p",
        {},
        `From ${counted(sequences.size, "sequence")} on `,
        element("strong", {}, element("bdi", {}, server)),
        `, with ${kindOfKey(key)}. This cannot be undone here.`,
      ),
      element(
        "ul",
        { class: "scroll" },
        ...shown.map(([name, count]) => element("li", {}, element("bdi", {}, name), `: ${counted(count, "contact")}`)),
        ...(more > 0 ? [element("li", {}, `and ${counted(more, "more sequence")}`)] : []),
      ),
      element("div", { class: "row" }, button(`Remove ${counted(contacts, "contact")}`, answer(true), "danger"), back),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "go");
    });
    document.body.append(dialog);
    dialog.showModal();
    back.focus();
  });
}
