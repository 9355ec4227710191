// A table of contacts: CSV with a header line, or rows of JSON.
import { inSlices } from "../slices.js";
import { counted } from "../words.js";
import { holdsId, plainName, trimmed } from "./characters.js";
import {
  addKeysInside,
  chooseColumns,
  columnAt,
  type Columns,
  couldBeContact,
  couldBeSequence,
  headerRank,
  isCertainContact,
  type NamedColumns,
} from "./columns.js";
import { type ContactGroups, GroupCollector } from "./contact_groups.js";
import { ContactProblem } from "./contact_problem.js";
import { CsvRows } from "./csv_rows.js";
import { RowMarks } from "./row_marks.js";

const DELIMITERS = [",", ";", "\t", "|"] as const;
const SHOWN_ROWS = 3;
/** Among which the names of columns are looked for. */
const FIRST_LINES = 20;
/** A cell of the line that Markdown, or psql with plus signs, draws below the column names. */
const RULE = /^(:?-[-+]{2,}:?)?$/;

/** The cells of a header line, if `delimiter` is between them. */
function split(line: string, delimiter: string): string[] {
  const cells: string[] = [];
  let cell = "";
  let quoted = false;
  for (const c of line) {
    if (c === '"') quoted = !quoted;
    else if (quoted || c !== delimiter) cell += c;
    else {
      cells.push(cell);
      cell = "";
    }
  }
  return [...cells, cell];
}

/** Excel may write the delimiter, "sep=;", on a line before the header. */
function namesDelimiter(cells: readonly string[]): boolean {
  return /^sep=[,;\t|]?$/i.test(cells[0] ?? "") && cells.slice(1).every((cell) => trimmed(cell) === "");
}

function isDelimiterLine(line: string): boolean {
  return DELIMITERS.some((delimiter) => namesDelimiter(split(line, delimiter)));
}

/** Which of the first lines, from 0, has names of columns that are known; -1: none. */
function headerIn(lines: readonly string[]): number {
  const isHeader = (line: string): boolean =>
    DELIMITERS.some((delimiter) => headerRank(split(trimmed(line), delimiter)) > 0);
  return lines.slice(0, FIRST_LINES).findIndex(isHeader);
}

/** Whether a text is a table, perhaps with a title above the names of its columns. */
export function hasHeader(lines: readonly string[]): boolean {
  return headerIn(lines) >= 0;
}

/** The delimiter with which the header line has the most known columns, otherwise the most frequent one. */
function delimiterOf(lines: readonly string[]): string {
  const [first = "", second = ""] = lines
    .slice(0, FIRST_LINES)
    .filter((line) => trimmed(line) !== "")
    .map(trimmed);
  const header = isDelimiterLine(first) ? second : first;
  const rank = (delimiter: string): number => {
    const cells = split(header, delimiter);
    return headerRank(cells) * 10_000 + cells.length;
  };
  return DELIMITERS.reduce((best, other) => (rank(other) > rank(best) ? other : best));
}

/** Without blanks around it, and without the formula ="…" by which Excel keeps a string as it is. */
function cellText(cell: string): string {
  const text = trimmed(cell);
  return text.length >= 3 && text.startsWith('="') && text.endsWith('"') ? trimmed(text.slice(2, -1)) : text;
}

/** Reads rows, the first of which names the columns. */
class Table {
  private header: string[] | undefined;
  private columns: Columns = { contact: 0, sequence: undefined, possible: undefined, nameless: [] };
  private readonly first: string[][] = [];
  private problem: ContactProblem | undefined;
  /** The last number in each column without a name. */
  private readonly numbers = new Map<number, bigint>();
  private readonly collector = new GroupCollector("line");
  private marks: RowMarks | undefined;
  private hasRows = false;

  constructor(
    private readonly named: NamedColumns,
    private readonly isGuessed: boolean,
    private readonly isCsv: boolean,
  ) {}

