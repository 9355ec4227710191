// The question before contacts are removed from a real server.
import { button, element, freshId } from "../../shared/dom.js";
import { counted } from "../../shared/words.js";

export interface Removal {
  contacts: number;
  sequences: number;
  server: string;
  key: string;
}

/** "live key", "test key" or "key": what can be told of it without showing it. */
function kindOfKey(key: string): string {
  const kind = /^sk_(live|test)_/.exec(key)?.[1];
  return kind === undefined ? "the key" : `a ${kind} key`;
}

/** Asks. Result: whether to go on; Escape and closing say no. */
export function confirmRemoval({ contacts, sequences, server, key }: Removal): Promise<boolean> {
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
        `From ${counted(sequences, "sequence")} on `,
        element("strong", {}, element("bdi", {}, server)),
        `, with ${kindOfKey(key)}. Nothing here can bring them back.`,
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
