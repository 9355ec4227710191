// The question before contacts are removed from a real server.
import { button, element, freshId } from "../../shared/dom.js";
import type { RemovalResult } from "../../../../plugin-manifest/remove_contacts.js";
import { counted, grouped } from "../../shared/words.js";

export interface Removal {
  /** With how many contacts of each. */
  sequences: [name: string, contacts: number][];
  /** What else is to be known before. */
  note: string;
  server: string;
  key: string;
}

/** By the result of a dry run. */
export function whatIsSent({ sequences, duplicates, invalid }: RemovalResult): Pick<Removal, "sequences" | "note"> {
  const left = [
    ...(duplicates > 0 ? [counted(duplicates, "duplicate")] : []),
    ...(invalid > 0 ? [`${grouped(invalid)} not valid`] : []),
  ];
  return {
    sequences: sequences.map(({ sequenceId, unique }) => [sequenceId, unique]),
    note: left.length === 0 ? "" : `Left out: ${left.join(", ")}.`,
  };
}

/** By the result of a run as far as it came. */
export function whatIsLeft({
  sequences,
  unique,
  confirmed,
  refused,
}: RemovalResult): Pick<Removal, "sequences" | "note"> {
  const left = sequences.map(({ sequenceId, unknown, unsent }): [string, number] => [sequenceId, unknown + unsent]);
  return {
    sequences: left.filter(([, contacts]) => contacts > 0),
    note: `${grouped(confirmed + refused)} of ${counted(unique, "contact")} were done before the run was interrupted.`,
  };
}

const SEQUENCES_AT_MOST = 20;

/** "live key", "test key" or "key": what can be said about it without showing it. */
function kindOfKey(key: string): string {
  const kind = /^sk_(live|test)_/.exec(key)?.[1];
  return kind === undefined ? "the key" : `a ${kind} key`;
}

/** Asks. Returns whether to continue; Escape and closing mean no. */
export function confirmRemoval({ sequences, note, server, key }: Removal): Promise<boolean> {
  const total = sequences.reduce((sum, [, contacts]) => sum + contacts, 0);
  const shown = sequences.slice(0, SEQUENCES_AT_MOST);
  const more = sequences.length - shown.length;
  return new Promise((resolve) => {
    const titleId = freshId("question");
    const dialog = element("dialog", { "aria-labelledby": titleId });
    const answer = (go: boolean) => () => dialog.close(go ? "go" : "");
    const back = button("Go back", answer(false));
    dialog.append(
      element("h2", { id: titleId }, `Remove ${counted(total, "contact")}?`),
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
        ...shown.map(([name, contacts]) =>
          element("li", {}, element("bdi", {}, name), `: ${counted(contacts, "contact")}`),
        ),
        ...(more > 0 ? [element("li", {}, `and ${counted(more, "more sequence")}`)] : []),
      ),
      ...(note === "" ? [] : [element("p", { class: "help" }, note)]),
      element("div", { class: "row" }, button(`Remove ${counted(total, "contact")}`, answer(true), "danger"), back),
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