  take(raw: readonly string[], line: number): void {
    if (this.isCsv && raw.some((cell) => cell.includes("\n") && holdsId(cell))) {
      throw new ContactProblem(
        "swallowed-row",
        `Line ${String(line)}: a quoted cell holds a line break and something like an ID. A stray quote may have swallowed rows. Correct the quotes.`,
        line,
      );
    }
    const cells = raw.map(cellText);
    const isBlank = cells.every((cell) => cell === "");
    // A blank line is no row; an empty object is one, and lacks its contact.
    if (isBlank && (this.isCsv || this.header === undefined)) return;
    if (this.header === undefined) {
      if (!namesDelimiter(cells)) this.takeHeader(cells);
      return;
    }
    const isFirst = !this.hasRows;
    this.hasRows = true;
    if (this.isCsv && isFirst && cells.every((cell) => RULE.test(cell))) return;
    this.takeRow(cells, this.header, line);
  }

  get sequence(): number | undefined {
    return this.columns.sequence;
  }

  /** Text in this column could be a sequence. */
  suspect(column: number): void {
    if (this.columns.sequence === undefined && column !== this.columns.contact) this.columns.possible ??= column;
  }

  /** A contact is inside of a cell: a column "id" that nobody chose may be another thing's. */
  doubt(column: number): void {
    const { header = [], columns, first } = this;
    const name = header[columns.contact] ?? "";
    if (this.problem !== undefined || this.named.contact !== undefined || isCertainContact(name)) return;
    const text = `“${name}” may not be the contact's, since another one is inside of “${header[column] ?? ""}”. Choose the column of contacts.`;
    this.problem = new ContactProblem("ambiguous", text, undefined, { ...columns, columns: header, rows: first });
  }

  end(): ContactGroups {
    const { header, first, collector } = this;
    const { contact, sequence, possible } = this.columns;
    if (header === undefined) {
      throw new ContactProblem(
        "empty",
        "It is empty. A table begins with a line of column names, such as sequenceId,contactId.",
      );
    }
    if (this.problem !== undefined) throw this.problem;
    this.marks?.check(this.columns);
    return { ...collector.groups, table: { columns: header, contact, sequence, possible, rows: first } };
  }

  private takeHeader(cells: string[]): void {
    // Spreadsheets leave blank names at the end.
    const isLast = (at: number): boolean => cells.slice(at).every((name) => name === "");
    this.header = cells.map((name, i) => (name !== "" || isLast(i) ? name : columnAt(i)));
    this.marks = new RowMarks(this.header, this.isCsv);
    try {
      this.columns = chooseColumns(this.header, this.named, this.isGuessed);
    } catch (error) {
      if (!(error instanceof ContactProblem) || error.table === undefined) throw error;
      error.table.rows = this.first;
      this.problem = error;
    }
  }

  /** Numbers of rows rise. */
  private isRowNumber(column: number, cell: string): boolean {
    if (cell === "") return true;
    if (!/^[0-9]+$/.test(cell)) return false;
    const number = BigInt(cell);
    const last = this.numbers.get(column);
    this.numbers.set(column, number);
    return last === undefined || number > last;
  }

  private takeRow(cells: string[], header: string[], line: number): void {
    if (cells.slice(header.length).some((cell) => cell !== "")) {
      throw new ContactProblem(
        "too-many-cells",
        `Line ${String(line)} has ${String(cells.length)} cells, but the header line has ${counted(header.length, "column")}. Correct the line.`,
        line,
      );
    }
    if (this.first.length < SHOWN_ROWS) this.first.push(cells);
    // A person who has to choose a column sees what is in them.
    if (this.problem !== undefined) return;
    const { contact, sequence, nameless } = this.columns;
    const contactId = cells[contact] ?? "";
    const isName = this.isCsv && !holdsId(contactId) && headerRank([contactId]) > 0;
    if (isName && cells.some((cell, i) => cell !== "" && cell !== header[i])) {
      const text = `Line ${String(line)} is another line of column names. Keep one, the first, and only the rows below it that belong to it.`;
      throw new ContactProblem("second-header", text, line);
    }
    this.columns.possible ??= nameless.find((column) => !this.isRowNumber(column, cells[column] ?? ""));
    if (this.columns.possible !== undefined) header[this.columns.possible] ||= columnAt(this.columns.possible);
    const sequenceId = sequence === undefined ? undefined : (cells[sequence] ?? "");
    if (this.isGuessed && sequenceId !== undefined && /[\u0080-\uffff]/.test(sequenceId)) {
      const text = `Line ${String(line)}: the sequence ID is not UTF-8. Save the file as UTF-8.`;
      throw new ContactProblem("not-utf8", text, line);
    }
    this.marks?.take(cells, line);
    this.collector.add(sequenceId, contactId, line);
  }
}

