// What is wrong with an item that names no contact or no sequence, so that whoever chose the column sees it.
import { isContactId, isNothing, isNoSequence, type Removal, trimId } from "./items";
import { hasKey, invisibleIn, quoted, saidBy, sentenceOf, shownExpression } from "./quote";
import type { Reason } from "./reasons";

/** The two fields of the node, as a user sees them. */
export interface FieldText {
  title: string;
  /** The expression in braces, or undefined: the field holds a value. */
  expression: string | undefined;
}

export interface FieldTexts {
  sequenceId: FieldText;
  contactIds: FieldText;
}

function bad(headline: string, advice: string): Reason {
  return { cause: "invalid-input", httpStatus: null, retryable: false, retryAt: null, headline, advice };
}

const EXAMPLE = "123e4567-e89b-12d3-a456-426614174000";
const CONTACT_ADVICE = `A contact ID is a UUID such as ${EXAMPLE}.`;

/** UUIDs among other text, but not those that are part of something longer. */
const UUIDS_INSIDE = /(?<![\w-])[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?![\w-])/gi;

function nothing({ title, expression }: FieldText): Reason {
  if (expression === undefined) return bad(`${title} is empty`, "Fill it in.");
  const advice = expression.includes("$fromAI(")
    ? "A model fills in $fromAI, and only in a tool of an AI agent. Choose a field of the items that come in."
    : "Check the column's name, including capital letters and spaces, and that the item has a value there.";
  return bad(`${title}: the expression ${shownExpression(expression)} returned nothing`, advice);
}

const SEQUENCE_ADVICE = "A sequence ID is a string or a whole number.";

function sequenceAdvice(sequenceId: unknown, { expression }: FieldText): string {
  if (typeof sequenceId === "object" && expression === undefined) return SEQUENCE_ADVICE;
  if (Array.isArray(sequenceId))
    return "It is a list. Let the expression name one entry of it, such as the first: [0].";
  if (typeof sequenceId === "object") return "It is an object. Let the expression name a field of it.";
  if (Number.isInteger(sequenceId)) {
    return "A number as large as this has lost its last digits. Let the source give it as text.";
  }
  if (typeof sequenceId !== "string") return SEQUENCE_ADVICE;
  if (!hasKey(sequenceId)) return 'It is too long, or its parts between slashes include "." or "..".';
  return "It looks like an API key, which belongs in the credential. Enter the ID of the sequence.";
}

function badSequence({ sequenceId }: Removal, { sequenceId: field }: FieldTexts): Reason {
  if (isNothing(sequenceId)) return nothing(field);
  return bad(`${field.title}: ${quoted(sequenceId)} is not a sequence ID`, sequenceAdvice(sequenceId, field));
}

/** A model, which fills in values and no expressions, has no fields and columns to choose from. */
function notTextAdvice(value: unknown, { expression }: FieldText): string {
  if (expression === undefined) return CONTACT_ADVICE;
  if (typeof value !== "object") return `${CONTACT_ADVICE} Choose the column that contains it.`;
  if (Array.isArray(value)) return "It is a list inside of a list. Make one list of them: {{ $json.contacts.flat() }}.";
  return "It is an object. Let the expression name the field that has the ID; of a list, {{ $json.contacts.map((one) => one.id) }}.";
}

function badContact(value: unknown, removal: Removal, { contactIds: field }: FieldTexts): Reason {
  if (isNothing(value)) {
    if (removal.contactIds.every(isNothing)) return nothing(field);
    return bad(
      `${field.title}: the list has an empty entry`,
      "Check the names of the fields that the list is made of. If an entry may be empty, leave it out: {{ $json.contacts.filter(Boolean) }}.",
    );
  }
  const headline = `${field.title}: ${quoted(value)} is not a contact ID`;
  if (typeof value !== "string") return bad(headline, notTextAdvice(value, field));
  const unseen = invisibleIn(trimId(value));
  if (unseen !== undefined) {
    return bad(headline, `It contains an invisible character (${unseen}). Remove it from the item.`);
  }
  if (/^\W*[\da-f]{32}\W*$/i.test(value)) {
    return bad(headline, `It has the digits of a UUID but no hyphens, so it may be something else. ${CONTACT_ADVICE}`);
  }
  const inside = value.match(UUIDS_INSIDE)?.length ?? 0;
  if (inside > 1) {
    return bad(headline, "It has several IDs. Put commas, semicolons, spaces or line breaks between them.");
  }
  if (inside === 1) return bad(headline, "It has more than an ID. Leave only the ID, without other text.");
  if (isContactId(removal.sequenceId)) {
    return bad(headline, `${CONTACT_ADVICE} This item's sequence ID is a UUID: the two fields may be swapped.`);
  }
  return bad(headline, CONTACT_ADVICE);
}

/** place: the bad id's position among the item's contact ids; null: it is the sequence id. */
export function badIdReason(removal: Removal, place: number | null, fields: FieldTexts): Reason {
  if (place === null) return badSequence(removal, fields);
  return badContact(removal.contactIds[place], removal, fields);
}

/** What keeps a sequence id, which was read from value, from being sent although the module cannot see it. */
export function doubtfulSequence(
  value: unknown,
  sequenceId: unknown,
  { sequenceId: field }: FieldTexts,
): Reason | undefined {
  if (typeof sequenceId !== "string") {
    if (sequenceId !== null || isNothing(value)) return undefined;
    return bad(`${field.title}: ${quoted(value)} is not a sequence ID`, SEQUENCE_ADVICE);
  }
  if (/\[object \w+\]/.test(sequenceId)) {
    const headline = `${field.title}: ${quoted(sequenceId)} was made from an object`;
    return bad(headline, "Let the expression name a field of the object instead.");
  }
  if (/\{\{.*\}\}/.test(sequenceId)) {
    const headline = `${field.title}: ${quoted(sequenceId)} is an expression that was not evaluated`;
    return bad(headline, "Correct it where the item comes from.");
  }
  if (isNoSequence(sequenceId)) {
    return bad(`${field.title}: ${quoted(sequenceId)} is not a sequence ID`, "Correct it, or leave the item out.");
  }
  const unseen = invisibleIn(trimId(sequenceId));
  if (unseen === undefined) return undefined;
  const headline = `${field.title}: ${quoted(sequenceId)} contains an invisible character (${unseen})`;
  return bad(headline, "Remove it from the item.");
}

/** An item without any field, where the expression looks for one. */
export function fieldless(field: FieldText, json: object | undefined): Reason | undefined {
  if (field.expression?.includes("$json") !== true || Object.keys(json ?? {}).length > 0) return undefined;
  const advice =
    "The item has no fields. Always Output Data, in the settings of a node before this one, makes such an item of a result without data: turn it off there, or filter the item out.";
  return { ...nothing(field), advice };
}

/** A field that an item does not have, and the name of one that looks the same. */
export function misnamed(field: FieldText, name: string | undefined): Reason | undefined {
  if (name === undefined) return undefined;
  const advice = `The item has ${quoted(name)}: drag that field into the expression, or rename it before this node.`;
  return { ...nothing(field), advice };
}

/** An expression that could not be evaluated for an item, such as one that looks for an item that is not paired. */
export function unreadable({ title, expression }: FieldText, thrown: unknown): Reason {
  const { description } = (thrown ?? {}) as { description?: unknown };
  const more = typeof description === "string" ? ` ${sentenceOf(description)}` : "";
  return bad(
    `${title}: the expression ${shownExpression(expression ?? "")} could not be evaluated: ${saidBy(thrown)}`,
    `Choose a field of the items that come in, or correct the expression.${more}`,
  );
}
