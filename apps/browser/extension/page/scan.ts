// Reads a page: its lists with ticked rows, and selected ids. It changes nothing. The build makes one script of it,
// which the browser injects into the page's top frame, where it runs isolated from the page's scripts.
import { MOST_CONTACTS } from "../messages.js";
import type { FoundList, Marked, PageScan } from "./found.js";
import { distinct, readMarked } from "./marked.js";
import { contactLikeness, isOfCompanies, subjectLikeness } from "./names.js";
import { LIST } from "./markup.js";
import { type List, listsIn } from "./rows.js";
import { signalsOf } from "./signals.js";
import { contactSources, sequenceSources } from "./sources.js";
import {
  attributeOf,
  isRendered,
  matches,
  nearest,
  own,
  ownOf,
  parentOf,
  textOf,
  Visibility,
  walk,
  withoutReordering,
} from "./tree.js";

const LONGEST_NAME = 80;
const HEADING = "h1, h2, h3, h4, legend";

/** In these a text is not what the list below is called. */
const CONTROL = "a, button, label, input, select, textarea, option, script, style, template, [role=button], [role=tab]";
/** The view that is shown, of several. */
const CHOSEN =
  '[aria-selected="true"], [aria-current]:not([aria-current="false"]), [aria-pressed="true"], .active, option:checked';
/** A heading in one of these belongs to what is in it. */
const SECTION = "aside, nav, section, article, dialog, [role=dialog], [role=tabpanel], [role=navigation]";

/** The text right before the list, such as its heading; empty if it belongs to something else. */
function textBefore({ start, header }: List): string {
  const element = header?.apart ?? start;
  if (element === undefined) return "";
  const root = own(element, "getRootNode").call(element);
  const page = element.ownerDocument;
  const texts = ownOf(page, "createTreeWalker").call(page, root, NodeFilter.SHOW_TEXT);
  texts.currentNode = element;
  for (let node = texts.previousNode(); node !== null; node = texts.previousNode()) {
    const around = node.parentElement;
    if (around === null || node.nodeValue?.trim() === "") continue;
    const control = nearest(around, CONTROL);
    // Below "Contacts", the view "Companies" may be chosen.
    const isChosen =
      control !== null && [control, parentOf(control)].some((one) => one !== null && matches(one, CHOSEN));
    if (isChosen && contactLikeness(textOf(control, LONGEST_NAME)) === "other") return "";
    // What a button opens is not called after the heading before the button.
    if (control !== null && matches(element, "[role=listbox], [role=menu]")) return textOf(control, LONGEST_NAME);
    if (control !== null || !isRendered(around)) continue;
    const within = [SECTION, LIST].map((selector) => nearest(around, selector));
    const isOther = within.some((one) => one !== null && !one.contains(element));
    return isOther ? "" : textOf(nearest(around, HEADING) ?? around, LONGEST_NAME);
  }
  return "";
}

/** What a list is called. */
interface Title {
  text: string;
  /** Not only the heading somewhere before it. */
  isOwn: boolean;
}

/** What the list's own name, or the heading right above it, says that its rows are. */
function subjectOf(list: List, { text, isOwn }: Title): "contacts" | "companies" | "unknown" {
  const before = isOwn ? text : textBefore(list);
  if (isOfCompanies(before)) return "companies";
  return [text || before, before].every((one) => subjectLikeness(one) === "certain") ? "contacts" : "unknown";
}

