// The question before contacts are removed from a real server.
import { button, element, freshId } from "../../shared/dom.js";
import type { RemovalResult } from "../../../../plugin-manifest/remove_contacts.js";
import { counted, grouped } from "../../shared/words.js";

export interface Removal {
  /** Of a dry run: what would be sent. */
  result: RemovalResult;
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
export function confirmRemoval({ result, server, key }: Removal): Promise<boolean> {
  const { unique, duplicates, invalid, sequences } = result;
  const shown = sequences.slice(0, SEQUENCES_AT_MOST);
  const more = sequences.length - shown.length;
  const left = [
    ...(duplicates > 0 ? [counted(duplicates, "duplicate")] : []),
    ...(invalid > 0 ? [`${grouped(invalid)} not valid`] : []),
  ];
  return new Promise((resolve) => {
    const titleId = freshId("question");
    const dialog = element("dialog", { "aria-labelledby": titleId });
    const answer = (go: boolean) => () => dialog.close(go ? "go" : "");
    const back = button("Go back", answer(false));
    dialog.append(
      element("h2", { id: titleId }, `Remove ${counted(unique, "contact")}?`),
      element(
        "p",
        {},
        `From ${counted(sequences.length, "sequence")} on `,
        element("strong", {}, element("bdi", {}, server)),
        `, with ${kindOfKey(key)}. This cannot be undone here.`,
      ),
      element(
        "ul",
        { class: "scroll" },
        ...shown.map(({ sequenceId, unique: count }) =>
          element("li", {}, element("bdi", {}, sequenceId), `: ${counted(count, "contact")}`),
        ),
        ...(more > 0 ? [element("li", {}, `and ${counted(more, "more sequence")}`)] : []),
      ),
      ...(left.length > 0 ? [element("p", { class: "help" }, `Left out: ${left.join(", ")}.`)] : []),
      element("div", { class: "row" }, button(`Remove ${counted(unique, "contact")}`, answer(true), "danger"), back),
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
