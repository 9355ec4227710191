// The form of an action, made from its manifest: what it says, its example, its options and their limits.
import { titleOf } from "skipcall-action-host";
import type { ActionSchema } from "../action_schema.js";
import { button, element, refuseLines } from "../../shared/dom.js";
import { type ContactGroups, joined, noContacts } from "../../shared/contacts/contact_groups.js";
import { ContactProblem } from "../../shared/contacts/contact_problem.js";
import { readContactText, withSequence } from "../../shared/contacts/contact_text.js";
import { ContactList } from "./contact_list.js";
import { Field } from "./field.js";
import { type OptionField, optionField } from "./option_field.js";

/** Input of remove_contacts, with its size. */
export interface ActionInput {
  removals: { sequenceId: string; contactIds: unknown[] }[];
  options: Record<string, unknown>;
  contacts: number;
}

/** Whether it needs a typed sequence. */
function isOpen({ groups }: ContactGroups): boolean {
  return groups.some(({ sequenceId }) => sequenceId === undefined);
}

export class ActionForm {
  readonly view: HTMLElement;
  readonly contacts: ContactList;
  private readonly sequence: Field<HTMLInputElement>;
  private readonly options: [name: string, option: OptionField][];
  private readonly optionsView: HTMLDetailsElement;
  /** Contacts that were counted last. */
  total = 0;

  /** onChange: something in the form has changed; called with its number of contacts. */
  constructor(
    private readonly schema: ActionSchema,
    onChange: (contacts: number) => void,
  ) {
    const { sequenceId, contactIds } = schema.inputs;
    const sample = schema.sample as { sequenceId?: string; contactIds?: string[] } | undefined;
    const text = element("input", { type: "text", name: "sequenceId", autocomplete: "off", spellcheck: "false" });
    text.placeholder = sample?.sequenceId ?? "";
    this.sequence = new Field(text, {
      label: titleOf("sequenceId", sequenceId?.title),
      help: sequenceId?.description,
    });
    refuseLines(text, (why) => this.sequence.judge(why));
    this.contacts = new ContactList(
      { label: titleOf("contactIds", contactIds?.title), help: contactIds?.description },
      (sample?.contactIds ?? []).join("\n"),
      (lists) => {
        this.fitSequence(lists);
        this.total = joined(lists).total;
        onChange(this.total);
      },
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

  /** What would be sent, unless something has to be corrected; it does not say what. */
  async peek(): Promise<ActionInput | undefined> {
    const lists = await this.contacts.lists();
    if (this.contacts.problem !== undefined || this.options.some(([, { problem }]) => problem() !== undefined)) {
      return undefined;
    }
    try {
      return { removals: this.withTyped(lists), options: this.optionValues, contacts: joined(lists).total };
    } catch (error) {
      if (!(error instanceof ContactProblem)) throw error;
      return undefined;
    }
  }

  /** A button beside the example's, for more data to try. */
  addExample(extra: HTMLButtonElement): void {
    this.view.querySelector(".examples")?.append(extra);
  }

  fill(sequenceId: string, ids: string): void {
    this.sequence.control.value = sequenceId;
    this.contacts.type(ids);
    this.sequence.judge(undefined);
  }

  /** Takes back what a run has left, with its sequences, in place of what it began with. */
  async takeBack(name: string, json: string): Promise<void> {
    const others = await this.contacts.dropUsed();
    if (!others.some(isOpen)) this.sequence.control.value = "";
    await this.contacts.takeBack(name, () => readContactText(json));
    this.contacts.focus();
  }

  get isDryRun(): boolean {
    return this.options.some(([name, option]) => name === "dryRun" && option.value() === true);
  }

  /** The input as typed, or undefined if something has to be corrected; then the first such field has the focus. */
  async input(): Promise<ActionInput | undefined> {
    const lists = await this.contacts.lists();
    let wrong: HTMLElement | undefined;
    for (const [, { field, problem }] of this.options) if (!field.judge(problem())) wrong ??= field.control;
    if (wrong !== undefined) this.optionsView.open = true;
    const total = lists.reduce((sum, list) => sum + list.total, 0);
    const none = total > 0 ? undefined : "Paste contact IDs, drop a file, or fill in the example.";
    const hasContacts = this.contacts.judge(this.contacts.problem ?? none);
    const removals = this.removals(lists);
    if (removals === undefined) this.sequence.control.focus();
    else if (!hasContacts) this.contacts.focus();
    else wrong?.focus();
    if (removals === undefined || !hasContacts || wrong !== undefined) return undefined;
    return { removals, options: this.optionValues, contacts: total };
  }

  /** Values that differ from the module's defaults. */
  private get optionValues(): Record<string, unknown> {
    const values = this.options.map(([name, { value }]): [string, unknown] => [name, value()]);
    return Object.fromEntries(values.filter(([, value]) => value !== undefined));
  }

  /** The contacts by sequences; undefined: the sequence's field has to be corrected, and says so. */
  private removals(lists: readonly ContactGroups[]): ActionInput["removals"] | undefined {
    try {
      const removals = this.withTyped(lists);
      this.sequence.judge(undefined);
      return removals;
    } catch (error) {
      if (!(error instanceof ContactProblem)) throw error;
      this.sequence.judge(error.message);
      return undefined;
    }
  }

  /**
   * A list that brings its own sequences does not use the typed one, which is for others. Throws ContactProblem: there
   * are no others, too.
   */
  private withTyped(lists: readonly ContactGroups[]): ActionInput["removals"] {
    const nothing = { ...noContacts(), groups: [{ sequenceId: undefined, contactIds: [] }] };
    const typed = this.sequence.control.value;
    const isForOthers = lists.some(isOpen);
    return (lists.length === 0 ? [nothing] : lists).flatMap((list) =>
      withSequence(list, isForOthers && !isOpen(list) ? "" : typed),
    );
  }

  /** Contacts that all bring their sequences need none from the form; one that is typed contradicts them. */
  private fitSequence(lists: readonly ContactGroups[]): void {
    const { groups } = joined(lists);
    const isNamed = groups.length > 0 && groups.every((group) => group.sequenceId !== undefined);
    const { control } = this.sequence;
    control.disabled = isNamed && control.value === "";
    this.sequence.judge(undefined);
    if (isNamed) this.removals(lists);
    control.placeholder = isNamed
      ? "The contacts come with their own sequences"
      : ((this.schema.sample as { sequenceId?: string } | undefined)?.sequenceId ?? "");
  }
}
