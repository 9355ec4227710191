// Rows of CSV, fed line by line: strict about quotes, and each row with the line at which it begins. Lenient parsers
// turn everything that a stray quote swallows into one cell.
import { ContactProblem } from "./contact_problem.js";
import { trimmed } from "./characters.js";

export class CsvRows {
  private cells: string[] = [];
  private begin = 0;
  /** The quoted cell that the last line left open. */
  private open: string | undefined;

  constructor(
    private readonly delimiter: string,
    private readonly row: (cells: string[], line: number) => void,
  ) {}

  /** Throws ContactProblem, and what row throws. */
  line(text: string, number: number): void {
    if (this.open === undefined) {
      this.begin = number;
      if (!text.includes('"')) {
        if (text.includes(this.delimiter) || trimmed(text) !== "") this.row(text.split(this.delimiter), number);
        return;
      }
    }
    let at = 0;
    do at = this.open === undefined ? this.cell(text, at) : this.quoted(text, at, `${this.open}\n`);
    while (at <= text.length);
    if (this.open !== undefined) return;
    const { cells } = this;
    this.cells = [];
    this.row(cells, this.begin);
  }

  end(): void {
    if (this.open !== undefined) this.refuse();
  }

  /** Reads a cell that begins at `at`. Returns where the next one begins, beyond the text if there is none. */
  private cell(text: string, at: number): number {
    let start = at;
    while (text[start] === " ") ++start;
    // ="…" keeps a string as it is in Excel; its quotes are the cell's.
    if (text.startsWith('="', start)) ++start;
    if (text[start] === '"') return this.quoted(text, start + 1, "");
    const found = text.indexOf(this.delimiter, at);
    const end = found < 0 ? text.length : found;
    const cell = text.slice(at, end);
    if (cell.includes('"')) this.refuse();
    this.cells.push(cell);
    return end + 1;
  }

  private quoted(text: string, at: number, before: string): number {
    let cell = before;
    let start = at;
    for (;;) {
      const quote = text.indexOf('"', start);
      if (quote < 0) {
        this.open = cell + text.slice(start);
        return text.length + 1;
      }
      cell += text.slice(start, quote);
      if (text[quote + 1] !== '"') {
        start = quote + 1;
        break;
      }
      cell += '"';
      start = quote + 2;
    }
    this.open = undefined;
    this.cells.push(cell);
    while (text[start] === " ") ++start;
    if (start < text.length && text[start] !== this.delimiter) this.refuse();
    return start + 1;
  }

  private refuse(): never {
    throw new ContactProblem(
      "broken-quotes",
      `Line ${String(this.begin)} has broken quotes: one is inside a cell without quotes, or a quoted cell never ends. Correct the line.`,
      this.begin,
    );
  }
}
