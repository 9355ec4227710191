// What names say about the ids below them: column names, attributes, and the words before an id in an address.
import type { Likeness } from "./found.js";

/** An id as pages write it, a word by itself. */
export const UUID = /(?<![0-9a-z])[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-z])/gi;

/** Whether there are letters in a text beside an id: a person reads a name. */
export function isName(text: string): boolean {
  return /\p{L}/u.test(text.replace(UUID, ""));
}

/** The digits of an id without its hyphens. They may be anything else, too. */
export const BARE_ID = /(?<![0-9a-z])[0-9a-f]{32}(?![0-9a-z])/gi;

const CONTACT = /^(contacts?|kontakte?|contactos?|contatt[oi]|contato)$/;
const COMPANY = new RegExp(
  "^(compan(y|ies)|organi[sz]ations?|orgs?|accounts?|firms?|firmen?|firma|unternehmen|societes?|entreprises?|" +
    "empresas?|aziend[ae])$",
);
/** What else has ids in such pages. */
const OTHERS = new RegExp(
  `${COMPANY.source}|^(owners?|users?|sequences?|campaigns?|deals?|teams?|workspaces?|` +
    "lists?|tags?|employers?|tenants?|customers?|opportunit(y|ies)|tasks?|notes?|messages?|emails?|calls?|" +
    "sessions?|csrf|tokens?|requests?|traces?|templates?|steps?|avatars?|images?|photos?|files?|segments?|stages?|" +
    "pipelines?|imports?|exports?|uploads?|parents?|external|crm|group)$",
);
const PLAIN = new RegExp(
  "^(id|ids|uuid|guid|identifiant|key|rk|row|item|record|rowkey|rowid|value|data|selected|selection|select|checkbox|" +
    "bulk|clipboard|copy|urn|check|chk|cb|sel|tick|href|title|text|index|selectedids|checked|entity|name|no|nr)$",
);
/** Columns that say what a row is. */
const KIND = /^(types?|kinds?|typ|art|tipo|object|objekt|objet|entity|class)$/;
const PERSON = new RegExp(`${CONTACT.source}|^(persons?|people|individuals?|personne|persona|pessoa)$`);
/** What a person may be for the one whose list it is. */
const ROLE = /^(owners?|users?|customers?|parents?|external)$/;
const YES = /^(yes|true|ja|oui|s[i\u00ed]|sim|[\u2611\u2705\u2713\u2714])$/iu;
const NO = /^(no|false|[0n]|nein|non|n\u00e3o)$/iu;
/** Words around the word that tells. */
const AROUND = new RegExp(
  "^(of|the|for|to|all|these|this|du|de|del|di|do|da|der|des|vom|identifier|identificador|kennung|" +
    "nummer|number|unique|uid|pk|skipcall|bt|items|rows|entries|records|actions?|cell|link|test|" +
    "testid|sort|sorted|by|view|show|edit|open|get|set|on|handle|toggle|remove|removal|delete)$",
);
/** Further ones around a word of selection. */
const AROUND_SELECT = new RegExp(
  "^(press|space|unchecked|current|page|visible|people|persons?|leads?|" +
    "objects?|cards?|resources?|an|all[eo]?|tou(s|t|tes)|tod[oa]s?|tutt[ie]|zeilen?|lignes?|filas?|righe)$",
);
/** Before the word they change it; after it, "No." is a number. */
const BEFORE = /^(no|test)$/;
/** The noun of a title: that of "Contact imports" is another one. */
const CONTACTS = /^(contacts|kontakte|contactos|contatti|contatos)$/;
/** In a title, whose contacts they are, or which. */
const WHOSE = new RegExp(
  "^(my|your|our|meine|unsere|mes|vos|nos|mis|miei|meus|tous|les|alle|todos|tutti|recent|new|active|search|results?|" +
    "manage|list|liste|lista|table|directory|overview)$",
);
/** What a contact has itself: a link below such a name may well lead to the contact. */
const OWN = /^(e?mails?|avatars?|images?|photos?|messages?|calls?|notes?|tasks?)$/;
/** One of these in a plain name counts if nothing else is in question. */
const LIKELY = /^(ids?|uuid|guid|identifiant|rowid|rowkey|rk)$/;

