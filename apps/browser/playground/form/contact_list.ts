// The contacts' part of the form: a text to paste into, a place to drop a file on, and a count while either changes.
import { button, element, freshId, show } from "../dom.js";
import { counted, grouped, places } from "../words.js";
import { FileProblem, readContactFile } from "./contact_file.js";
import { type ContactGroups, readText } from "./contact_groups.js";
import { Field } from "./field.js";

/** More pasted text than this is kept beside the text box: laying it out would stop the page. */
const LONGEST_TEXT = 100_000;
/** From here on it is put in at once: Chromium pastes line by line, which takes longer with each line. */
const LONG_TEXT = 4000;
const PAUSE_MS = 250;

const NOTHING: ContactGroups = { groups: [], total: 0, invalid: 0, invalidPlaces: [], noun: "line" };

/** What the person reads about contacts that were counted. */
export function describe({ groups, total, invalid, invalidPlaces, noun }: ContactGroups): string {
  if (total === 0) return "No contacts yet.";
  const sequences = groups.filter((group) => group.sequenceId !== undefined).length;
  const where = sequences === 0 ? "" : ` in ${counted(sequences, "sequence")}`;
  const bad = invalid === 0 ? "" : `, ${grouped(invalid)} not valid (${places(noun, invalidPlaces, invalid)})`;
  return `${counted(total, "contact")}${where}${bad}.`;
}

export class ContactList {
  readonly view: HTMLElement;
  private readonly text = element("textarea", { rows: "6", spellcheck: "false", autocomplete: "off", class: "ids" });
  private readonly file = element("input", { type: "file", accept: ".csv,.tsv,.txt,.json", class: "visually-hidden" });
  private readonly status = element("p", { class: "count", role: "status" });
  private readonly attached = element("div", { class: "attached", role: "group", "aria-label": "Attached contacts" });
  private readonly field: Field<HTMLTextAreaElement>;
  private counting: AbortController | undefined;
  private kept: ContactGroups | undefined;

  constructor(
    texts: { label: string; help?: string | undefined },
    example: string,
    private readonly onChange: (groups: ContactGroups) => void,
  ) {
    this.text.placeholder = example;
    this.field = new Field(this.text, {
      ...texts,
      help: `${texts.help ?? ""}. One a line, or drop a CSV or JSON file here`,
    });
    this.file.setAttribute("aria-label", "Choose a file with contacts");
    this.file.id = freshId("file");
    const choose = element("label", { for: this.file.id, class: "button" }, "Choose a file");
    const drop = element("div", { class: "drop" }, this.field.view, this.attached);
    this.view = element(
      "div",
      { class: "contacts" },
      drop,
      element("div", { class: "row" }, this.file, choose, this.status),
    );
    show(this.attached, false);
    this.status.textContent = describe(NOTHING);
    this.listen(drop);
  }

  /** What stands there now, counted to its end. */
  async groups(): Promise<ContactGroups> {
    if (this.kept !== undefined) return this.kept;
    this.counting?.abort();
    return (await readText(this.text.value)) ?? NOTHING;
  }

  /** Says what is wrong, or nothing. */
  judge(problem: string | undefined): boolean {
    return this.field.judge(problem);
  }

  focus(): void {
    (this.kept === undefined ? this.text : (this.attached.querySelector("button") ?? this.text)).focus();
  }

  /** Puts a text into the box, as if it were typed. */
  type(text: string): void {
    this.detach();
    this.text.value = text;
    void this.count(text, 0);
  }

  /** Keeps contacts beside the text box, in place of what it holds. */
  attach(name: string, groups: ContactGroups): void {
    this.counting?.abort();
    this.kept = groups;
    const remove = button("Remove", () => {
      this.detach();
      this.announce(NOTHING);
      this.text.focus();
    });
    this.attached.replaceChildren(element("p", {}, element("strong", {}, element("bdi", {}, name))), remove);
    this.text.value = "";
    show(this.field.view, false);
    show(this.attached, true);
    this.announce(groups);
  }

  private detach(): void {
    this.kept = undefined;
    show(this.field.view, true);
    show(this.attached, false);
  }

  private announce(groups: ContactGroups): void {
    this.judge(undefined);
    this.status.textContent = describe(groups);
    this.onChange(groups);
  }

  private listen(drop: HTMLElement): void {
    this.text.addEventListener("input", () => void this.count(this.text.value, PAUSE_MS));
    this.text.addEventListener("paste", (event) => {
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (text.length <= LONG_TEXT) return;
      event.preventDefault();
      if (text.length > LONGEST_TEXT) return void this.keepText(text);
      this.text.setRangeText(text, this.text.selectionStart, this.text.selectionEnd, "end");
      void this.count(this.text.value, 0);
    });
    this.file.addEventListener("change", () => {
      const [file] = this.file.files ?? [];
      this.file.value = "";
      if (file !== undefined) void this.take(file);
    });
    drop.addEventListener("dragover", (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
    drop.addEventListener("dragleave", () => drop.classList.remove("over"));
    drop.addEventListener("drop", (event) => {
      drop.classList.remove("over");
      const file = event.dataTransfer?.files[0];
      if (file === undefined) return;
      event.preventDefault();
      void this.take(file);
    });
  }

  private async keepText(text: string): Promise<void> {
    const before = this.text.value.trim();
    this.status.textContent = "Counting…";
    this.attach("Pasted text", (await readText(before === "" ? text : `${before}\n${text}`)) ?? NOTHING);
  }

  private async take(file: File): Promise<void> {
    this.status.textContent = "Reading…";
    try {
      this.attach(file.name, await readContactFile(file));
    } catch (error) {
      this.detach();
      this.announce(NOTHING);
      this.judge(error instanceof FileProblem ? error.message : "The file could not be read. Choose it again.");
      this.text.focus();
    }
  }

  /** Counts after a pause; a later call takes an earlier one's place. */
  private async count(text: string, pauseMs: number): Promise<void> {
    this.counting?.abort();
    const counting = new AbortController();
    this.counting = counting;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    if (counting.signal.aborted) return;
    const groups = await readText(text, counting.signal);
    if (groups !== undefined) this.announce(groups);
  }
}
