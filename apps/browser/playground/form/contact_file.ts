// Contacts of a dropped or chosen file: lines, CSV or JSON, told apart by name and first characters.
import Papa from "papaparse";
import { inSlices } from "../slices.js";
import { type ContactGroups, GroupCollector, readText } from "./contact_groups.js";

/** A file that cannot be used. The message is for the person who chose it. */
export class FileProblem extends Error {}

const LARGEST_FILE = 64 * 1024 * 1024;
const CHUNK = 64 * 1024; // a few milliseconds of work each

// The same names as the command line takes: certain ones, and those that are taken when there is no certain one.
const SEQUENCE_NAMES = [["sequenceid", "sequenceuuid"], ["sequence"]];
const CONTACT_NAMES = [
  ["contactid", "contactuuid"],
  ["contact", "id", "uuid"],
];

function columnOf(header: readonly string[], names: readonly string[][], what: string): number {
  const plain = header.map((name) => name.toLowerCase().replace(/[ _-]/g, ""));
  for (const candidates of names) {
    const found = plain.flatMap((name, index) => (candidates.includes(name) ? [index] : []));
    if (found[0] !== undefined && found.length === 1) return found[0];
    if (found.length > 1)
      throw new FileProblem(`More than one column could be “${what}”. Rename the right one to ${what}.`);
  }
  const seen = header.slice(0, 20).join(", ");
  throw new FileProblem(`There is no column “${what}” (the first line says: ${seen}). Name the column ${what}.`);
}

/** What the header line has most of, outside of quotes; a comma where it has none. Papa's guess needs more rows. */
function delimiterOf(header: string): string {
  const plain = header.replace(/"[^"]*"/g, "");
  const count = (delimiter: string): number => plain.split(delimiter).length;
  return [",", ";", "\t"].reduce((best, other) => (count(other) > count(best) ? other : best));
}

/** A table with a header line. Without a column for sequences, all contacts belong to the form's sequence. */
function readCsv(file: File, header: string): Promise<ContactGroups> {
  return new Promise((resolve, reject) => {
    const collector = new GroupCollector("row");
    let columns: { sequence: number | undefined; contact: number } | undefined;
    let row = 0;
    const take = (cells: string[]): void => {
      ++row;
      if (columns === undefined) {
        const hasSequence = cells.some((name) => /sequence/i.test(name));
        columns = {
          sequence: hasSequence ? columnOf(cells, SEQUENCE_NAMES, "sequenceId") : undefined,
          contact: columnOf(cells, CONTACT_NAMES, "contactId"),
        };
        return;
      }
      const { sequence, contact } = columns;
      if (cells.every((cell) => cell.trim() === "")) return;
      collector.add(sequence === undefined ? undefined : (cells[sequence] ?? "").trim(), cells[contact] ?? "", row);
    };
    Papa.parse<string[]>(file, {
      chunkSize: CHUNK,
      delimiter: delimiterOf(header),
      chunk: ({ data }, parser) => {
        try {
          data.forEach(take);
        } catch (error) {
          reject(error instanceof Error ? error : new FileProblem(String(error)));
          parser.abort(); // calls complete
        }
      },
      complete: () => resolve(collector.groups),
      error: () => reject(new FileProblem("The file could not be read. Choose it again.")),
    });
  });
}

interface Removal {
  sequenceId?: unknown;
  contactIds?: unknown;
}

/** The action's own form, such as what remains of an earlier run; its options are left to the form. */
async function readJson(text: string): Promise<ContactGroups> {
  let value: (Removal & { removals?: unknown; remaining?: { removals?: unknown } }) | unknown[] | null;
  try {
    value = JSON.parse(text) as typeof value;
  } catch {
    throw new FileProblem("The file is no whole JSON document. Choose another, or save it again.");
  }
  const collector = new GroupCollector("entry");
  const document = Array.isArray(value) ? { contactIds: value } : value;
  const list = document?.removals ?? document?.remaining?.removals ?? [document];
  let place = 0;
  for (const removal of (Array.isArray(list) ? list : [null]) as (Removal | null)[]) {
    if (!Array.isArray(removal?.contactIds)) {
      throw new FileProblem('The JSON has no contacts. It should look like {"sequenceId": "…", "contactIds": ["…"]}.');
    }
    const { sequenceId } = removal;
    const group = typeof sequenceId === "string" ? sequenceId : undefined;
    await inSlices(removal.contactIds as unknown[], (id) => collector.add(group, id, ++place));
  }
  return collector.groups;
}

/** Reads a file. Rejects with FileProblem: too large, unreadable, no column or no list of contacts. */
export async function readContactFile(file: File): Promise<ContactGroups> {
  if (file.size > LARGEST_FILE) throw new FileProblem("The file is larger than 64 MiB. Split it, then run each part.");
  const start = (await file.slice(0, 4096).text()).trimStart();
  if (/^[[{]/.test(start)) return readJson(await file.text());
  const firstLine = start.split("\n", 1)[0] ?? "";
  const isTable =
    /\.(csv|tsv)$/i.test(file.name) || (/[,;\t]/.test(firstLine) && /contact|sequence|id/i.test(firstLine));
  const groups =
    isTable && !/^[0-9a-f]{8}-/i.test(firstLine) ? await readCsv(file, firstLine) : await readText(await file.text());
  if (groups === undefined || groups.total === 0) throw new FileProblem("The file holds no contacts. Choose another.");
  return groups;
}
