// What says of some rows of a table that they are to stay (../../../contact-files/README.md, "Some rows").
import tables from "contact-tables";
import { plainName } from "./characters.js";
import { columnAt, type Columns, isNameless } from "./columns.js";
import { ContactProblem } from "./contact_problem.js";

interface Marked {
  isNameless: boolean;
  /** "Ready?" or "OK": ticks in it could say which rows are meant. */
  asks: boolean;
  /** "Action": cells that begin like "add" or "remove" say it. */
  isTask: boolean;
  /** Its name or one of its cells is a word like "keep"; or ticks say it. */
  says: boolean;
  /** Its name begins or ends like "keep", or ends like "remove". */
  name: "stay" | "go" | undefined;
  differs: boolean;
  /** The first cell that is not empty, in lower case. */
  first: string;
  /** How many are not empty. */
  cells: number;
}

const EDGES = tables.selects.edges.map(plainName);
const NAMES = tables.selects.is.map(plainName);
const CELLS = new Set([...tables.selects.edges, ...tables.selects.is]);
const ASKS = tables.selects.asks.map(plainName);
const TASKS = tables.selects.tasks.map(plainName);
const STAY_BEGINS = tables.selects.stay.map(plainName);
const STAY_NAMES = [...STAY_BEGINS, ...tables.selects.stayNames.map(plainName)];
/** Behind a blank: "we want to keep", not "Upkeep". */
const STAY_CELLS = tables.selects.stay.map((word) => ` ${word}`);
const STAY_TASKS = [...tables.selects.stay, ...tables.selects.stayTasks].map((word) => `${word} `);
const OTHER_TASKS = new Set(tables.selects.otherTasks);
const SAYING_CELLS = [...STAY_CELLS, ...tables.selects.go.map((word) => ` ${word}`)];
const GO_TASKS = [...tables.selects.go, ...tables.selects.goNames].map((word) => `${word} `);
const GO_NAMES = [...tables.selects.go, ...tables.selects.goNames].map(plainName);
const NO = new Set(tables.selects.no);
const TICKS = new Set(tables.ticks);
const QUESTION = /[?\uff1f\u061f]$/;
const CROSSED_OUT = /^~~.*~~$|\u0336/s;

function isNamedSo(plain: string): boolean {
  return NAMES.includes(plain) || EDGES.some((word) => plain.startsWith(word) || plain.endsWith(word));
}

/** Whether a column by this plain name says which rows are meant, or could. */
export function saysWhichRows(plain: string): boolean {
  return isNamedSo(plain) || ASKS.includes(plain) || TASKS.includes(plain);
}

function endsLike(words: readonly string[], text: string): boolean {
  return words.some((word) => text.endsWith(word));
}

function nameOf(plain: string): Marked["name"] {
  if (endsLike(STAY_NAMES, plain) || STAY_BEGINS.some((word) => plain.startsWith(word))) return "stay";
  return endsLike(GO_NAMES, plain) ? "go" : undefined;
}

function beginsLike(words: readonly string[], cell: string): boolean {
  return words.some((word) => `${cell} `.startsWith(word));
}

/** In lower case, without what ends a sentence: "Do not remove!" */
function wordsOf(cell: string): string {
  let end = cell.length;
  while (end > 1 && ".!".includes(cell.charAt(end - 1))) --end;
  return cell.slice(0, end).toLowerCase();
}

/** "Enroll in spring", "add", but not "add on LinkedIn". */
function isStayTask(cell: string): boolean {
  return OTHER_TASKS.has(cell) || beginsLike(STAY_TASKS, cell);
}

/** Takes a cell in lower case. */
function saysSo({ isNameless, asks, isTask }: Marked, cell: string): boolean {
  return (
    CELLS.has(cell) ||
    endsLike(SAYING_CELLS, ` ${cell}`) ||
    ((isNameless || asks) && TICKS.has(cell)) ||
    (asks && /^[01]$/.test(cell)) ||
    (isTask && (isStayTask(cell) || beginsLike(GO_TASKS, cell)))
  );
}

/** Of a column whose cells are all the same: "Keep: yes", "Remove: no", "Action: keep". */
function saysStay({ isTask, name, first }: Marked): boolean {
  return (
    endsLike(STAY_CELLS, ` ${first}`) ||
    (isTask && isStayTask(first)) ||
    (name !== undefined && (name === "go") === NO.has(first))
  );
}

export class RowMarks {
  private readonly columns: Marked[];
  private rows = 0;
  private firstComment: number | undefined;
  private hasOther = false;
  private firstCrossed: number | undefined;
  private crossed = 0;

  /** isCsv: a row may be a comment, or crossed out. */
  constructor(
    private readonly header: readonly string[],
    private readonly isCsv: boolean,
  ) {
    this.columns = header.map((name) => {
      const plain = plainName(name);
      return {
        isNameless: isNameless(plain),
        asks: QUESTION.test(name) || ASKS.includes(plain),
        isTask: TASKS.includes(plain),
        says: isNamedSo(plain),
        name: nameOf(plain),
        differs: false,
        first: "",
        cells: 0,
      };
    });
  }

  take(cells: readonly string[], line: number): void {
    ++this.rows;
    this.columns.forEach((column, i) => {
      const cell = wordsOf(cells[i] ?? "");
      if (cell === "") return;
      if (column.cells++ === 0) column.first = cell;
      else if (cell === column.first) return;
      else column.differs = true;
      column.says ||= saysSo(column, cell);
    });
    if (this.isCsv) this.takeLine(cells, line);
  }

  /** Throws ContactProblem: not all rows are marked in the same way. */
  check({ contact, sequence }: Columns): void {
    // In the column of contacts it is not an ID.
    if (this.firstComment !== undefined && this.hasOther && contact > 0) {
      const text = `Line ${String(this.firstComment)} begins with # or //, like a row that is left out, and others do not. Remove the row, or those characters.`;
      throw new ContactProblem("some-rows", text, this.firstComment);
    }
    if (this.firstCrossed !== undefined && this.crossed < this.rows) {
      const text = `Line ${String(this.firstCrossed)} is crossed out, and others are not. Remove the rows that are not meant.`;
      throw new ContactProblem("some-rows", text, this.firstCrossed);
    }
    this.columns.forEach((column, i) => {
      const { says, differs, cells } = column;
      if (i === contact || i === sequence || !says || cells === 0) return;
      const name = this.header[i] || columnAt(i);
      if (!differs && cells === this.rows) {
        if (!saysStay(column)) return;
        const text = `The column “${name}” says of all rows that they are not to be removed. If they are, leave out that column.`;
        throw new ContactProblem("some-rows", text);
      }
      const text = `The column “${name}” could say which contacts are meant, and does not say the same in all rows. Keep only the rows of contacts to remove, and leave out that column.`;
      throw new ContactProblem("some-rows", text);
    });
  }

  private takeLine(cells: readonly string[], line: number): void {
    const [first = ""] = cells;
    if (/^(#|\/\/)/.test(first)) this.firstComment ??= line;
    else this.hasOther ||= first !== "";
    if (!cells.some((cell) => CROSSED_OUT.test(cell))) return;
    this.firstCrossed ??= line;
    ++this.crossed;
  }
}
