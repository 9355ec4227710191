// Contacts that do not come from the page: pasted, from files, or remaining from a run.
import {
  ContactProblem,
  describe,
  readContactFile,
  readContactText,
  withSequence,
} from "../../shared/contacts/contact_file.js";
import type { ContactGroups } from "../../shared/contacts/contact_groups.js";
import type { Removal } from "../messages.js";
import { button, element, setText, show } from "./page.js";
import type { NamedRow } from "./page_lists.js";

const PAUSE_MS = 250;

interface Part {
  name: string;
  contacts: ContactGroups;
}

function problemOf(error: unknown): string {
  return error instanceof ContactProblem ? error.message : "It could not be read. Choose it again.";
}

export class OwnList {
  private readonly text = element("own-text", HTMLTextAreaElement);
  private readonly file = element("own-file", HTMLInputElement);
  private typed: Part | undefined;
  private kept: Part[] = [];
  private typedProblem = "";
  private fileProblem = "";
  /** The text of which `typed` and `typedProblem` are. */
  private readValue = "";
  private reading = 0;
  private readingFiles: Promise<void> = Promise.resolve();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly onChange: () => void) {
    this.text.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.readText(), PAUSE_MS);
    });
    this.text.addEventListener("change", () => void this.readText());
    this.file.addEventListener("change", () => {
      const files = [...(this.file.files ?? [])];
      this.file.value = "";
      this.readingFiles = this.readingFiles.then(() => this.take(files));
    });
    button("own-clear").addEventListener("click", () => this.clear());
  }

  /** Resolves when everything that was typed or chosen is read. */
  async settled(): Promise<void> {
    if (this.text.value !== this.readValue) await this.readText();
    await this.readingFiles;
  }

  /** The remaining contacts of a run, for another one. */
  attach(name: string, removals: Removal[]): void {
    const total = removals.reduce((sum, { contactIds }) => sum + contactIds.length, 0);
    const contacts = { groups: removals, total, invalid: 0, invalidEntries: [], noun: "entry" as const, notes: [] };
    this.kept = [{ name, contacts }];
    this.changed();
  }

  clear(): void {
    ++this.reading;
    this.text.value = this.readValue = "";
    this.typed = undefined;
    this.kept = [];
    this.typedProblem = this.fileProblem = "";
    this.changed();
  }

  /** Whether the typed sequence applies to some of them. */
  get needsSequence(): boolean {
    return this.parts.some(({ contacts }) => contacts.groups.some(({ sequenceId }) => sequenceId === undefined));
  }

  /** Undefined: the list cannot be used as it is, and the popup says so. */
  rows(sequence: string): NamedRow[] | undefined {
    if (this.problems.length > 0) return undefined;
    try {
      return this.parts.flatMap(({ name, contacts }) => {
        const groups = withSequence(contacts, this.needsSequenceOf(contacts) ? sequence : "");
        // One that is typed is for the contacts of others.
        if (groups.some(({ sequenceId }) => sequenceId === "")) {
          const text = `${name}: ${describe(contacts)} Not all of them have a sequence ID: complete their rows, or remove them.`;
          throw new ContactProblem("no-id", text);
        }
        return groups.flatMap(({ sequenceId, contactIds }) =>
          contactIds.map((id) => {
            const contactId = typeof id === "string" ? id : JSON.stringify(id);
            return { contactId, sequenceId, name: contactId };
          }),
        );
      });
    } catch (error) {
      if (!(error instanceof ContactProblem)) throw error;
      // A missing sequence is asked for by its own field.
      if (error.refusal !== "no-sequence" || sequence !== "") setText("own-status", error.message);
      return undefined;
    }
  }

  get origins(): string[] {
    return this.parts.map(({ name }) => name);
  }

  private needsSequenceOf({ groups }: ContactGroups): boolean {
    return groups.some(({ sequenceId }) => sequenceId === undefined);
  }

  private get parts(): Part[] {
    return this.typed === undefined ? this.kept : [this.typed, ...this.kept];
  }

  private get problems(): string[] {
    return [this.typedProblem, this.fileProblem].filter((problem) => problem !== "");
  }

  private async readText(): Promise<void> {
    clearTimeout(this.timer);
    const reading = ++this.reading;
    const text = this.text.value;
    let contacts: ContactGroups | undefined;
    let problem = "";
    try {
      contacts = await readContactText(text);
    } catch (error) {
      problem = problemOf(error);
    }
    if (reading !== this.reading) return;
    this.readValue = text;
    this.typed = contacts === undefined || contacts.total === 0 ? undefined : { name: "the pasted list", contacts };
    this.typedProblem = problem;
    this.changed();
  }

  private async take(files: File[]): Promise<void> {
    const problems: string[] = [];
    for (const file of files) {
      try {
        this.kept.push({ name: file.name, contacts: await readContactFile(file) });
      } catch (error) {
        problems.push(problemOf(error));
      }
    }
    this.fileProblem = problems.join(" ");
    this.changed();
  }

  private changed(): void {
    const lines = this.parts.map(({ name, contacts }) => {
      const { table, notes } = contacts;
      const column =
        table?.contact === undefined ? "" : ` Contact IDs: the column “${table.columns[table.contact] ?? ""}”.`;
      const sequence =
        table?.sequence === undefined ? "" : ` Sequences: the column “${table.columns[table.sequence] ?? ""}”.`;
      return [`${name}: ${describe(contacts)}${column}${sequence}`, ...notes].join(" ");
    });
    setText("own-status", [...this.problems, ...lines].join(" "));
    const isUsed = lines.length + this.problems.length > 0;
    show("own-clear", isUsed);
    if (isUsed) element("own", HTMLDetailsElement).open = true;
    this.onChange();
  }
}
