// What names say about the ids below them: column names, attributes, and the words before an id in an address.
import type { Likeness } from "./found.js";

/** An id as pages write it, a word by itself. */
export const UUID = /(?<![0-9a-z])[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-z])/gi;

/** The digits of an id without its hyphens. They may be anything else, too. */
export const BARE_ID = /(?<![0-9a-z])[0-9a-f]{32}(?![0-9a-z])/gi;

const CONTACT = /^(contacts?|kontakte?|contactos?|contatt[oi]|contato)$/;
/** What else has ids in such pages. */
const OTHERS = new RegExp(
  "^(compan(y|ies)|organi[sz]ations?|orgs?|accounts?|owners?|users?|sequences?|campaigns?|deals?|teams?|workspaces?|" +
    "lists?|tags?|firms?|employers?|tenants?|customers?|opportunit(y|ies)|tasks?|notes?|messages?|emails?|calls?|" +
    "sessions?|csrf|tokens?|requests?|traces?|templates?|steps?|avatars?|images?|photos?|files?|segments?|stages?|" +
    "pipelines?|firmen?|firma|unternehmen|societes?|entreprises?|empresas?|aziend[ae]|parents?|external|crm|group)$",
);
const PLAIN =
  /^(id|ids|uuid|guid|key|row|item|record|rowkey|rowid|value|data|selected|selection|select|checkbox|bulk|check|chk|cb|sel|tick|href|title|text|index|selectedids|checked|entity|name|no|nr)$/;
/** One of these in a plain name counts if nothing else is in question. */
const LIKELY = /^(ids?|uuid|guid)$/;

/** "data-contactId" and "Contact ID" as data, contact, id. */
function wordsOf(name: string): string[] {
  return name
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== "");
}

/** How much a name suggests contacts. Empty or unknown: unclear. */
export function contactLikeness(name: string): Likeness {
  const words = wordsOf(name);
  const isContact = words.some((word) => CONTACT.test(word) || /^contact(id|uuid)s?$/.test(word));
  const isOther = words.some((word) => OTHERS.test(word));
  if (isContact) return isOther ? "unclear" : "certain";
  if (isOther) return "other";
  return words.length > 0 && words.every((word) => PLAIN.test(word)) && words.some((word) => LIKELY.test(word))
    ? "likely"
    : "unclear";
}

/** Whether it says nothing at all, so that what is around it may decide. */
export function saysNothing(name: string): boolean {
  return wordsOf(name).every((word) => PLAIN.test(word));
}

/** How much a column's or an attribute's name suggests ids of sequences. */
export function sequenceLikeness(name: string): Likeness {
  const words = wordsOf(name).filter((word) => word !== "data");
  const plain = words.join("");
  if (/^(sequenceid|sequenceuuid)s?$/.test(plain)) return "certain";
  return /^(sequence|sequenz|secuencia|sequenza)s?(id|uuid|name)?$/.test(plain) ? "likely" : "other";
}

/** How much the name of a box, or of its column, says that it selects its row. */
export function selectionLikeness(name: string): Likeness {
  const words = wordsOf(name);
  const selects =
    /^(sel|select|selected|selection|tick|selektion|auswahl|auswahlen|choose|chosen|pick|picked|check|checked|mark|marked|bulk|row|selectionner|choisir|seleccionar|seleziona|selecionar|wahlen)$/;
  if (words.some((word) => selects.test(word))) return "certain";
  return words.filter((word) => !PLAIN.test(word) && !CONTACT.test(word)).length === 0 ? "unclear" : "other";
}
