// The lists of the page with selected rows: what was chosen from each, from where, and questions where that is not
// certain.
import { shownWhole } from "../../shared/contacts/characters.js";
import { isNoSequence } from "../../shared/contacts/contact_groups.js";
import { element, freshId } from "../../shared/dom.js";
import { counted } from "../../shared/words.js";
import type { FoundList, PageScan } from "../page/found.js";
import { contactOptions, type Options, type Row, rowsOf, sequenceOptions, signalOptions } from "./choice.js";
import { MarkedIds } from "./marked_ids.js";
import { TickedLines } from "./ticked_lines.js";

/** A contact, with what the person sees of it on the page. */
export interface NamedRow extends Row {
  name: string;
}

interface Offer {
  number: number;
  text: string;
}

/** What was chosen, as text if there is no alternative, or as a question. */
class Question {
  readonly view: HTMLElement;
  private readonly control: HTMLSelectElement | undefined;
  private readonly only: number | undefined;

  /** none: what is also offered, such as a typed sequence; without it nothing is chosen until the person chooses. */
  constructor(said: string, asked: string, offers: Offer[], chosen: number | undefined, none?: string) {
    this.only = chosen;
    const [first] = offers;
    if (offers.length === 1 && first?.number === chosen) {
      this.view = element("p", {}, `${said}: ${first?.text ?? ""}`);
      return;
    }
    const id = freshId("question");
    this.control = element(
      "select",
      { id },
      element("option", { value: "" }, none ?? "Choose…"),
      ...offers.map(({ number, text }) =>
        element("option", { value: String(number), selected: number === chosen }, text),
      ),
    );
    const isOpen = chosen === undefined && none === undefined;
    this.view = element("div", {}, element("label", { for: id }, isOpen ? asked : said), this.control);
  }

  get value(): number | undefined {
    if (this.control === undefined) return this.only;
    return this.control.value === "" ? undefined : Number(this.control.value);
  }
}

function offers({ offered }: Options, textOf: (number: number) => string): Offer[] {
  return offered.map((number) => ({ number, text: textOf(number) }));
}

/** Whether its selected rows have, or may have, ids of contacts; if it is certain which they are, the person is told. */
function isUsable(list: FoundList, { offered, chosen }: Options): boolean {
  const mayBe = (signal: number): boolean => contactOptions(list, list.signals[signal]?.rows ?? []).offered.length > 0;
  return list.contacts.length > 0 && (chosen !== undefined || offered.some(mayBe));
}

/** One list of the page. */
class ListView {
  readonly view: HTMLFieldSetElement;
  private readonly included: HTMLInputElement;
  private readonly signal: Question;
  private contacts: Question | undefined;
  private sequences: Question | undefined;
  private ticks: TickedLines | undefined;
  /** About rows without a sequence, where the others have one. */
  private readonly warning = element("p", { class: "warn" });
  /** The chosen rows have no contacts' ids. */
  private hasNone = false;
  private readonly details = element("div");

  constructor(
    private readonly list: FoundList,
    options: Options,
    isAlone: boolean,
    private readonly name: string,
  ) {
    const { signals, unseen } = list;
    const isCertain =
      options.chosen !== undefined && contactOptions(list, this.rowsOf(options.chosen)).chosen !== undefined;
    this.included = element("input", { type: "checkbox", checked: isAlone || isCertain });
    this.signal = new Question(
      "Selected by",
      "Which rows do you mean?",
      offers(options, (number) => {
        const { label = "", rows = [] } = signals[number] ?? {};
        return `${label} (${counted(rows.length, "row")})`;
      }),
      options.chosen,
    );
    const legend = element("label", {}, this.included, ` ${name}`);
    const text = `${counted(unseen, "more row")} of this list ${unseen === 1 ? "is" : "are"} not in the page yet, and not read. Scroll to them, or paste their IDs.`;
    const warning = unseen === 0 ? [] : [element("p", { class: "warn" }, text)];
    this.view = element("fieldset", {}, element("legend", {}, legend), ...warning, this.signal.view, this.details);
    this.view.addEventListener("change", (event) => {
      if (event.target instanceof Node && this.signal.view.contains(event.target)) this.fit();
      this.warn();
    });
    this.fit();
    this.warn();
  }

  /** Undefined: something has to be chosen first. */
  get rows(): NamedRow[] | undefined {
    if (!this.included.checked || this.hasNone) return [];
    const contacts = this.contacts?.value;
    if (this.signal.value === undefined || contacts === undefined) return undefined;
    const numbers = this.ticked.filter((number) => !this.hasNoSequence(number));
    return rowsOf(this.list, numbers, contacts, this.sequences?.value).map((row, i) => ({
      ...row,
      name: this.list.rows[numbers[i] ?? -1] ?? "",
    }));
  }

  /** Numbers of the selected rows that were not left out. */
  private get ticked(): number[] {
    const numbers = this.signal.value === undefined ? [] : this.rowsOf(this.signal.value);
    return this.ticks?.ticked.map((place) => numbers[place] ?? -1) ?? [];
  }

  /** Whether the place of the sequences' ids, if there is one, is empty in a row: none is typed for it. */
  private hasNoSequence(row: number): boolean {
    const place = this.sequences?.value;
    return place !== undefined && isNoSequence(this.list.sequences[place]?.values[row] ?? "");
  }

