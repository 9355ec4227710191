// The contacts' part of the form: a text to paste into, places to drop files on, and a count while either changes. What
// is typed and what is attached count together: nothing replaces anything else.
import { readContactFile } from "../../shared/contacts/contact_file.js";
import { type ContactGroups, describe, joined, noContacts } from "../../shared/contacts/contact_groups.js";
import { ContactProblem } from "../../shared/contacts/contact_problem.js";
import { readContactText } from "../../shared/contacts/contact_text.js";
import { columnAt, type NamedColumns } from "../../shared/contacts/columns.js";
import { button, element, freshId, show } from "../../shared/dom.js";
import { counted } from "../../shared/words.js";
import { Attachment, type ReadContacts } from "./attachment.js";
import { Field } from "./field.js";
import { sheetView } from "./sheet_view.js";

/** More pasted text than this is kept beside the text box: laying it out would stop the page. */
const LONGEST_TEXT = 100_000;
/** From here on it is inserted at once: Chromium pastes line by line, which takes longer with each line. */
const LONG_TEXT = 4000;
const PAUSE_MS = 250;

export class ContactList {
  readonly view: HTMLElement;
  private readonly text = element("textarea", { rows: "6", spellcheck: "false", autocomplete: "off", class: "ids" });
  private readonly file = element("input", {
    type: "file",
    accept: ".csv,.tsv,.txt,.json,.jsonl,.ndjson",
    multiple: true,
    class: "visually-hidden",
  });
  private readonly status = element("p", { class: "count", role: "status" });
  private readonly typedView = element("div", { class: "typed" });
  private readonly attachedView = element("div", { class: "attachments" });
  private readonly field: Field<HTMLTextAreaElement>;
  private readonly attachments: Attachment[] = [];
  private typed: ContactGroups = noContacts();
  private typedProblem: string | undefined;
  /** The text of which `typed` is; empty while other columns of it are read. */
  private readText = "";
  private named: NamedColumns = {};
  /** The columns among which they were named: of another table, others may be meant. */
  private namedAmong = "";
  private counting: AbortController | undefined;
  /** What the last run began with, or what was taken back from it. */
  private used: { text: string; attachments: readonly Attachment[] } = { text: "", attachments: [] };
  /** The last long text that was inserted, which the browser cannot undo. */
  private inserted: { before: string; after: string; selection: [number, number]; attachment?: Attachment } | undefined;

  constructor(
    texts: { label: string; help?: string | undefined },
    example: string,
    private readonly onChange: (lists: readonly ContactGroups[]) => void,
  ) {
    this.text.placeholder = example;
    this.field = new Field(this.text, {
      ...texts,
      help: `${texts.help ?? ""}. One per line, a table with a header line, or JSON; or drop files here`,
    });
    this.file.setAttribute("aria-label", "Choose files with contacts");
    this.file.id = freshId("file");
    const choose = element("label", { for: this.file.id, class: "button" }, "Choose files");
    const clear = button("Clear", () => this.clear());
    this.view = element(
      "div",
      { class: "contacts" },
      element("div", { class: "drop" }, this.field.view, this.typedView, this.attachedView),
      element("div", { class: "row" }, this.file, choose, clear, this.status),
    );
    this.status.textContent = describe(noContacts());
    this.listen();
  }

  /** The current contacts, completely read. */
  async lists(): Promise<ContactGroups[]> {
    let read: Promise<void>[] = [];
    // Whatever changes meanwhile is read, too.
    while (this.text.value !== this.readText || this.attachments.some(({ loaded }) => !read.includes(loaded))) {
      read = this.attachments.map(({ loaded }) => loaded);
      await Promise.all(read);
      if (this.text.value !== this.readText) await this.count(0);
    }
    return this.all;
  }

  /** What cannot be used as it is, or undefined. */
  get problem(): string | undefined {
    return this.typedProblem ?? this.attachments.find(({ problem }) => problem !== undefined)?.problem;
  }

  /** Says what is wrong, or nothing. */
  judge(problem: string | undefined): boolean {
    return this.field.judge(problem);
  }

  focus(): void {
    const [first] = this.attachments;
    if (this.text.value === "" && first !== undefined) first.focus();
    else this.text.focus();
  }

  /** Replaces the text in the box. */
  type(text: string): void {
    this.clear();
    this.text.value = text;
    void this.count(0);
  }

  /** A run has begun with what is there now. */
  markUsed(): void {
    this.used = { text: this.text.value, attachments: [...this.attachments] };
  }

  /** Takes away what the last run began with; what was added since stays. Returns that. */
  async dropUsed(): Promise<ContactGroups[]> {
    for (const attachment of this.used.attachments) this.remove(attachment);
    if (this.text.value === this.used.text) this.clearText();
    return this.lists();
  }

  /** Keeps contacts beside the text box, in place of which others of the same run may come. */
  async takeBack(name: string, read: ReadContacts): Promise<void> {
    const attachment = this.add(name, read);
    this.used = { text: "", attachments: [attachment] };
    await attachment.loaded;
  }

  clear(): void {
    this.attachments.splice(0);
    this.attachedView.replaceChildren();
    this.clearText();
  }

  private clearText(): void {
    this.counting?.abort();
    this.typedView.replaceChildren();
    this.text.value = "";
    this.named = {};
    this.readText = "";
    this.inserted = undefined;
    this.typed = noContacts();
    this.typedProblem = undefined;
    this.announce();
  }

