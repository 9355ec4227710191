// Contacts from text: lines, CSV or JSON, told apart as the command line does.
import tables from "contact-tables";
import { inSlices } from "../slices.js";
import { bareId, holdsId, trimmed } from "./characters.js";
import type { NamedColumns } from "./columns.js";
import { checkedSequence, type ContactGroups, GroupCollector, noContacts } from "./contact_groups.js";
import { readJson } from "./contact_json.js";
import { ContactProblem } from "./contact_problem.js";
import { hasHeader, readCsv } from "./contact_table.js";

export interface ReadOptions {
  /** The file's name; empty: pasted or typed. */
  file?: string;
  /** Not UTF-8: letters beyond ASCII may be wrong. */
  isGuessed?: boolean;
  named?: NamedColumns;
  signal?: AbortSignal;
}

function isId(text: string): boolean {
  const id = bareId(text);
  return id.length === 36 && holdsId(id);
}

/** Of "- id" or "1. id". bullet: "1." of any number; empty if there is none. */
function listLine(line: string): { bullet: string; rest: string } {
  const text = trimmed(line);
  const [bullet = ""] = /^[0-9]+[.)]/.exec(text) ?? [tables.bullets.find((one) => text.startsWith(one))];
  const behind = text.slice(bullet.length);
  const rest = trimmed(behind);
  if (bullet === "" || rest.length === behind.length) return { bullet: "", rest: text };
  return { bullet: /^[0-9]/.test(bullet) ? "1." : bullet, rest };
}

/** The ids of a line on which there are several, with commas, semicolons or blanks between; none if there is something else. */
function idsOfLine(line: string): string[] {
  const ids = trimmed(line)
    .split(/[,; ]+/)
    .filter((id, i, all) => id !== "" || i < all.length - 1);
  return ids.length > 1 && ids.every(isId) ? ids : [];
}

/** One id per line: of several, one may be a company's, unless they are on the only line. */
async function readLines(
  lines: readonly string[],
  only: readonly string[],
  signal?: AbortSignal,
): Promise<ContactGroups | undefined> {
  const collector = new GroupCollector("line");
  let first: string | undefined;
  const whole = await inSlices(
    lines,
    (line, index) => {
      if (trimmed(line) === "") return;
      const { bullet, rest } = listLine(line);
      first ??= bullet;
      if (first !== "" && bullet !== first) {
        const text = `Line ${String(index + 1)} does not begin with “${first}”, as the first line does, and may not be meant. Keep only the lines that are.`;
        throw new ContactProblem("some-rows", text, index + 1);
      }
      for (const id of only.length > 0 ? only : [first === "" ? line : rest]) collector.add(undefined, id, index + 1);
    },
    { signal },
  );
  return whole ? collector.groups : undefined;
}

/** Returns undefined if the signal ended it early. Rejects with ContactProblem. */
export async function readContactText(text: string, options: ReadOptions = {}): Promise<ContactGroups | undefined> {
  const { file = "", isGuessed = false, named = {}, signal } = options;
  const start = trimmed(text.slice(0, 10_000));
  const lines = text.split(/\r\n|\r|\n/);
  const at = lines.findIndex((line) => trimmed(line) !== "");
  const first = lines[at] ?? "";
  const only = lines.slice(at + 1).every((line) => trimmed(line) === "") ? idsOfLine(first) : [];
  const isList = isId(listLine(first).rest) || only.length > 0;
  const isJson = (start.startsWith("{") && !isList) || start.startsWith("[");
  if (isJson || /\.(json|jsonl|ndjson)$/i.test(file)) {
    // Its sequences could have letters of any encoding.
    if (isGuessed) throw new ContactProblem("not-utf8", "This JSON is not UTF-8. Save it as UTF-8.");
    return readJson(text, named, signal);
  }
  if (isList) return readLines(lines, only, signal);
  const isTable =
    /\.(csv|tsv)$/i.test(file) || /^"?sep=/i.test(trimmed(first)) || /[,;\t|]/.test(trimmed(first)) || hasHeader(lines);
  if (isTable) return readCsv(lines, named, isGuessed, signal);
  return first === "" ? noContacts() : readLines(lines, [], signal);
}

/**
 * The contacts with the sequence given for all of them, or none. Throws ContactProblem: it is missing, it contains an
 * unintended character, or the contacts have, or could have, their own sequences.
 */
export function withSequence(contacts: ContactGroups, typed: string): { sequenceId: string; contactIds: unknown[] }[] {
  const { groups, table } = contacts;
  const own = table?.sequence ?? table?.possible;
  const column = own === undefined ? undefined : (table?.columns[own] ?? "");
  const isOwn = groups.some(({ sequenceId }) => sequenceId !== undefined);
  if (trimmed(typed) !== "" && (column !== undefined || isOwn)) {
    const text =
      table?.sequence !== undefined || column === undefined
        ? `The contacts come with their own sequences${column === undefined ? "" : ` (column “${column}”)`}. Leave the sequence empty.`
        : `The column “${column}” could hold sequences, so the typed one is not used. Choose it as the column of sequences, or remove it from the file.`;
    throw new ContactProblem("sequence-column", text);
  }
  const sequence = checkedSequence(typed);
  if (sequence === "" && groups.some(({ sequenceId }) => sequenceId === undefined)) {
    const text =
      column === undefined
        ? "Enter the ID of the sequence to remove the contacts from."
        : `Choose the column of sequences, for example “${column}”, or remove that column from the file.`;
    throw new ContactProblem("no-sequence", text);
  }
  return groups.map(({ sequenceId, contactIds }) => ({ sequenceId: sequenceId ?? sequence, contactIds }));
}