/** Its own name, or the heading before it. */
function titleOf({ element, start }: List): Title {
  const root = own(element, "getRootNode").call(element) as Document | ShadowRoot;
  const by = attributeOf(element, "aria-labelledby").split(/\s+/)[0] ?? "";
  const labelled = by === "" ? null : root.getElementById(by);
  const caption = element.localName === "table" ? (element as HTMLTableElement).caption : null;
  const label = attributeOf(element, "aria-label");
  if (label !== "") return { text: label.slice(0, LONGEST_NAME), isOwn: true };
  for (const named of [labelled, caption])
    if (named !== null) return { text: textOf(named, LONGEST_NAME), isOwn: true };
  const headings = [...root.querySelectorAll(HEADING)];
  const before = headings.filter(
    (heading) => (heading.compareDocumentPosition(start ?? element) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0,
  );
  const last = before[before.length - 1];
  return { text: last === undefined ? "" : textOf(last, LONGEST_NAME), isOwn: false };
}

/** A long grid keeps only the rows in sight, and says how many there are, including those of its header. */
function unseenIn({ element, rows, header }: List): number {
  const all = Number(attributeOf(element, "aria-rowcount"));
  return Math.max(0, all - (header?.rows.size ?? 0) - rows.length) || 0;
}

function readable<T extends { label: string }>(item: T): T {
  return { ...item, label: withoutReordering(item.label) };
}

class Scan {
  private readonly visibility = new Visibility();
  private otherFrames = 0;
  private leftOut = 0;
  private readonly marked: Marked[] = [];
  private isMarkedMixed = false;

  constructor(private readonly most: number) {}

  read(page: Document): PageScan {
    const lists: FoundList[] = [];
    this.readDocument(page, lists);
    const { marked, isMarkedMixed, otherFrames, leftOut } = this;
    const isPdf = ownOf(page, "contentType") === "application/pdf";
    return { lists, marked: distinct(marked), isMarkedMixed, isPdf, otherFrames, leftOut };
  }

  private readDocument(page: Document, lists: FoundList[]): void {
    const elements: Element[] = [];
    const frames: Document[] = [];
    walk(ownOf(page, "documentElement"), (element) => {
      if (/^i?frame$/.test(element.localName)) {
        const inner = (element as HTMLIFrameElement).contentDocument;
        if (inner !== null) frames.push(inner);
        else if (this.visibility.isShown(element)) ++this.otherFrames;
      }
      elements.push(element);
      return true;
    });
    for (const list of listsIn(elements)) {
      const found = this.readList(list);
      if (found !== undefined) lists.push(found);
    }
    const { marked, isMixed } = readMarked(page, elements);
    this.marked.push(...marked);
    this.isMarkedMixed ||= isMixed;
    for (const frame of frames) this.readDocument(frame, lists);
  }

  private readList(list: List): FoundList | undefined {
    const signals = signalsOf(list);
    const ticked = [...new Set(signals.flatMap(({ rows }) => rows))].sort((a, b) => a - b);
    if (ticked.length === 0) return undefined;
    const isShown = (number: number): boolean => {
      const element = list.rows[number]?.element;
      if (element === undefined) return false;
      // An entry of a list to choose from may have no size.
      const select = element.localName === "option" ? element.closest("select") : null;
      return this.visibility.isShown(select ?? element) && (select === null || isRendered(element));
    };
    const shown = ticked.filter(isShown);
    const taken = shown.slice(0, this.most);
    this.leftOut += shown.length - taken.length;
    const places = new Map(taken.map((number, place) => [number, place]));
    const isHidden = new Set(ticked);
    for (const number of shown) isHidden.delete(number);
    const title = titleOf(list);
    return {
      name: withoutReordering(title.text),
      unseen: unseenIn(list),
      rows: taken.map((number) => textOf(list.rows[number]?.element ?? list.element, LONGEST_NAME)),
      signals: signals.map((signal) => ({
        ...readable(signal),
        rows: signal.rows.flatMap((number) => places.get(number) ?? []),
        hidden: signal.rows.filter((number) => isHidden.has(number)).length,
      })),
      contacts: contactSources(list, taken, subjectOf(list, title)).map(readable),
      sequences: sequenceSources(list, taken).map(readable),
    };
  }
}

/** Takes at most as many rows of a list as one run takes. */
export function scan(): PageScan {
  return new Scan(MOST_CONTACTS).read(document);
}