  private add(name: string, read: ReadContacts): Attachment {
    const attachment: Attachment = new Attachment(name, read, {
      onChange: () => this.announce(),
      onRemove: () => {
        this.remove(attachment);
        this.text.focus();
      },
    });
    this.attachments.push(attachment);
    this.attachedView.append(attachment.view);
    this.status.textContent = "Reading…";
    void attachment.load();
    return attachment;
  }

  private remove(attachment: Attachment): void {
    const at = this.attachments.indexOf(attachment);
    if (at < 0) return;
    this.attachments.splice(at, 1);
    attachment.view.remove();
    this.announce();
  }

  private get all(): ContactGroups[] {
    return [this.typed, ...this.attachments.map(({ contacts }) => contacts)].filter(({ total }) => total > 0);
  }

  private announce(): void {
    this.judge(undefined);
    const lists = this.all;
    const from = lists.length > 1 ? ` From ${counted(lists.length, "list")}.` : "";
    this.status.textContent = `${describe(joined(lists))}${from}`;
    this.onChange(lists);
  }

  private listen(): void {
    this.text.addEventListener("input", () => void this.count(PAUSE_MS));
    this.text.addEventListener("paste", (event) => {
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (text.length <= LONG_TEXT) return;
      event.preventDefault();
      this.insert(text, "Pasted text", [this.text.selectionStart, this.text.selectionEnd]);
    });
    this.text.addEventListener("keydown", (event) => {
      const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z";
      if (isUndo && this.undo()) event.preventDefault();
    });
    this.file.addEventListener("change", () => {
      const files = [...(this.file.files ?? [])];
      this.file.value = "";
      void this.take(files);
    });
    // Anywhere in the page: a browser would leave the page for a file that is dropped beside the box.
    addEventListener("dragover", (event) => {
      if (event.dataTransfer?.types.includes("Files") !== true && this.isField(event.target)) return;
      event.preventDefault();
      this.view.classList.add("over");
    });
    addEventListener("dragleave", (event) => {
      if (event.relatedTarget === null) this.view.classList.remove("over");
    });
    addEventListener("drop", (event) => {
      this.view.classList.remove("over");
      const { files } = event.dataTransfer ?? {};
      const text = event.dataTransfer?.getData("text/plain") ?? "";
      if (files?.length === 0 && this.isField(event.target)) return;
      event.preventDefault();
      if (files !== undefined && files.length > 0) void this.take([...files]);
      else if (text !== "") {
        const end = this.text.value.length;
        this.insert(end === 0 ? text : `\n${text}`, "Dropped text", [end, end]);
      }
    });
  }

  /** A text that is dropped onto a field, or moved within the box, is the browser's to insert. */
  private isField(target: EventTarget | null): boolean {
    return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
  }

  /** Inserts a text in place of a part of what is in the box; beside the box if it is too long. */
  private insert(text: string, name: string, selection: [number, number]): void {
    const isLong = text.length > LONGEST_TEXT;
    const before = this.text.value;
    this.text.setRangeText(isLong ? "" : text, ...selection, "end");
    const attachment = isLong ? this.add(name, (named) => readContactText(text, { named })) : undefined;
    this.inserted = { before, after: this.text.value, selection, ...(attachment && { attachment }) };
    void this.count(0);
  }

  /** Takes the last long text back, if nothing was changed since. Returns whether it did. */
  private undo(): boolean {
    const { inserted } = this;
    if (inserted?.after !== this.text.value) return false;
    this.inserted = undefined;
    this.text.value = inserted.before;
    this.text.setSelectionRange(...inserted.selection);
    if (inserted.attachment !== undefined) this.remove(inserted.attachment);
    void this.count(0);
    return true;
  }

  private async take(files: File[]): Promise<void> {
    await Promise.all(files.map((file) => this.add(file.name, (named) => readContactFile(file, named)).loaded));
  }

  /** Reads the text after a pause; a later call replaces an earlier one. */
  private async count(pauseMs: number): Promise<void> {
    this.counting?.abort();
    const counting = new AbortController();
    this.counting = counting;
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    if (counting.signal.aborted) return;
    const text = this.text.value;
    // Chromium says for each line that is inserted that the text has changed.
    if (text === this.readText) {
      this.judge(this.typedProblem);
      return;
    }
    let shown: Partial<ContactGroups> = {};
    try {
      const contacts = await readContactText(text, { named: this.named, signal: counting.signal });
      if (contacts === undefined || this.counting !== counting) return;
      this.typed = shown = contacts;
      this.typedProblem = undefined;
    } catch (error) {
      if (!(error instanceof ContactProblem)) throw error;
      if (this.counting !== counting) return;
      this.typed = noContacts();
      this.typedProblem = error.message;
      if (error.table !== undefined) shown = { table: error.table };
    }
    const among = (shown.table?.columns ?? []).map((column, i) => column || columnAt(i)).join("\n");
    const isNamed = this.named.contact !== undefined || this.named.sequence !== undefined;
    if (isNamed && shown.table !== undefined && among !== this.namedAmong) {
      this.named = {};
      return this.count(0);
    }
    this.readText = text;
    const choose = (named: NamedColumns): void => {
      this.named = named;
      this.namedAmong = among;
      this.readText = "";
      void this.count(0);
    };
    this.typedView.replaceChildren(...sheetView(shown, this.named, choose));
    show(this.typedView, this.typedView.childElementCount > 0);
    this.announce();
    if (this.typedProblem !== undefined) this.judge(this.typedProblem);
  }
}
