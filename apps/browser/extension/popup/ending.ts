// How a run ended: the account, what to do about errors, and the remaining contacts, to save or to continue with.
import { headline } from "../../shared/result/headline.js";
import type { RemovalResult } from "../../../../plugin-manifest/remove_contacts.js";
import { saveJson } from "../../shared/save_file.js";
import type { Removal } from "../messages.js";
import { isKeyRefused, type Outcome } from "../outcome.js";
import { button, contacts, setList, setProblem, setText, show } from "./page.js";

/** The result's counts that are not zero; together they are what was requested. */
export function accountLines(result: RemovalResult): string[] {
  const counts: [number, string][] = [
    [result.confirmed, "confirmed: no longer in the sequence"],
    [result.refused, "refused by the API"],
    [result.unknown, "sent, but without a clear response"],
    [result.unsent, "not sent"],
    [result.invalid, "left out: no valid ID"],
    [result.duplicates, "listed more than once"],
  ];
  const lines = counts.filter(([count]) => count > 0).map(([count, what]) => `${count.toLocaleString("en")} ${what}`);
  // If everything was confirmed, the sentence above has said so.
  return lines.length === 1 && result.status === "completed" ? [] : lines;
}

/** The input of the next run; undefined if nothing remains. */
export function remainingOf(outcome: Outcome): Removal[] {
  return outcome.kind === "result"
    ? (JSON.parse(outcome.text) as RemovalResult).remaining.removals
    : outcome.remaining.removals;
}

export class Ending {
  private remaining: Removal[] = [];

  /** again: called with the remaining contacts when the person wants to continue with them. */
  constructor(again: (remaining: Removal[]) => void) {
    button("copy").addEventListener("click", () => {
      void navigator.clipboard.writeText(this.text).then(
        () => setText("copy", "Copied"),
        () => setProblem("The browser did not allow copying. Download the list instead."),
      );
    });
    button("download").addEventListener("click", () => saveJson("remaining_contacts.json", this.text));
    button("again").addEventListener("click", () => again(this.remaining));
  }

  show(outcome: Outcome): void {
    if (outcome.kind === "result") {
      const result = JSON.parse(outcome.text) as RemovalResult;
      setText("summary", headline(result));
      setList("account", accountLines(result));
      setList("errors", [
        ...result.errors.map((error) => `${error.message} (${contacts(error.contacts)})`),
        ...(isKeyRefused(outcome) ? ["The extension has forgotten the key."] : []),
      ]);
    } else {
      const { why, confirmed } = outcome;
      setText("summary", why);
      setList("account", [
        `At least ${confirmed.toLocaleString("en")} were confirmed, but it is not known which`,
        "Running all of them again is safe: those that are gone already are ignored",
      ]);
      setList("errors", []);
    }
    setText("copy", "Copy remaining");
    this.remaining = remainingOf(outcome);
    show("lists", this.remaining.length > 0);
  }

  private get text(): string {
    return JSON.stringify({ removals: this.remaining }, undefined, 1);
  }
}