/** Throws ContactProblem: there is a title, or the like, above the line of column names. */
function refuseTitle(lines: readonly string[]): void {
  const first = lines
    .slice(0, FIRST_LINES)
    .findIndex((line) => trimmed(line) !== "" && !isDelimiterLine(trimmed(line)));
  const header = headerIn(lines);
  if (header <= first || holdsId(lines[first] ?? "")) return;
  const line = header + 1;
  const text = `The first line is not the one with the column names, but line ${String(line)} could be. Remove the lines above it.`;
  throw new ContactProblem("no-contact", text, line);
}

/** Throws ContactProblem: it is text such as a mail, with ids in it; its lines have now one and now another number of commas. */
function refuseProse(lines: readonly string[], delimiter: string): void {
  const some = lines
    .slice(0, FIRST_LINES)
    .map(trimmed)
    .filter((line) => line !== "" && !isDelimiterLine(line));
  const widths = new Set(some.map((line) => split(line, delimiter).length));
  if (widths.size < 2 || headerIn(some.slice(0, 1)) >= 0 || holdsId(some[0] ?? "") || !some.some(holdsId)) return;
  const text =
    "This is neither a table nor a list of IDs, but other text with IDs in it. Give only the IDs of contacts to remove, one on each line.";
  throw new ContactProblem("no-contact", text);
}

/** Returns undefined if the signal ended it early. Throws ContactProblem. */
export async function readCsv(
  lines: readonly string[],
  named: NamedColumns,
  isGuessed: boolean,
  signal?: AbortSignal,
): Promise<ContactGroups | undefined> {
  const delimiter = delimiterOf(lines);
  if (named.contact === undefined) {
    refuseTitle(lines);
    refuseProse(lines, delimiter);
  }
  const table = new Table(named, isGuessed, true);
  const rows = new CsvRows(delimiter, (cells, line) => table.take(cells, line));
  const whole = await inSlices(lines, (line, index) => rows.line(line, index + 1), { signal });
  if (!whole) return undefined;
  rows.end();
  return table.end();
}

/** Rows of JSON, whose keys are the columns. */
export async function readJsonRows(
  objects: readonly Record<string, unknown>[],
  named: NamedColumns,
  signal?: AbortSignal,
): Promise<ContactGroups | undefined> {
  const table = new Table(named, false, false);
  const header = [...new Set(objects.flatMap((object) => Object.keys(object)))];
  table.take(header, 1);
  const textOf = (value: unknown): string => {
    if (value === undefined || value === null) return "";
    if (typeof value === "object") return Array.isArray(value) ? "(a list)" : "(an object)";
    return typeof value === "string" ? value : JSON.stringify(value);
  };
  const inside = header.map(() => new Set<string>());
  const work = (object: Record<string, unknown>, index: number): void => {
    header.forEach((key, column) => addKeysInside(object[key], inside[column] as Set<string>));
    const sequence = object[header[table.sequence ?? -1] ?? ""] ?? "";
    // As a sheet has it: 42 is "42". Of a larger number, digits could have been lost.
    if (typeof sequence !== "string" && !(Number.isSafeInteger(sequence) && (sequence as number) >= 0)) {
      const text = `Entry ${String(index + 1)}: the sequence ID is not text: ${textOf(sequence)}. Put it in quotation marks.`;
      throw new ContactProblem("not-json", text, index + 1);
    }
    table.take(
      header.map((key) => textOf(object[key])),
      index + 1,
    );
  };
  if (!(await inSlices(objects, work, { signal }))) return undefined;
  inside.forEach((keys, column) => {
    if ([...keys].some((key) => couldBeSequence(plainName(key)))) table.suspect(column);
    // Of {"person": {"id": …}}, the name is both together.
    const names = [...keys].flatMap((key) => [key, `${header[column] ?? ""}${key}`]);
    if (names.some((name) => couldBeContact(plainName(name)))) table.doubt(column);
  });
  return { ...table.end(), noun: "entry" };
}
