// Pictures in a row, also words of icon fonts and characters, and those that show a company.
import { beginsWithBuilding, isName, isOfBuilding } from "./names.js";
import { attributeOf, firstText, matches, own, textOf } from "./tree.js";

/** Attributes by which pages and libraries say what a picture shows. */
const NAMES =
  "alt aria-label title src href data-testid data-icon data-lucide name icon icon-name svgicon data-mat-icon-name";

/** Without a word for a person; of an icon font, the word is drawn as a picture. */
export function isPicture(element: Element): boolean {
  if (matches(element, "img, svg, svg *")) return true;
  const text = firstText(element, ({ data }) => isName(data));
  const isOfFont = /icon|symbol/i.test(`${own(element, "localName")} ${attributeOf(element, "class")}`);
  return text === undefined || (isOfFont && /^\s*[a-z][a-z0-9_]*\s*$/.test(text.data));
}

export function showsCompany(picture: Element): boolean {
  const said = NAMES.split(" ").map((name) => attributeOf(picture, name));
  const text = textOf(picture, 80);
  return [...attributeOf(picture, "class").split(/\s+/), ...said, text].some(isOfBuilding) || beginsWithBuilding(text);
}
