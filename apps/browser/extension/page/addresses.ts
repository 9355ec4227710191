// What the words of an address say: of what the id after them is, or where it leads.
import { contactLikeness, isOfOther, kindOf, saysNothing } from "./names.js";

/** Words that say what an address does, not with what. */
const VERBS = /^(view|edit|show|details?|open|profile|preview|info|records?)$/i;
const PROGRAM = /^(index|main|default)$/i;
/** A parameter that says what all of the page is about: index.php?module=Contacts&record=ID. */
const MODULE = /[?&](?:module|etn|entity|entity_?type|object_?type|model|table)=(\p{L}[\p{L}_-]*)/giu;
/** In a path, these say where its program is. */
const PLACES = /^(crm|external|lists?)$/i;

/** An address as it was before it was put into another one. */
export function decoded(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}

/** What the file or the module before "?id=" says that the id is of; empty if that says nothing. */
function moduleOf(text: string): string {
  const query = text.lastIndexOf("?");
  if (query < 0) return "";
  const named = [...text.matchAll(MODULE)].pop()?.[1];
  const files = text.slice(0, query).split(/[/#]/).reverse();
  const words = files.map((file) => file.replace(/\.\w+$/, ""));
  const word = named ?? words.find((one) => one !== "" && !VERBS.test(one) && !PROGRAM.test(one)) ?? "";
  return contactLikeness(word) === "certain" || (isOfOther(word) && !PLACES.test(word)) ? word : "";
}

/** The last meaningful word of a text, such as "contacts" in /contacts/ID or "contact" in ?contact=ID. */
export function lastWord(text: string): string {
  const words = [...text.slice(-60).matchAll(/(\p{L}[\p{L}_-]*)(=?)/gu)].reverse();
  // "view" in ?view=ID is a thing.
  const [, word = "", key] = words.find(([, one = "", sign]) => sign === "=" || !VERBS.test(one)) ?? [];
  return (key === "=" && saysNothing(word) && moduleOf(text)) || word;
}

/** Whether an address leads to a company: "/companies/acme", but not "/companies/acme/people/ada". */
export function isOfCompany(address: string): boolean {
  const [, path = "", rest = ""] = /^(?:\w+:)?(?:\/\/[^/?#]*)?([^?#]*)(.*)$/s.exec(address) ?? [];
  const kinds = (text: string): string[] =>
    text
      .split(/[^\p{L}_-]+/u)
      .flatMap((part) => kindOf("type", part) ?? [])
      .filter((kind) => kind !== "thing");
  // In a query, what comes after the first one is what belongs to it.
  return (kinds(path).pop() ?? kinds(rest)[0]) === "company";
}
