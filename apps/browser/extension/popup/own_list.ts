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

export class OwnList {
  private readonly text = element("own-text", HTMLTextAreaElement);
  private readonly file = element("own-file", HTMLInputElement);
  private typed: Part | undefined;
  private kept: Part[] = [];
  private reading = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private problem = "";

  constructor(private readonly onChange: () => void) {
    this.text.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.readText(), PAUSE_MS);
    });
    this.text.addEventListener("change", () => void this.readText());
    this.file.addEventListener("change", () => {
      const files = [...(this.file.files ?? [])];
      this.file.value = "";
      void this.take(files);
    });
    button("own-clear").addEventListener("click", () => this.clear());
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
    this.text.value = "";
    this.typed = undefined;
    this.kept = [];
    this.problem = "";
    this.changed();
  }

  /** Whether the typed sequence applies to some of them. */
  get needsSequence(): boolean {
    return this.parts.some(({ contacts }) => contacts.groups.some(({ sequenceId }) => sequenceId === undefined));
  }

  /** Undefined: the list cannot be used as it is, and the popup says so. */
  rows(sequence: string): NamedRow[] | undefined {
    if (this.problem !== "") return undefined;
    try {
      return this.parts.flatMap(({ contacts }) =>
        withSequence(contacts, this.needsSequenceOf(contacts) ? sequence : "").flatMap((group) =>
          group.contactIds.map((id) => {
            const contactId = typeof id === "string" ? id : JSON.stringify(id);
            return { contactId, sequenceId: group.sequenceId, name: contactId };
          }),
        ),
      );
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

  private async readText(): Promise<void> {
    clearTimeout(this.timer);
    const reading = ++this.reading;
    await this.reportingProblems(async () => {
      const contacts = await readContactText(this.text.value);
      if (reading !== this.reading || contacts === undefined) return;
      this.typed = contacts.total > 0 ? { name: "the pasted list", contacts } : undefined;
    });
  }

  private async take(files: File[]): Promise<void> {
    await this.reportingProblems(async () => {
      for (const file of files) this.kept.push({ name: file.name, contacts: await readContactFile(file) });
    });
  }

  private async reportingProblems(read: () => Promise<void>): Promise<void> {
    this.problem = "";
    try {
      await read();
    } catch (error) {
      if (!(error instanceof ContactProblem)) throw error;
      this.problem = error.message;
    }
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
    setText("own-status", [this.problem, ...lines].filter((line) => line !== "").join(" "));
    show("own-clear", lines.length > 0 || this.problem !== "");
    if (lines.length > 0 || this.problem !== "") element("own", HTMLDetailsElement).open = true;
    this.onChange();
  }
}
