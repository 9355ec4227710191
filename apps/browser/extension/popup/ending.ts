// How a run ended: the account, what to do about errors, and what remains, to take along.
import type { Outcome, RemovalResult } from "../outcome.js";
import type { Removal } from "../messages.js";
import { button, contacts, setList, setProblem, setText, show } from "./page.js";

const SUMMARIES: Readonly<Record<RemovalResult["status"], string>> = {
  completed: "Every contact was removed.",
  partial: "Not every contact was removed.",
  failed: "No contact was removed.",
  cancelled: "The removal was cancelled.",
};

/** The result's counts that are not zero; together they are what was requested. */
export function accountLines(result: RemovalResult): string[] {
  const counts: [number, string][] = [
    [result.confirmed, "confirmed: not in the sequence any more"],
    [result.refused, "refused by the API"],
    [result.unknown, "sent, but without a clear answer"],
    [result.unsent, "not sent"],
    [result.invalid, "left out: no valid ID"],
    [result.duplicates, "selected twice"],
  ];
  const lines = counts.filter(([count]) => count > 0).map(([count, what]) => `${String(count)} ${what}`);
  const atLeast = result.removedExact ? "" : "at least ";
  return [...lines, `The API counted ${atLeast}${String(result.removed)} removed`];
}

/** The input of the next run, as JSON; nothing where nothing remains. */
export function remainingOf(outcome: Outcome): string | undefined {
  const remaining: { removals: Removal[] } =
    outcome.kind === "result" ? (JSON.parse(outcome.text) as RemovalResult).remaining : outcome.remaining;
  return remaining.removals.length === 0 ? undefined : JSON.stringify(remaining, undefined, 1);
}

export class Ending {
  private remaining = "";

  constructor() {
    button("copy").addEventListener("click", () => {
      void navigator.clipboard.writeText(this.remaining).then(
        () => setText("copy", "Copied"),
        () => setProblem("The browser did not allow to copy. Download the list instead."),
      );
    });
    button("download").addEventListener("click", () => this.download());
  }

  show(outcome: Outcome): void {
    if (outcome.kind === "result") {
      const result = JSON.parse(outcome.text) as RemovalResult;
      setText("summary", SUMMARIES[result.status]);
      setList("account", accountLines(result));
      setList(
        "errors",
        result.errors.map(({ message, contacts: count }) => `${message} (${contacts(count)})`),
      );
    } else {
      const { why, confirmed } = outcome;
      setText("summary", why);
      setList("account", [
        `${String(confirmed)} were confirmed at least, but it is not known which`,
        "Running all of them again is safe: those that are gone already are ignored",
      ]);
      setList("errors", []);
    }
    this.remaining = remainingOf(outcome) ?? "";
    show("lists", this.remaining !== "");
  }

  private download(): void {
    const url = URL.createObjectURL(new Blob([this.remaining], { type: "application/json" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = "remaining_contacts.json";
    link.click();
    URL.revokeObjectURL(url);
  }
}