  private warn(): void {
    const without = this.ticked.filter((number) => this.hasNoSequence(number));
    const [first = -1] = without;
    const verbs = without.length === 1 ? ["has", "is"] : ["have", "are"];
    this.warning.textContent =
      without.length === 0
        ? ""
        : `${counted(without.length, "row")} ${verbs.join(" no sequence ID in that place and ")} left out, the first: “${this.list.rows[first] ?? ""}”.`;
  }

  /** Where the contacts come from, for the last question. */
  get origin(): string {
    const label = this.list.contacts[this.contacts?.value ?? -1]?.label ?? "";
    return `“${this.name}”: ${label}`;
  }

  private rowsOf(signal: number): number[] {
    return this.list.signals[signal]?.rows ?? [];
  }

  /** Asks the questions that depend on which rows are meant. */
  private fit(): void {
    const { list } = this;
    this.contacts = this.sequences = this.ticks = undefined;
    this.hasNone = false;
    this.details.replaceChildren();
    if (this.signal.value === undefined) return;
    const rows = this.rowsOf(this.signal.value);
    const first = (values: string[] | undefined): string =>
      shownWhole(rows.map((row) => values?.[row]).find((text) => text) ?? "");
    const hidden = list.signals[this.signal.value]?.hidden ?? 0;
    if (hidden > 0) {
      const text = `${counted(hidden, "selected row")} ${hidden === 1 ? "is" : "are"} hidden on the page and left out.`;
      this.details.append(element("p", { class: "warn" }, text));
    }
    const options = contactOptions(list, rows);
    this.hasNone = options.offered.length === 0;
    if (this.hasNone) {
      const others = list.contacts.map(({ label }) => label).join(", ");
      const text =
        others === "" ? "No IDs were found in these rows." : `No contact IDs were found in these rows, only ${others}.`;
      this.details.append(element("p", { class: "warn" }, text));
      return;
    }
    this.contacts = new Question(
      "Contact IDs",
      "Where are the contact IDs?",
      offers(
        options,
        (number) => `${list.contacts[number]?.label ?? ""} (first: ${first(list.contacts[number]?.values)})`,
      ),
      options.chosen,
    );
    this.details.append(this.contacts.view);
    const sequences = sequenceOptions(list, rows);
    if (sequences.offered.length > 0) {
      this.sequences = new Question(
        "Sequences",
        "Where are the sequence IDs?",
        offers(
          sequences,
          (number) => `${list.sequences[number]?.label ?? ""} (first: ${first(list.sequences[number]?.values)})`,
        ),
        sequences.chosen,
        "the one typed below",
      );
      this.details.append(this.sequences.view);
    }
    this.ticks = new TickedLines(
      rows.map((row) => list.rows[row] ?? ""),
      "row",
      true,
    );
    this.details.append(this.warning, this.ticks.view);
  }
}

export class PageLists {
  readonly view = element("div");
  private lists: ListView[] = [];
  private marked: MarkedIds | undefined;

  constructor(onChange: () => void) {
    this.view.addEventListener("change", onChange);
  }

  /** Shows what was found in the page. */
  show({ lists, marked, isMarkedMixed, otherFrames }: PageScan): void {
    const found = lists
      .map((list) => ({ list, options: signalOptions(list) }))
      .filter(({ list, options }) => isUsable(list, options));
    const isAlone = found.length === 1 && marked.length === 0;
    this.lists = found.map(
      ({ list, options }, i) => new ListView(list, options, isAlone, list.name || `List ${String(i + 1)}`),
    );
    this.view.replaceChildren(...this.lists.map(({ view }) => view));
    const warning = isMarkedMixed
      ? "There may be IDs of other things in that text, such as a company's. Tick those that are contacts."
      : "";
    this.marked = new MarkedIds(marked, found.length === 0 && !isMarkedMixed, warning);
    if (marked.length > 0) this.view.append(this.marked.view);
    const others = lists.filter((list) => !found.some((one) => one.list === list));
    const hidden = Math.max(0, ...others.flatMap(({ signals }) => signals.map((signal) => signal.hidden)));
    if (hidden > 0) {
      const text = `${counted(hidden, "selected row")} ${hidden === 1 ? "is" : "are"} hidden on the page and left out.`;
      this.view.append(element("p", { class: "warn" }, text));
    } else if (found.length === 0 && others.length > 0) {
      const text = "Some boxes on the page are ticked, but none of them selects a row with an ID.";
      this.view.append(element("p", { class: "warn" }, text));
    }
    if (otherFrames > 0 && found.length === 0) {
      const text = `${counted(otherFrames, "frame")} of other sites cannot be read. Open such a frame in its own tab.`;
      this.view.append(element("p", { class: "warn" }, text));
    }
  }

  /** What is meant; undefined: something has to be chosen first. */
  get rows(): NamedRow[] | undefined {
    const parts = this.lists.map(({ rows }) => rows);
    if (parts.includes(undefined)) return undefined;
    const marked = this.marked?.ids ?? [];
    return [
      ...parts.flatMap((rows) => rows ?? []),
      ...marked.map((contactId) => ({ contactId, sequenceId: "", name: contactId })),
    ];
  }

  get origins(): string[] {
    const lists = this.lists.filter(({ rows }) => (rows?.length ?? 0) > 0).map(({ origin }) => origin);
    return (this.marked?.ids.length ?? 0) > 0 ? [...lists, "the selected text"] : lists;
  }
}
