// The selected contacts, what the action says about them, and the question before they are removed.
import type { RemovalResult } from "../../../../plugin-manifest/remove_contacts.js";
import { refuseLines } from "../../shared/dom.js";
import { MOST_CONTACTS, type Removal } from "../messages.js";
import type { Marked, PageScan } from "../page/found.js";
import { OwnList } from "./own_list.js";
import { button, contacts, element, setList, setProblem, setText, show } from "./page.js";
import { type NamedRow, PageLists } from "./page_lists.js";
import { previewLines } from "./preview.js";
import { groupRows } from "./row_groups.js";
import { ask } from "./worker.js";

const SHOWN_SEQUENCES = 20;

const UNREADABLE =
  "This page cannot be read by extensions. Open the page with your contacts, or paste their IDs below.";
const PDF = "Extensions cannot read a PDF. Copy its text, and paste it below.";

/** The page in the current tab; the click that opened the popup allows it (activeTab). A text: why it cannot be read. */
async function readTab(): Promise<PageScan | string> {
  const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
  if (tab?.id === undefined) return UNREADABLE;
  try {
    const [frame] = await chrome.scripting.executeScript({ target: { tabId: tab.id }, files: ["page_scan.js"] });
    const scan = frame?.result as PageScan | undefined;
    return scan?.isPdf === true ? PDF : (scan ?? UNREADABLE);
  } catch {
    return UNREADABLE;
  }
}

export class Selection {
  private scan: PageScan | undefined;
  private preview: RemovalResult | undefined;
  private removals: Removal[] = [];
  private updates = 0;
  private hasKey = false;
  private waitsForKey = false;
  private hasProblem = false;
  private readonly lists = new PageLists(() => void this.update());
  private readonly own = new OwnList(() => void this.update());
  private readonly sequence = element("sequence", HTMLInputElement);
  private readonly question = element("confirm", HTMLDialogElement);

  /** started: called when the worker has taken over the run. */
  constructor(private readonly started: () => void) {
    element("lists-found", HTMLElement).append(this.lists.view);
    element("selection", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      void this.ask();
    });
    this.sequence.addEventListener("input", () => void this.update());
    this.sequence.addEventListener("change", () => void this.update());
    refuseLines(this.sequence, (why) => {
      setProblem(why);
      this.hasProblem = true;
    });
    button("yes").addEventListener("click", () => void this.start());
    button("no").addEventListener("click", () => this.question.close());
  }

  /** Reads the page and shows what was found. marked: ids from the context menu. */
  async read(marked: Marked[]): Promise<void> {
    const read = await readTab();
    if (typeof read === "string") {
      setProblem(marked.length > 0 ? "" : read);
      element("own", HTMLDetailsElement).open = true;
    }
    const nothing = { lists: [], marked: [], isMarkedMixed: false, isPdf: false, otherFrames: 0, leftOut: 0 };
    this.scan = typeof read === "string" ? nothing : read;
    const known = new Set(this.scan.marked.map(({ id }) => id.toLowerCase()));
    const more = marked.filter(({ id }) => !known.has(id.toLowerCase()));
    // The context menu's text has no rows.
    const isMarkedMixed = this.scan.isMarkedMixed || more.length > 1;
    this.lists.show({ ...this.scan, marked: [...this.scan.marked, ...more], isMarkedMixed });
    await this.update();
  }

  /** A run was started, perhaps in another window. */
  leave(): void {
    this.question.close();
  }

  /** Takes the remaining contacts of a run. */
  attach(removals: Removal[]): void {
    this.own.attach("Remaining contacts", removals);
  }

  /** The question waits for a key. */
  keyIs(here: boolean): void {
    this.hasKey = here;
    if (here && this.waitsForKey) {
      setProblem("");
      void this.ask();
    }
  }

  /** What is selected; undefined: something has to be chosen or typed first. */
  private get rows(): NamedRow[] | undefined {
    const ofPage = this.lists.rows;
    const own = this.own.rows(this.sequence.value.trim());
    return ofPage === undefined || own === undefined ? undefined : [...ofPage, ...own];
  }

  private async update(): Promise<void> {
    const update = ++this.updates;
    const ofPage = this.lists.rows;
    const isOpen = ofPage?.some(({ sequenceId }) => sequenceId === "") === true || this.own.needsSequence;
    show("sequence-field", isOpen);
    this.sequence.required = isOpen;
    const typed = this.sequence.value.trim();
    const rows = this.rows;
    const leftOut = this.scan?.leftOut ?? 0;
    setText("found", this.foundText(ofPage, leftOut));
    const isReady = rows !== undefined && rows.length > 0 && (!isOpen || typed !== "");
    let grouped: ReturnType<typeof groupRows> = { removals: [], groups: [] };
    let preview: RemovalResult | undefined;
    let problem = "";
    if (isReady && rows.length > MOST_CONTACTS) {
      problem = `One run takes at most ${contacts(MOST_CONTACTS)}. Use the command line for more.`;
    } else if (isReady) {
      try {
        grouped = groupRows(rows, typed);
        preview = (await ask({ type: "preview", removals: grouped.removals })) as RemovalResult;
      } catch (error) {
        problem = (error as Error).message;
      }
    }
    if (update !== this.updates) return; // superseded by a later one
    // What an earlier update said is over; what others said stays.
    if (problem !== "" || this.hasProblem) setProblem(problem);
    this.hasProblem = problem !== "";
    this.question.close(); // what it asks is no longer what would be removed
    this.preview = preview;
    this.removals = grouped.removals;
    setList("preview", preview === undefined ? [] : previewLines(preview, grouped.groups));
    button("start").disabled = preview === undefined || preview.unique === 0;
  }

  private foundText(rows: NamedRow[] | undefined, leftOut: number): string {
    if (rows === undefined) return "Choose below which contacts you mean.";
    const text =
      rows.length === 0 ? "No contacts are selected on this page." : `${contacts(rows.length)} selected on this page.`;
    return leftOut === 0 ? text : `${text} ${contacts(leftOut)} more are left out: one run takes no more.`;
  }

  private async ask(): Promise<void> {
    await this.own.settled();
    await this.update();
    const { preview } = this;
    if (preview === undefined || preview.unique === 0) return;
    this.waitsForKey = !this.hasKey;
    if (this.waitsForKey) {
      setProblem("Enter your API key first. You will be asked before anything is removed.");
      element("key", HTMLInputElement).focus();
      return;
    }
    const { sequences } = preview;
    const [only] = sequences;
    const where =
      sequences.length === 1 ? `the sequence ${only?.sequenceId ?? ""}` : `${String(sequences.length)} sequences`;
    setText("question", `Remove ${contacts(preview.unique)} from ${where}?`);
    const named = sequences.length === 1 ? [] : sequences.slice(0, SHOWN_SEQUENCES);
    const more = sequences.length - SHOWN_SEQUENCES;
    setList("question-sequences", [
      ...named.map(({ sequenceId, unique }) => `${contacts(unique)} from ${sequenceId}`),
      ...(more > 0 ? [`and ${String(more)} more sequences`] : []),
    ]);
    const origins = [...this.lists.origins, ...this.own.origins].join("; ");
    const first = this.removals.flatMap(({ contactIds }) => contactIds).find((id) => id !== "") ?? "";
    setText("question-origin", `Contact IDs are from ${origins}. The first one is ${first}.`);
    this.question.showModal();
  }

  private async start(): Promise<void> {
    this.question.close();
    try {
      await ask({ type: "start", removals: this.removals });
      setProblem("");
      this.own.clear();
      this.started();
    } catch (error) {
      setProblem((error as Error).message);
    }
  }
}
