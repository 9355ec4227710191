// The page as a person sees it: one tree through open shadow roots and what is put into their slots. Elements of a frame
// belong to another realm, so instanceof says nothing here.

/** What an element has by itself: a field named "matches" hides its form's own `matches`, and so on. */
export function own<K extends keyof Element>(element: Element, key: K): Element[K] {
  return Reflect.get(Element.prototype, key, element);
}

/** The same of a document, whose forms and images may be named so. */
export function ownOf<K extends keyof Document>(page: Document, key: K): Document[K] {
  return Reflect.get(Document.prototype, key, page);
}

export function matches(element: Element, selector: string): boolean {
  return Element.prototype.matches.call(element, selector);
}

export function attributesOf(element: Element): Attr[] {
  return [...own(element, "attributes")];
}

/** Empty if the element has no such attribute. */
export function attributeOf(element: Element, name: string): string {
  return Element.prototype.getAttribute.call(element, name) ?? "";
}

/** The element around this one, even if this one is in a slot, or at the top of a shadow tree. */
export function parentOf(element: Element): Element | null {
  const around = own(element, "assignedSlot") ?? own(element, "parentElement");
  if (around !== null) return around;
  const root = own(element, "getRootNode").call(element);
  return "host" in root ? (root as ShadowRoot).host : null;
}

/** This element or the nearest around it that matches. */
export function nearest(element: Element, selector: string): Element | null {
  for (let at: Element | null = element; at !== null; at = parentOf(at)) if (matches(at, selector)) return at;
  return null;
}

function nodesOf(element: Element): Node[] {
  const assigned = element.localName === "slot" ? (element as HTMLSlotElement).assignedNodes() : [];
  return assigned.length > 0 ? assigned : [...(own(element, "shadowRoot")?.childNodes ?? own(element, "childNodes"))];
}

function isElement(node: Node): node is Element {
  return Reflect.get(Node.prototype, "nodeType", node) === Node.ELEMENT_NODE;
}

/** The elements that are shown in this one. */
export function childrenOf(element: Element): Element[] {
  if (element.localName === "slot") return nodesOf(element).filter(isElement);
  return [...(own(element, "shadowRoot")?.children ?? own(element, "children"))];
}

/** Calls visit for each element below root, in order, but not below one for which it returns false. */
export function walk(root: Element, visit: (element: Element) => boolean): void {
  for (const child of childrenOf(root)) if (visit(child)) walk(child, visit);
}

/** The first text in the element for which isSo returns true. */
export function firstText(element: Element, isSo: (text: Text) => boolean): Text | undefined {
  for (const node of nodesOf(element)) {
    if (isElement(node)) {
      const found = matches(node, "script, style, template, select") ? undefined : firstText(node, isSo);
      if (found !== undefined) return found;
    } else if (node.nodeType === Node.TEXT_NODE && isSo(node as Text)) return node as Text;
  }
  return undefined;
}

/** Places where a word may break, and marks around what was searched for. */
const WITHIN_WORDS = /^(wbr|mark|em)$/i;
/** The same as characters, within an id. */
const INVISIBLE = /(?<=[0-9a-f-])[\u00ad\u200b-\u200d\u2060\ufeff]+(?=[0-9a-f-])/gi;

/** Stands between the texts of two elements: a space, but within an id, of which parts may be bold or coloured. */
const JOINT = "\ufdd0"; // no character
const JOINED_ID = new RegExp(
  `(?<![0-9a-z])(?:[0-9a-f]${JOINT}*){8}(?:-${JOINT}*(?:[0-9a-f]${JOINT}*){4}){3}-(?:${JOINT}*[0-9a-f]){12}(?![0-9a-z])`,
  "gi",
);

/** Characters that change the order in which text around them is shown, also that of the popup. */
const REORDERING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

export function withoutReordering(text: string): string {
  return text.replace(REORDERING, "");
}

/**
 * The text of an element with that of its shadow trees, in one line, but without what can be chosen in it; what is
 * beyond `most` characters is cut. isRead: whether a part of it belongs to it.
 */
