// A message's payload as removals. Nothing is guessed: where it is not certain which contacts are meant, the message is
// refused as a whole, and single values that are no ids go on for the module to report.
import { possibleSequence } from "../../contact-files/columns.json";
import { contactIdsOf, isNoSequence, type Removal, sequenceIdOf, trimId } from "../../n8n/nodes/Skipcall/items";
import { invisibleIn, quoted } from "../../n8n/nodes/Skipcall/quote";

export interface Columns {
  /** The sequence of all contacts; empty: it comes with each row. */
  sequence: string;
  sequenceColumn: string;
  contactColumn: string;
}

export interface Read {
  removals: Removal[];
  /** Options of the action's own form. */
  options: Record<string, unknown>;
}

/** Of the flow: says what is wrong, and what to do. */
export class PayloadError extends Error {}

type Row = Record<string, unknown>;
/** n8n's reading lets its event loop turn between slices; a message is read in one go. */
const AT_ONCE = { due: false, over: false, pause: () => Promise.resolve() } as never;

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value);
}

function refuse(why: string): never {
  throw new PayloadError(`${why} Nothing was sent.`);
}

function plainName(name: string): string {
  return name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");
}

const [SEQUENCE_PARTS, SEQUENCE_NAMES] = [possibleSequence.contains.map(plainName), possibleSequence.is.map(plainName)];

function mayHoldSequences(name: string): boolean {
  const plain = plainName(name);
  return SEQUENCE_PARTS.some((part) => plain.includes(part)) || SEQUENCE_NAMES.includes(plain);
}

/** The one sequence of a list of ids. */
function oneSequence({ sequence }: Columns, message: Row): string {
  const found = sequence === "" ? message.sequenceId : sequence;
  const id = sequenceIdOf(found);
  if (typeof id !== "string" || trimId(id) === "") {
    refuse("A list of contact ids needs a sequence: set one in the node, or msg.sequenceId.");
  }
  return certain(id);
}

function certain(sequenceId: string): string {
  const unseen = invisibleIn(trimId(sequenceId));
  if (unseen !== undefined)
    refuse(`The sequence ${quoted(sequenceId)} holds a character that cannot be seen (${unseen}).`);
  if (isNoSequence(sequenceId)) refuse(`The sequence ${quoted(sequenceId)} is not an id.`);
  return sequenceId;
}

async function readRow(row: Row, at: number, columns: Columns, message: Row): Promise<Removal> {
  const { contactColumn, sequenceColumn, sequence } = columns;
  const where = `Row ${String(at + 1)}`;
  if (sequence !== "") {
    const doubtful = Object.keys(row).find((name) => name !== contactColumn && mayHoldSequences(name));
    if (doubtful !== undefined) {
      refuse(
        `${where} has a column ${quoted(doubtful)}, which may hold sequences, and the node is set to one sequence.`,
      );
    }
  }
  const contactIds = await contactIdsOf(Object.hasOwn(row, contactColumn) ? row[contactColumn] : null, AT_ONCE);
  if (sequence !== "") return { sequenceId: oneSequence(columns, message), contactIds };
  const sequenceId = sequenceIdOf(Object.hasOwn(row, sequenceColumn) ? row[sequenceColumn] : null);
  if (typeof sequenceId === "string") certain(sequenceId);
  return { sequenceId, contactIds };
}

async function readRows(rows: Row[], columns: Columns, message: Row): Promise<Removal[]> {
  const { contactColumn, sequenceColumn, sequence } = columns;
  const names = [contactColumn, ...(sequence === "" ? [sequenceColumn] : [])];
  if (new Set(names).size < names.length) refuse("The contact column and the sequence column are the same.");
  const absent = names.find((name) => !rows.some((row) => Object.hasOwn(row, name)));
  if (absent !== undefined) refuse(`No row has the column ${quoted(absent)}. Choose the columns in the node.`);
  return Promise.all(rows.map((row, at) => readRow(row, at, columns, message)));
}

function isJson(value: unknown): boolean {
  try {
    JSON.stringify(value);
    return true;
  } catch {
    return false;
  }
}

function readForm({ sequenceId, contactIds, removals, options, ...rest }: Row): Read {
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) refuse(`The action's form has no member ${quoted(unknown)}.`);
  if (options !== undefined && !isRow(options)) refuse("The options have to be an object.");
  if (!isJson(options)) refuse("The options hold a value that JSON cannot hold.");
  const list: unknown[] =
    removals === undefined ? [{ sequenceId, contactIds }] : Array.isArray(removals) ? removals : [];
  if (removals !== undefined && (sequenceId !== undefined || contactIds !== undefined || list.length === 0)) {
    refuse("The action's form has either sequenceId and contactIds, or a list of removals.");
  }
  const read = list.map((one) => {
    if (!isRow(one) || !Array.isArray(one.contactIds)) return refuse("Each removal needs a list of contactIds.");
    const id = sequenceIdOf(one.sequenceId);
    return { sequenceId: typeof id === "string" ? certain(id) : id, contactIds: one.contactIds as unknown[] };
  });
  return { removals: read, options: options ?? {} };
}

/** Throws PayloadError. */
export async function readPayload(message: Row, columns: Columns): Promise<Read> {
  const { payload } = message;
  if (isRow(payload)) {
    const isForm = "removals" in payload || ("contactIds" in payload && columns.contactColumn !== "contactIds");
    return isForm ? readForm(payload) : { removals: await readRows([payload], columns, message), options: {} };
  }
  if (typeof payload === "string") {
    const contactIds = await contactIdsOf(payload, AT_ONCE);
    return { removals: [{ sequenceId: oneSequence(columns, message), contactIds }], options: {} };
  }
  if (!Array.isArray(payload))
    return refuse("The payload is neither an id, nor a list, nor rows, nor the action's form.");
  if (payload.length === 0) return { removals: [], options: {} };
  if (payload.every(isRow)) return { removals: await readRows(payload, columns, message), options: {} };
  if (payload.some(isRow)) return refuse("The payload mixes rows and ids.");
  const contactIds = await contactIdsOf(payload, AT_ONCE);
  return { removals: [{ sequenceId: oneSequence(columns, message), contactIds }], options: {} };
}