/** "data-contactId" and "Contact ID" as data, contact, id. */
function wordsOf(name: string): string[] {
  return name
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .replace(/(?<=\p{L})\((e?s|e)\)/gu, "$1") // Contact(s)
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== "");
}

function isContact(word: string): boolean {
  return CONTACT.test(word) || /^contact(id|uuid)s?$/.test(word);
}

function saysMore(word: string): boolean {
  return !PLAIN.test(word) && !AROUND.test(word);
}

/** How much a name suggests contacts. Empty or unknown: unclear. */
export function contactLikeness(name: string): Likeness {
  const words = wordsOf(name);
  // A referring contact, a contact's manager and the last contact are not the row's contact.
  if (words.some(isContact)) {
    const changes = (word: string, i: number): boolean =>
      isContact(word) ? BEFORE.test(words[i - 1] ?? "") : saysMore(word);
    return words.some(changes) ? "unclear" : "certain";
  }
  if (words.some((word) => OTHERS.test(word))) return "other";
  const isOfRow = [...words, words.join("")].some((word) => LIKELY.test(word));
  return isOfRow && words.every((word) => PLAIN.test(word)) ? "likely" : "unclear";
}

/** Whether it mentions contacts, and something else that may change what is meant. */
export function isQualified(name: string): boolean {
  return wordsOf(name).some(isContact) && contactLikeness(name) !== "certain";
}

/** Words for another contact than the row's own: "Assistant", "Reports to", "Merged into". */
const RELATION = new RegExp(
  "^(managers?|assistants?|supervisors?|boss|spouses?|partners?|referr(er|al|ed)s?|introduced|mentors?|sponsors?|" +
    "delegates?|substitutes?|backup|predecessor|successor|duplicates?|merged?|related|linked|emergency|vorgesetzte[rn]?|" +
    "assistenz|vertretung|superieur|responsable|jefe|gerente|responsabile)$",
);

/** Whether the name is that of another contact, who has to do with the row's. */
export function isOfRelation(name: string): boolean {
  const words = wordsOf(name);
  return words.some((word) => RELATION.test(word)) || (words.length > 1 && /^(by|to|into)$/.test(words.pop() ?? ""));
}

/** Whether the name is that of something else, which is not just a part of a contact. */
export function isOfOther(name: string): boolean {
  return contactLikeness(name) === "other" && !wordsOf(name).some((word) => OWN.test(word));
}

/** Whether a text is nothing but a name for what follows it. */
export function isLabel(text: string): boolean {
  const words = wordsOf(text);
  return words.length > 0 && words.every((word) => isContact(word) || OTHERS.test(word) || !saysMore(word));
}

/** What a title says that everything below it belongs to: "My contacts", "Companies". */
export function subjectLikeness(title: string): Likeness {
  let words = wordsOf(title);
  // What is to be selected is what the list has: "Select contact to change".
  if (SELECT.test(words[0] ?? "")) {
    const end = words.findIndex((word) => /^(to|for|zum|zur|fur|pour|para|per)$/.test(word));
    words = words.slice(1, end < 0 ? undefined : end);
  }
  words = words.filter((word) => !WHOSE.test(word));
  if (!words.some(isContact)) return words.some((word) => OTHERS.test(word)) ? "other" : "unclear";
  // Any other word may name another thing: "Contacts to import", "Errors for contacts", "Contact settings".
  const isNoun = words.some((word) => CONTACTS.test(word)) || isContact(words[words.length - 1] ?? "");
  return isNoun ? contactLikeness(words.join(" ")) : "unclear";
}

/** Whether a title says that each thing below it is a company: "My companies", but not "Company". */
export function isOfCompanies(title: string): boolean {
  const words = wordsOf(title).filter((word) => !WHOSE.test(word));
  return areOf(words, COMPANY) && words.some((word) => /(s|firmen|unternehmen|aziende)$/.test(word));
}

/** What a text says about its row: that it is a person, a company, or perhaps something else that is no person. */
export type Kind = "person" | "company" | "thing";

function areOf(words: readonly string[], kind: RegExp): boolean {
  return words.some((word) => kind.test(word)) && words.every((word) => kind.test(word) || !saysMore(word));
}