export function textOf(element: Element, most = 10_000, isRead: (part: Element) => boolean = () => true): string {
  let text = "";
  const add = (around: Element): void => {
    for (const child of nodesOf(around)) {
      if (text.length > most) return;
      if (child.nodeType === Node.TEXT_NODE) text += child.nodeValue ?? "";
      if (!isElement(child) || /^(script|style|template|select)$/i.test(child.nodeName) || !isRead(child)) continue;
      const joint = WITHIN_WORDS.test(child.nodeName) ? "" : JOINT;
      text += joint;
      add(child);
      text += joint;
    }
  };
  add(element);
  text = withoutReordering(text.replace(INVISIBLE, ""))
    .replace(JOINED_ID, (id) => id.replaceAll(JOINT, ""))
    .replace(/[\s\ufdd0]+/g, " ")
    .trim();
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

/** Drawn, as far as styles say; it may still be elsewhere. */
export function isRendered(element: Element): boolean {
  return own(element, "checkVisibility").call(element, { opacityProperty: true, visibilityProperty: true });
}

function rectOf(element: Element): DOMRect {
  return own(element, "getBoundingClientRect").call(element);
}

/** A pixel or two are a border, or what is left of an element that is kept for screen readers. */
function hasSize(element: Element): boolean {
  const { width, height } = rectOf(element);
  return width > 2 && height > 2;
}

/** What is larger than the element is not shown. */
function clips(element: Element): boolean {
  return /hidden|clip/.test(getComputedStyle(element).overflow);
}

/** What a person sees of an element: itself or, if it has no size and lets through what is in it, its first child. */
function boxOf(element: Element): Element | undefined {
  if (hasSize(element)) return element;
  return clips(element) ? undefined : childrenOf(element).find(hasSize);
}

/** So faint, or cut so small, that nobody sees it nor what is in it. */
function isUndrawn(element: Element): boolean {
  const style = getComputedStyle(element);
  // By name: `clip` is deprecated, but pages still hide things with it.
  const clip = style.getPropertyValue("clip");
  if (/^(inset\((50|100)%|(circle|ellipse)\(0)/.test(style.clipPath) || /^rect\(([01]px,? ?){4}\)$/.test(clip))
    return true;
  return Number(style.opacity) < 0.1 || /opacity\(0(\.0\d*)?\)/.test(style.filter);
}

/** Where something may be and still be shown. */
type Edges = Pick<DOMRect, "left" | "right" | "top" | "bottom">;

const EVERYWHERE: Edges = { left: -Infinity, right: Infinity, top: -Infinity, bottom: Infinity };

function windowEdges(element: Element): Edges {
  const { innerWidth = 0, innerHeight = 0 } = element.ownerDocument.defaultView ?? {};
  return { left: 0, right: innerWidth, top: 0, bottom: innerHeight };
}

/** What an element moves with, and what may cut it; null: the window. */
function containerOf(element: Element): Element | null {
  const { position } = getComputedStyle(element);
  if (position !== "fixed" && position !== "absolute") return parentOf(element);
  return (element as HTMLElement).offsetParent ?? (position === "fixed" ? null : parentOf(element));
}

/** It can be scrolled, or it has been by a script, which may do so again. */
function scrolls(element: Element): boolean {
  const { overflowX, overflowY } = getComputedStyle(element);
  return /auto|scroll/.test(`${overflowX} ${overflowY}`) || element.scrollTop !== 0 || element.scrollLeft !== 0;
}

/** How far scrolling leads: to everything but what is before the start. */
function reachOf(box: Edges, { direction, flexDirection }: CSSStyleDeclaration, left: number, top: number): Edges {
  const across = direction === "rtl" ? { right: box.right - left } : { left: box.left - left };
  const down = flexDirection === "column-reverse" ? { bottom: box.bottom - top } : { top: box.top - top };
  return { ...EVERYWHERE, ...across, ...down };
}

/** Says whether the page shows an element: not hidden, and not without any size. */
export class Visibility {
  private readonly known = new Map<Element, boolean>();
  private readonly limits = new Map<Element, Edges>();

  isShown(element: Element): boolean {
    // It is not drawn itself, but what is in it may be.
    if (getComputedStyle(element).display === "contents") {
      return childrenOf(element).some((child) => this.isShown(child));
    }
    if (!isRendered(element)) return false;
    return boxOf(element) !== undefined && !isUndrawn(element) && !this.isOutside(element) && this.opens(element);
  }

  /** Where no scrolling leads, or beyond an edge of something that clips it, such as a slide that is away. */
  private isOutside(element: Element): boolean {
    const box = boxOf(element);
    if (parentOf(element) === null || box === undefined) return false;
    const { left, right, top, bottom } = rectOf(box);
    const container = containerOf(element);
    const limit = container === null ? windowEdges(element) : this.limitIn(container);
    return top >= limit.bottom || bottom <= limit.top || left >= limit.right || right <= limit.left;
  }

  /** The edges within which an element shows what is in it. */
  private limitIn(element: Element): Edges {
    const known = this.limits.get(element);
    if (known !== undefined) return known;
    const limit = { ...this.limitBefore(element) };
    const { overflowX, overflowY } = getComputedStyle(element);
    const mayCut = !matches(element, "html, body") && hasSize(element);
    const box = rectOf(element);
    if (mayCut && element.scrollTop === 0 && /hidden|clip/.test(overflowY)) {
      limit.top = Math.max(limit.top, box.top);
      limit.bottom = Math.min(limit.bottom, box.bottom);
    }
    if (mayCut && element.scrollLeft === 0 && /hidden|clip/.test(overflowX)) {
      limit.left = Math.max(limit.left, box.left);
      limit.right = Math.min(limit.right, box.right);
    }
    this.limits.set(element, limit);
    return limit;
  }

  /** The same, without what the element itself cuts. */
  private limitBefore(element: Element): Edges {
    const { defaultView, scrollingElement } = element.ownerDocument;
    if (parentOf(element) === null) {
      const { scrollX = 0, scrollY = 0 } = defaultView ?? {};
      const style = getComputedStyle(element.querySelector("body") ?? element);
      return reachOf(windowEdges(element), style, scrollX, scrollY);
    }
    if (element !== scrollingElement && scrolls(element)) {
      const { scrollLeft, scrollTop } = element;
      return reachOf(rectOf(element), getComputedStyle(element), scrollLeft, scrollTop);
    }
    const container = containerOf(element);
    return container === null ? windowEdges(element) : this.limitIn(container);
  }

  /** Nothing around the element clips it, such as a closed section without height; nor is its frame hidden. */
  private opens(element: Element): boolean {
    const around = parentOf(element);
    if (around === null) {
      const frame = element.ownerDocument.defaultView?.frameElement ?? null;
      return frame === null || this.isShown(frame);
    }
    const known = this.known.get(around);
    if (known !== undefined) return known;
    const cuts =
      isUndrawn(around) || (!hasSize(around) && clips(around)) || (scrolls(around) && this.isOutside(around));
    const opens = !cuts && this.opens(around);
    this.known.set(around, opens);
    return opens;
  }
}
