// What says of some rows of a table that they are to stay (../../../contact-files/README.md, "Some rows").
import tables from "contact-tables";
import { plainName } from "./characters.js";
import type { Columns } from "./columns.js";
import { ContactProblem } from "./contact_problem.js";

interface Marked {
  /** Its name or one of its cells is a word like "keep". */
  says: boolean;
  differs: boolean;
  /** The first cell that is not empty. */
  first: string;
  /** How many are not empty. */
  cells: number;
}

function isNamedSo(name: string): boolean {
  const plain = plainName(name);
  return tables.selects.some((word) => plain.startsWith(word) || plain.endsWith(word));
}

export class RowMarks {
  private readonly columns: Marked[];
  private rows = 0;
  private firstComment: number | undefined;
  private hasOther = false;

  /** isCsv: a row may be a comment. */
  constructor(
    private readonly header: readonly string[],
    private readonly isCsv: boolean,
  ) {
    this.columns = header.map((name) => ({ says: isNamedSo(name), differs: false, first: "", cells: 0 }));
  }

  take(cells: readonly string[], line: number): void {
    ++this.rows;
    this.columns.forEach((column, i) => {
      const cell = cells[i] ?? "";
      if (cell === "") return;
      if (column.cells++ === 0) column.first = cell;
      else if (cell === column.first) return;
      else column.differs = true;
      column.says ||= tables.selects.includes(cell.toLowerCase());
    });
    const first = cells[0] ?? "";
    if (/^(#|\/\/)/.test(first)) this.firstComment ??= line;
    else this.hasOther ||= first !== "";
  }

  /** Throws ContactProblem: not all rows are marked in the same way. */
  check({ contact, sequence }: Columns): void {
    // In the column of contacts it is not an ID.
    if (this.isCsv && this.firstComment !== undefined && this.hasOther && contact > 0) {
      const text = `Line ${String(this.firstComment)} begins with # or //, like a row that is left out, and others do not. Remove the row, or those characters.`;
      throw new ContactProblem("some-rows", text, this.firstComment);
    }
    this.columns.forEach(({ says, differs, cells }, i) => {
      if (i === contact || i === sequence || !says || cells === 0 || (!differs && cells === this.rows)) return;
      const text = `The column “${this.header[i] ?? ""}” could say which contacts are meant, and does not say the same in all rows. Keep only the rows of contacts to remove, and leave out that column.`;
      throw new ContactProblem("some-rows", text);
    });
  }
}
