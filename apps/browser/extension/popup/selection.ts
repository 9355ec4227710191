// The rows that are selected in the page, what the action says to them, and the question before they are removed.
import { MOST_CONTACTS, type Removal } from "../messages.js";
import type { RemovalResult } from "../outcome.js";
import { readPageRows, type PageRows } from "../page_rows.js";
import { button, contacts, element, setList, setProblem, setText, show } from "./page.js";
import { ask } from "./worker.js";

const REASONS: Readonly<Record<string, string>> = {
  "not-a-uuid": "is no contact ID",
  empty: "has no contact ID",
  "bad-sequence-id": "has no usable sequence ID",
};
const SHOWN_REASONS = 3;

/** The page in the current tab; the click that opened the popup allows it (activeTab). */
async function readTab(): Promise<PageRows> {
  const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
  if (tab?.id === undefined) return { rows: [], leftOut: 0 };
  try {
    const [frame] = await chrome.scripting.executeScript({
      target: { tabId: tab.id },
      func: readPageRows,
      args: [MOST_CONTACTS],
    });
    return frame?.result ?? { rows: [], leftOut: 0 };
  } catch {
    throw new Error("This page cannot be read. Open the page with your table of contacts, then this popup.");
  }
}

/** Rows of one sequence together; the typed sequence is for rows whose page names none. */
export function groupRows({ rows }: PageRows, typed: string): Removal[] {
  const groups = new Map<string, string[]>();
  for (const { contactId, sequenceId } of rows) {
    const name = sequenceId === "" ? typed : sequenceId;
    const group = groups.get(name) ?? [];
    group.push(contactId);
    groups.set(name, group);
  }
  return [...groups].map(([sequenceId, contactIds]) => ({ sequenceId, contactIds }));
}

/** What the dry run said, a line for each thing to know. */
export function previewLines(preview: RemovalResult): string[] {
  const lines = preview.sequences.map(({ sequenceId, unique }) => `${contacts(unique)} from sequence ${sequenceId}`);
  if (preview.duplicates > 0) lines.push(`${String(preview.duplicates)} selected twice: counted once`);
  for (const { removal, contact, reason } of preview.invalidIds.slice(0, SHOWN_REASONS)) {
    const place =
      contact === null ? `Group ${String(removal + 1)}` : `Row ${String(contact + 1)} of group ${String(removal + 1)}`;
    lines.push(`${place} ${REASONS[reason] ?? "is invalid"}: left out`);
  }
  const more = preview.invalidIds.length - SHOWN_REASONS;
  if (more > 0) lines.push(`${String(more)} more rows are left out`);
  return lines;
}

export class Selection {
  private found: PageRows = { rows: [], leftOut: 0 };
  private preview: RemovalResult | undefined;
  private readonly sequence = element("sequence", HTMLInputElement);
  private readonly question = element("confirm", HTMLDialogElement);

  /** started: called when the worker has taken the run over. */
  constructor(private readonly started: () => void) {
    element("selection", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      void this.ask();
    });
    this.sequence.addEventListener("change", () => void this.update());
    button("yes").addEventListener("click", () => void this.start());
    button("no").addEventListener("click", () => this.question.close());
  }

  /** Reads the page and shows what was found. */
  async read(): Promise<void> {
    try {
      this.found = await readTab();
    } catch (error) {
      setProblem((error as Error).message);
    }
    const { rows, leftOut } = this.found;
    const text =
      rows.length === 0 ? "No rows are selected in this page." : `${contacts(rows.length)} selected in this page.`;
    setText(
      "found",
      leftOut === 0 ? text : `${text} ${String(leftOut)} more are left out: that is the most for one run.`,
    );
    show(
      "sequence-field",
      rows.some(({ sequenceId }) => sequenceId === ""),
    );
    this.sequence.required = rows.some(({ sequenceId }) => sequenceId === "");
    await this.update();
  }

  private get removals(): Removal[] {
    return groupRows(this.found, this.sequence.value.trim());
  }

  private async update(): Promise<void> {
    const isReady = this.found.rows.length > 0 && (!this.sequence.required || this.sequence.value.trim() !== "");
    try {
      this.preview = isReady ? ((await ask({ type: "preview", removals: this.removals })) as RemovalResult) : undefined;
    } catch (error) {
      this.preview = undefined;
      setProblem((error as Error).message);
    }
    setList("preview", this.preview === undefined ? [] : previewLines(this.preview));
    button("start").disabled = this.found.rows.length === 0 || this.preview?.unique === 0;
  }

  private async ask(): Promise<void> {
    await this.update();
    const { preview } = this;
    if (preview === undefined || preview.unique === 0) return;
    const names = preview.sequences.map(({ sequenceId }) => sequenceId);
    const where = names.length === 1 ? `the sequence ${String(names[0])}` : `${String(names.length)} sequences`;
    setText("question", `Remove ${contacts(preview.unique)} from ${where}? The contacts themselves stay in Skipcall.`);
    this.question.showModal();
  }

  private async start(): Promise<void> {
    this.question.close();
    try {
      await ask({ type: "start", removals: this.removals });
      setProblem("");
      this.started();
    } catch (error) {
      setProblem((error as Error).message);
    }
  }
}
