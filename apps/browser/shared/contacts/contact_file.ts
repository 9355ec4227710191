// Contacts from a file that was chosen or dropped.
import { trimmed } from "./characters.js";
import type { NamedColumns } from "./columns.js";
import type { ContactGroups } from "./contact_groups.js";
import { ContactProblem } from "./contact_problem.js";
import { readContactText } from "./contact_text.js";

export { readContactText, withSequence } from "./contact_text.js";
export { describe, invalidLines } from "./contact_groups.js";
export { ContactProblem } from "./contact_problem.js";

const LARGEST_FILE = 64 * 1024 * 1024;
const SHEET = "Open it in a spreadsheet program and save the sheet as CSV (UTF-8)";
const EXPORT = "Export the list as CSV (UTF-8)";
const UNPACK = "Unpack it first";

/** What is not text, by its first bytes as Latin-1. */
const SIGNATURES: [start: string, what: string, advice: string][] = [
  ["PK\u0003\u0004", "a workbook (such as .xlsx or .ods) or a zip archive", SHEET],
  ["PK\u0005\u0006", "an empty zip archive", UNPACK],
  ["\u00d0\u00cf\u0011\u00e0", "an old Excel workbook (.xls)", SHEET],
  ["%PDF", "a PDF document", "Export the list as CSV from where the document was made"],
  ["BEGIN:VC", "a vCard or a calendar", EXPORT],
  ["<", "a web page or XML, whatever its name says", SHEET],
  ['{"journal":', "the journal of a run", "Send what the run was given again"],
  ["{\\rtf", "a formatted document (RTF)", "Save it as plain text"],
  ["\u001f\u008b", "a gzip archive", UNPACK],
  ["(\u00b5/\u00fd", "a zstd archive", UNPACK],
  ["\u00fd7zXZ", "an xz archive", UNPACK],
  ["\u0004\u0022M\u0018", "an lz4 archive", UNPACK],
  ["\u001f\u009d", "a compress archive (.Z)", UNPACK],
  ["LZIP", "an lzip archive", UNPACK],
  ["]\u0000\u0000", "an LZMA archive", UNPACK],
  ["BZh", "a bzip2 archive", UNPACK],
  ["7z\u00bc\u00af", "a 7-Zip archive", UNPACK],
  ["Rar!", "a RAR archive", UNPACK],
  ["SQLite format 3", "a database", EXPORT],
  ["PAR1", "a Parquet file", EXPORT],
  ["\u0089PNG", "an image", EXPORT],
  ["\u00ff\u00d8\u00ff", "an image", EXPORT],
  ["GIF8", "an image", EXPORT],
  ["\u00ff\u00fe\0\0", "UTF-32", "Save it as UTF-8"],
  ["\0\0\u00fe\u00ff", "UTF-32", "Save it as UTF-8"],
];

/** Each byte as one character. TextDecoder's "latin1" is Windows-1252, which has other letters. */
function latin1(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 8192) parts.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  return parts.join("");
}

/** The encoding that a byte order mark of UTF-16 tells. */
function utf16Of([a, b, c, d]: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  if (a === 0xfe && b === 0xff) return "utf-16be";
  return a === 0xff && b === 0xfe && !(c === 0 && d === 0) ? "utf-16le" : undefined;
}

/** UTF-16 of mostly ASCII, without a byte order mark: each second byte is NUL. */
function isWide(bytes: Uint8Array): boolean {
  const zeros = [0, 0];
  const start = bytes.subarray(0, 1000);
  start.forEach((byte, i) => (zeros[i % 2] = (zeros[i % 2] ?? 0) + (byte === 0 ? 1 : 0)));
  return start.length >= 4 && Math.max(...zeros) * 4 > start.length;
}

function isTar(start: string): boolean {
  return start.startsWith("ustar", 257);
}

/** Brotli, for example, has no signature. */
function isBinary(start: string): boolean {
  // eslint-disable-next-line no-control-regex
  const controls = start.match(/[\0-\x08\x0e-\x1f\x7f]/g)?.length ?? 0;
  return controls >= 3 && controls * 20 > start.length;
}

async function textOf(file: File): Promise<{ text: string; isGuessed: boolean }> {
  const refuse = (what: string, advice: string): never => {
    throw new ContactProblem("not-text", `${file.name} is ${what}. ${advice}.`);
  };
  if (file.size > LARGEST_FILE) {
    throw new ContactProblem(
      "unreadable",
      `${file.name} is larger than 64 MiB. Split it, and run each part separately.`,
    );
  }
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new ContactProblem(
      "unreadable",
      `${file.name} could not be read. Choose it again; of a folder, choose the files in it.`,
    );
  }
  const utf16 = utf16Of(bytes);
  try {
    if (utf16 !== undefined) bytes = new TextEncoder().encode(new TextDecoder(utf16, { fatal: true }).decode(bytes));
  } catch {
    refuse("UTF-16 that was cut or damaged", "Save or copy it again, best as UTF-8");
  }
  const head = latin1(bytes.subarray(0, 1000));
  const start = trimmed(head.replace(/^(\u00ef\u00bb\u00bf)+/, ""));
  for (const [signature, what, advice] of SIGNATURES) if (start.startsWith(signature)) refuse(what, advice);
  // A text by such a name is not what its user takes it for.
  if (/\.(xls[xmb]?|ods|numbers)$/i.test(file.name)) refuse("named like a workbook, but is none", SHEET);
  if (isTar(head)) refuse("a tar archive", UNPACK);
  if (isWide(bytes)) refuse("UTF-16", "Save it as UTF-8");
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), isGuessed: false };
  } catch {
    if (isBinary(head)) refuse("not text but compressed or other binary data", EXPORT);
    return { text: latin1(bytes), isGuessed: true };
  }
}

/** Rejects with ContactProblem: too large, unreadable, not text, no column or no list of contacts. */
export async function readContactFile(file: File, named: NamedColumns = {}): Promise<ContactGroups> {
  const { text, isGuessed } = await textOf(file);
  const contacts = await readContactText(text, { file: file.name, isGuessed, named });
  if (contacts === undefined || contacts.total === 0) {
    throw new ContactProblem("empty", `${file.name} holds no contacts. Choose another file.`);
  }
  if (isGuessed) contacts.notes.push("The file is not UTF-8 and was read as Latin-1. Look at its column names.");
  return contacts;
}