/** What a name that a program gives to an element says that it is. */
export function kindOfClass(name: string): Kind | undefined {
  const words = wordsOf(name);
  if (areOf(words, PERSON)) return "person";
  if (areOf(words, COMPANY)) return "company";
  return words.some((word) => COMPANY.test(word)) && !words.some((word) => PERSON.test(word)) ? "thing" : undefined;
}

export function isClassOfCompany(name: string): boolean {
  return ["company", "thing"].includes(kindOfClass(name) ?? "");
}

const BUILDING = new RegExp(
  `${COMPANY.source}|^(buildings?|business|domain|apartment|corporate|fare|skyscraper|office|city|factory|industry|` +
    "landmark|bank|store|storefront)$",
);
/** Around the word that tells in the name of a picture: those of icon fonts, and of styles. */
const OF_PICTURE = new RegExp(
  "^(avatars?|images?|photos?|pictures?|logos?|icons?|default|placeholder|standard|fa|fas|far|fal|fad|bi|mdi|pi|ri|ti|" +
    "ph|la|las|bx|bxs|uil|lucide|glyphicon|anticon|dashicons|slds|fill|filled|line|outline|outlined|round|rounded|sharp|" +
    "solid|regular|columns)$",
);
/** Characters that are pictures of buildings. */
const SIGN = "[\u{1f3db}\u{1f3e2}-\u{1f3e4}\u{1f3e6}\u{1f3e8}\u{1f3ea}\u{1f3ec}\u{1f3ed}]\ufe0f?";
const BEGINS_WITH_SIGN = new RegExp(`^[^\\p{L}\\p{N}]*${SIGN}`, "u");
const ENDS_WITH_SIGN = new RegExp(`${SIGN}[^\\p{L}\\p{N}]*$`, "u");

export function beginsWithBuilding(text: string): boolean {
  return BEGINS_WITH_SIGN.test(text);
}

/** Whether a name has a building's character, or the word for a company apart from it, at its end: "Acme (company)". */
export function endsWithCompany(text: string): boolean {
  const [, word = ""] = /[([|·–—-]\s*(\p{L}+)\s*[)\]]?$/u.exec(text) ?? [];
  return ENDS_WITH_SIGN.test(text) || COMPANY.test(word.toLowerCase());
}

/** Whether a label, or what a program calls an element, begins with a company: "Select company Acme", "company-17". */
export function isLabelOfCompany(label: string): boolean {
  return COMPANY.test(wordsOf(label).find((word) => !SELECT.test(word) && saysMore(word)) ?? "");
}

