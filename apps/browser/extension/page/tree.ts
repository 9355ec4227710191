// The page as a person sees it: one tree through open shadow roots and what is put into their slots. Elements of a frame
// belong to another realm, so instanceof says nothing here.

/** The element around this one, even if this one is in a slot, or at the top of a shadow tree. */
export function parentOf(element: Element): Element | null {
  if (element.assignedSlot !== null) return element.assignedSlot;
  if (element.parentElement !== null) return element.parentElement;
  const root = element.getRootNode();
  return "host" in root ? (root as ShadowRoot).host : null;
}

/** This element or the nearest around it that matches. */
export function nearest(element: Element, selector: string): Element | null {
  for (let at: Element | null = element; at !== null; at = parentOf(at)) if (at.matches(selector)) return at;
  return null;
}

function nodesOf(element: Element): Node[] {
  const assigned = element.localName === "slot" ? (element as HTMLSlotElement).assignedNodes() : [];
  return assigned.length > 0 ? assigned : [...(element.shadowRoot ?? element).childNodes];
}

function isElement(node: Node): node is Element {
  return node.nodeType === Node.ELEMENT_NODE;
}

/** The elements that are shown in this one. */
export function childrenOf(element: Element): Element[] {
  return nodesOf(element).filter(isElement);
}

/** Calls visit for each element below root, in order, but not below one for which it returns false. */
export function walk(root: Element, visit: (element: Element) => boolean): void {
  for (const child of childrenOf(root)) if (visit(child)) walk(child, visit);
}

/** The text of an element with that of its shadow trees, in one line; what is beyond `most` characters is cut. */
export function textOf(element: Element, most = 10_000): string {
  let text = "";
  const add = (around: Element): void => {
    for (const child of nodesOf(around)) {
      if (text.length > most) return;
      if (child.nodeType === Node.TEXT_NODE) text += child.nodeValue ?? "";
      if (!isElement(child) || /^(script|style|template)$/i.test(child.nodeName)) continue;
      text += " ";
      add(child);
      text += " ";
    }
  };
  add(element);
  text = text.replace(/\s+/g, " ").trim();
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

/** A pixel or two are a border, or what is left of an element that is kept for screen readers. */
function hasSize(element: Element): boolean {
  const { width, height } = element.getBoundingClientRect();
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

/** Clipped, or placed outside the page where no scrolling leads. */
function isCutAway(element: Element): boolean {
  const style = getComputedStyle(element);
  // By name: `clip` is deprecated, but pages still hide things with it.
  const clip = style.getPropertyValue("clip");
  if (/^inset\((50|100)%/.test(style.clipPath) || /^rect\(([01]px,? ?){4}\)$/.test(clip)) return true;
  const { right, bottom } = element.getBoundingClientRect();
  const { scrollX = 0, scrollY = 0 } = element.ownerDocument.defaultView ?? {};
  if (right + scrollX > 0 && bottom + scrollY > 0) return false;
  for (let at = parentOf(element); at !== null; at = parentOf(at))
    if (at.scrollTop > 0 || at.scrollLeft > 0) return false;
  return true;
}

/** Where something may be and still be shown. */
type Edges = Pick<DOMRect, "left" | "right" | "top" | "bottom">;

const EVERYWHERE: Edges = { left: -Infinity, right: Infinity, top: -Infinity, bottom: Infinity };

function scrolls(element: Element): boolean {
  const { overflowX, overflowY } = getComputedStyle(element);
  return /auto|scroll/.test(`${overflowX} ${overflowY}`);
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
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    if (boxOf(element) === undefined) return false;
    return !isCutAway(element) && !this.isOutside(element) && this.opens(element);
  }

  /** Beyond an edge of something that clips it, such as a list that shows its first rows, or a slide that is away. */
  private isOutside(element: Element): boolean {
    const around = parentOf(element);
    const box = boxOf(element);
    if (around === null || box === undefined) return false;
    const { left, right, top, bottom } = box.getBoundingClientRect();
    const limit = this.limitIn(around);
    return top >= limit.bottom || bottom <= limit.top || left >= limit.right || right <= limit.left;
  }

  /** The edges within which an element shows what is in it. What can be scrolled shows all. */
  private limitIn(element: Element): Edges {
    const known = this.limits.get(element);
    if (known !== undefined) return known;
    const around = parentOf(element);
    const { overflowX, overflowY, position } = getComputedStyle(element);
    const isFree = around === null || scrolls(element) || position === "fixed";
    const limit = { ...(isFree ? EVERYWHERE : this.limitIn(around)) };
    // What has been scrolled by a script may be so again.
    const mayCut = !element.matches("html, body") && hasSize(element);
    const own = element.getBoundingClientRect();
    if (mayCut && element.scrollTop === 0 && /hidden|clip/.test(overflowY)) {
      limit.top = Math.max(limit.top, own.top);
      limit.bottom = Math.min(limit.bottom, own.bottom);
    }
    if (mayCut && element.scrollLeft === 0 && /hidden|clip/.test(overflowX)) {
      limit.left = Math.max(limit.left, own.left);
      limit.right = Math.min(limit.right, own.right);
    }
    this.limits.set(element, limit);
    return limit;
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
    const cuts = (!hasSize(around) && clips(around)) || (scrolls(around) && this.isOutside(around));
    const opens = !cuts && this.opens(around);
    this.known.set(around, opens);
    return opens;
  }
}
