// The form of an action, made from its manifest: what it says, its example, its options and their limits.
import type { ActionSchema } from "../action_schema.js";
import { button, element } from "../dom.js";
import { titleOf } from "../words.js";
import type { ContactGroups } from "./contact_groups.js";
import { ContactList } from "./contact_list.js";
import { Field } from "./field.js";
import { type OptionField, optionField } from "./option_field.js";

/** Input of remove_contacts, with how much it is. */
export interface ActionInput {
  removals: { sequenceId: string; contactIds: unknown[] }[];
  options: Record<string, unknown>;
  contacts: number;
}

export class ActionForm {
  readonly view: HTMLElement;
  readonly contacts: ContactList;
  private readonly sequence: Field<HTMLInputElement>;
  private readonly options: [name: string, option: OptionField][];
  private readonly optionsView: HTMLDetailsElement;

  constructor(private readonly schema: ActionSchema) {
    const { sequenceId, contactIds } = schema.inputs;
    const sample = schema.sample as { sequenceId?: string; contactIds?: string[] } | undefined;
    const text = element("input", { type: "text", name: "sequenceId", autocomplete: "off", spellcheck: "false" });
    text.placeholder = sample?.sequenceId ?? "";
    this.sequence = new Field(text, {
      label: sequenceId?.title ?? titleOf("sequenceId"),
      help: sequenceId?.description,
    });
    this.contacts = new ContactList(
      { label: contactIds?.title ?? titleOf("contactIds"), help: contactIds?.description },
      (sample?.contactIds ?? []).join("\n"),
      (groups) => this.fitSequence(groups),
    );
    this.options = Object.entries(schema.options).map(([name, property]) => [name, optionField(name, property)]);
    this.optionsView = element(
      "details",
      { class: "options" },
      element("summary", {}, "Options"),
      element("div", { class: "grid" }, ...this.options.map(([, { field }]) => field.view)),
    );
    const example = button("Fill in the example", () => {
      this.fill(sample?.sequenceId ?? "", (sample?.contactIds ?? []).join("\n"));
    });
    this.view = element(
      "div",
      { class: "stack" },
      this.sequence.view,
      this.contacts.view,
      element("div", { class: "row examples" }, example),
      this.optionsView,
    );
  }

  /** A button beside the example's, for more data to try. */
  addExample(extra: HTMLButtonElement): void {
    this.view.querySelector(".examples")?.append(extra);
  }

  fill(sequenceId: string, ids: string): void {
    this.sequence.control.value = sequenceId;
    this.sequence.judge(undefined);
    this.contacts.type(ids);
  }

  get isDryRun(): boolean {
    return this.options.some(([name, option]) => name === "dryRun" && option.value() === true);
  }

  /** The input as typed, or nothing when something has to be corrected; then the first such field has the focus. */
  async input(): Promise<ActionInput | undefined> {
    const groups = await this.contacts.groups();
    const options: Record<string, unknown> = {};
    let wrong: HTMLElement | undefined;
    for (const [name, { field, value, problem }] of this.options) {
      if (field.judge(problem())) options[name] = value();
      else wrong ??= field.control;
    }
    if (wrong !== undefined) this.optionsView.open = true;
    const typed = this.sequence.control.value.trim();
    const needsSequence = groups.groups.some((group) => group.sequenceId === undefined) || groups.total === 0;
    const hasContacts = this.contacts.judge(
      groups.total > 0 ? undefined : "Paste contact ids, drop a file, or fill in the example.",
    );
    const hasSequence = this.sequence.judge(
      typed !== "" || !needsSequence ? undefined : "Type the id of the sequence that the contacts are to leave.",
    );
    if (!hasSequence) this.sequence.control.focus();
    else if (!hasContacts) this.contacts.focus();
    else wrong?.focus();
    if (!hasSequence || !hasContacts || wrong !== undefined) return undefined;
    return {
      removals: groups.groups.map((group) => ({ ...group, sequenceId: group.sequenceId ?? typed })),
      options,
      contacts: groups.total,
    };
  }

  /** A file that names its own sequences needs none from the form. */
  private fitSequence({ groups }: ContactGroups): void {
    const isNamed = groups.length > 0 && groups.every((group) => group.sequenceId !== undefined);
    this.sequence.control.disabled = isNamed;
    if (isNamed) {
      this.sequence.control.value = "";
      this.sequence.judge(undefined);
    }
    this.sequence.control.placeholder = isNamed
      ? "named in the file"
      : ((this.schema.sample as { sequenceId?: string } | undefined)?.sequenceId ?? "");
  }
}