/** Whether the name of a picture, or of its file, says a company: "Company logo", "icon-building", "/img/company.svg". */
export function isOfBuilding(name: string): boolean {
  const file = name
    .replace(/\?.*$/, "")
    .replace(/^.*[/#]/, "")
    .replace(/\.\w+$/, "");
  return areOf(
    wordsOf(file).filter((word) => !OF_PICTURE.test(word)),
    BUILDING,
  );
}

/** What a column's name, or an attribute's, asks of its row. */
function questionOf(column: string): "company" | "person" | "type" | "contact's type" | "other" | "is" | "" {
  const words = wordsOf(column);
  const areAll = (isSo: (word: string) => boolean): boolean =>
    words.every((word) => isSo(word) || isContact(word) || !saysMore(word));
  if (words.some((word) => COMPANY.test(word)) && words.every((word) => COMPANY.test(word) || /^(is|an?)$/.test(word)))
    return "company";
  if (words[0] === "is") return words.some((word) => PERSON.test(word)) ? "person" : "is";
  if (words.some((word) => KIND.test(word)) && areAll((word) => KIND.test(word)))
    return words.some(isContact) ? "contact's type" : "type";
  return contactLikeness(column) === "other" ? "other" : "";
}

const questions = new Map<string, ReturnType<typeof questionOf>>();

/** What a text below a column's name, or in an attribute, says that its row is; undefined: nothing. */
export function kindOf(column: string, text: string): Kind | undefined {
  const asked = questions.get(column) ?? questionOf(column);
  questions.set(column, asked);
  if (asked === "company")
    return YES.test(text) || (/^is/i.test(column) && /^([1xy]|check|tick|ok)$/i.test(text)) ? "company" : undefined;
  if (asked === "person") return NO.test(text) ? "company" : undefined;
  if (asked === "is" || asked === "other") return undefined;
  const words = wordsOf(text);
  if (areOf(words, COMPANY)) return asked === "" ? "thing" : "company";
  if (asked === "") return undefined;
  if (areOf(words, PERSON)) return "person";
  // A contact's type may be "Customer"; that of a row about a contact, "Call".
  const isThing = asked === "type" && isOfOther(text) && !words.some((word) => ROLE.test(word));
  return isThing ? "thing" : undefined;
}

/** Whether a column is called after ids, and not only after what they are of. */
export function isOfIds(column: string): boolean {
  return wordsOf(column).some((word) => LIKELY.test(word) || /^contact(id|uuid)s?$/.test(word));
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

const SELECT =
  /^(select|unselect|deselect|tick|auswahlen|choose|pick|selectionner|choisir|seleccionar|seleziona|selecionar|wahlen|auswahl|selektion)$/;
/** They select only without other words: a contact may be marked as spam, or selected for a newsletter. */
const SELECTED = /^(sel|selected|unselected|selection|chosen|picked|check|checked|mark|marked|bulk|row)$/;

/** Whether a column is called after what is not to be selected; "Deselect all" is what a click would do. */
export function leavesOut(header: string): boolean {
  const words = wordsOf(header);
  const isLeft = (word: string): boolean => /^(un|de)select(ed)?$/.test(word);
  return words.some(isLeft) && !words.some((word) => word === "select" || AROUND_SELECT.test(word));
}

/** Pictures in a text, but those of ticks, boxes, arrows and handles: a star, a bell, an envelope. */
const PICTURE =
  /(?![\u2190-\u21ff\u2500-\u25ff\u2610-\u2612\u2705\u2713-\u2718\u2800-\u28ff\u2b00-\u2b1f])[\p{So}\p{Extended_Pictographic}]/u;

const DECORATION = "[\\s\\p{So}\\p{Sm}\\p{Sk}\\p{Co}\\ufe0f…]+";
const DECORATED = new RegExp(`^${DECORATION}(?=.*[\\p{L}\\p{N}])|(?<=[\\p{L}\\p{N}].*)${DECORATION}$`, "gu");

/** A name without arrows, pictures and characters of icon fonts around its words: "▾ Edit", "Name ▲". */
export function undecorated(name: string): string {
  return name.replace(DECORATED, "");
}

/** How much the name of a box, or of its column, says that it selects its row. */
export function selectionLikeness(name: string): Likeness {
  const words = wordsOf(name).filter((word) => word.length > 1); // an "x" is a tick
  if (words.length === 0 && PICTURE.test(name)) return "other";
  const selects = (word: string): boolean => [SELECT, SELECTED, AROUND_SELECT].some((words) => words.test(word));
  if (words.some((word) => !isContact(word) && !selects(word) && saysMore(word))) return "other";
  return words.some((word) => SELECT.test(word) || SELECTED.test(word)) ? "certain" : "unclear";
}

/** Whether a name says something that is not shown in its row: neither "Ada" in a row with "Ada", nor an id. */
export function saysMoreThanRow(name: string, row: string): boolean {
  const shown = wordsOf(row);
  const words = wordsOf(name.replace(UUID, "")).filter((word) => word.length > 1);
  return (
    row !== "" && selectionLikeness(name) === "other" && words.some((word) => saysMore(word) && !shown.includes(word))
  );
}

/** Whether the name of a box says that it selects what its row shows: "Select Ada" in a row with "Ada". */
export function selectsByName(name: string, row: string): boolean {
  const words = wordsOf(name);
  const shown = wordsOf(row.replace(name, ""));
  const isPlain = (word: string): boolean => SELECT.test(word) || !saysMore(word) || shown.includes(word);
  return words.some((word) => SELECT.test(word)) && words.every(isPlain);
}

const SETTING = new RegExp(
  "^((un)?subscri.*|opt(in|out)|newsletters?|marketing|vip|star(red)?|fav(ou?rites?)?|consents?|gdpr|notif.*|spam|" +
    "archived?|verified|public|done|completed?|dn[cd]|exclude[ds]?|blocked|muted|ignored|opted|disturb|calls?|switch|slider|toggle|bell|heart|lock(ed)?)$",
);

/** Programs' names of boxes that are settings, where a person reads nothing. */
export function isSetting(name: string): boolean {
  return wordsOf(name).some((word) => SETTING.test(word));
}
