// Contacts beside the text box: a file, a long pasted text, or the remaining contacts of a run.
import { button, element } from "../../shared/dom.js";
import type { NamedColumns } from "../../shared/contacts/columns.js";
import { type ContactGroups, describe, noContacts } from "../../shared/contacts/contact_groups.js";
import { ContactProblem } from "../../shared/contacts/contact_problem.js";
import { sheetView } from "./sheet_view.js";

export type ReadContacts = (named: NamedColumns) => Promise<ContactGroups | undefined>;

export class Attachment {
  readonly view = element("div", { class: "attached", role: "group" });
  contacts: ContactGroups = noContacts();
  /** Why it cannot be used as it is. */
  problem: string | undefined;
  /** Resolves when it is read. */
  loaded: Promise<void> = Promise.resolve();
  private reading = 0;

  constructor(
    readonly name: string,
    private readonly read: ReadContacts,
    private readonly events: { onChange: () => void; onRemove: () => void },
  ) {
    this.view.setAttribute("aria-label", name);
  }

  /** Reads it, by the columns that the person names. */
  load(named: NamedColumns = {}): Promise<void> {
    this.loaded = this.readBy(named);
    return this.loaded;
  }

  focus(): void {
    this.view.querySelector("button")?.focus();
  }

  private async readBy(named: NamedColumns): Promise<void> {
    const reading = ++this.reading;
    let table: Partial<ContactGroups> | undefined;
    try {
      const contacts = (await this.read(named)) ?? noContacts();
      if (reading !== this.reading) return;
      this.contacts = table = contacts;
      this.problem = undefined;
    } catch (error) {
      if (reading !== this.reading) return;
      this.contacts = noContacts();
      this.problem = error instanceof ContactProblem ? error.message : "It could not be read. Choose it again.";
      if (error instanceof ContactProblem && error.table !== undefined) table = { table: error.table };
    }
    const remove = button("Remove", this.events.onRemove);
    remove.setAttribute("aria-label", `Remove ${this.name}`);
    const said = this.problem ?? describe(this.contacts);
    this.view.replaceChildren(
      element(
        "div",
        { class: "line" },
        element("p", {}, element("strong", {}, element("bdi", {}, this.name)), `: ${said}`),
        remove,
      ),
      ...sheetView(table ?? {}, named, (chosen) => void this.load(chosen)),
    );
    this.view.classList.toggle("wrong", this.problem !== undefined);
    this.events.onChange();
  }
}
