// The journal of a run: its input, its seed and every event, written before the event is delivered to the module. Since
// a run is deterministic, that is enough to bring a fresh instance to the same place. abi/JOURNAL.md describes the lines,
// which are the same in every host.
import { fromBase64, toBase64 } from "./base64.js";
import { byteString, bytesOf } from "./byte_string.js";
import type { ConnectionGuard } from "./connection.js";
import { crc32 } from "./crc32.js";
import { readHeaderBlock } from "./header_block.js";
import { hex } from "./hex.js";
import { HostError } from "./host_error.js";
import type { AnswerBlock } from "./http.js";
import type { ActionModule } from "./module.js";

/** Where a journal is kept: a file, a database, a browser's storage, whatever the caller has. */
export interface Journal {
  /** The lines that are there already, in order; none for a new run. */
  readonly lines: readonly string[];
  /**
   * Keeps one more line, which has no line break. The event is delivered once this has resolved, so resolve only when
   * the line is safe from a crash. A rejection ends the run with that error.
   */
  append(line: string): void | Promise<void>;
  /** Keeps only the first `count` lines. Called before an append if the lines after them are damaged. */
  cut?(count: number): void | Promise<void>;
  /**
   * The store returns every line that it has kept, as a database does; a file may have been truncated. Without it, and
   * without an end line, a resumed run treats each request as one that may have been sent before.
   */
  readonly keepsAll?: boolean;
  /**
   * PBKDF2-HMAC-SHA256 of a string, 10,000 rounds, 32 bytes, with the salt given or a new one of 16 bytes; both in
   * hexadecimal digits. Without it a run can be resumed with another key, and nobody notices.
   */
  fingerprint?(text: string, salt?: string): Promise<KeyFingerprint>;
}

export interface KeyFingerprint {
  salt: string;
  fingerprint: string;
}

/** What a run is, besides its events. */
export interface RunRequest {
  action: string;
  input: Uint8Array;
  flags: number;
  seed: bigint;
}

/** An undefined answer is lost: nothing is known. A gap is not an event of the run: some may be missing there. */
export type RunEvent =
  | { kind: "wake"; now: number }
  | { kind: "answer"; now: number; exchange: number; answer: AnswerBlock | undefined }
  | { kind: "cancel"; now: number }
  | { kind: "gap"; now: number };

export interface RecordedEvent {
  event: RunEvent;
  /** A digest of all that the module had announced before it: a replay that differs is refused. None: not compared. */
  announced: string | undefined;
}

type Bytes = string | { base64: string };

interface Head {
  journal: number;
  module?: string;
  action: string;
  input: Bytes;
  flags: number;
  seed: string;
  connections?: Record<string, string>;
  key?: KeyFingerprint;
}

export interface EventLine {
  event: "wake" | "response" | "lost" | "cancel" | "gap";
  now: number;
  exchange?: number;
  status?: number;
  error?: number;
  flags?: number;
  headers?: [Bytes, Bytes][];
  body?: Bytes;
  announced?: string;
}

const FORMAT = 1;
const START_ANEW = "send the input, or the rest of it, again";
/** Of a closed line, which ends with ,"sum":"01234567"} */
const SUM_BEGIN = ',"sum":"';
const SUM_SIZE = SUM_BEGIN.length + 10;

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Adds sums to lines, and checks those of lines that are read. Each sum also covers the lines before it. */
export class LineSums {
  /** last: the sum of the line before. */
  constructor(private last = "") {}

  close(object: string): string {
    const text = object.slice(0, -1);
    this.last = this.sumOf(text);
    return `${text}${SUM_BEGIN}${this.last}"}`;
  }

  /** False: the line has another sum or none, and is not counted. */
  take(line: string): boolean {
    if (!this.isRight(line)) return false;
    this.last = line.slice(-10, -2);
    return true;
  }

  isRight(line: string): boolean {
    const text = line.slice(0, -SUM_SIZE);
    return line.slice(text.length) === `${SUM_BEGIN}${this.sumOf(text)}"}`;
  }

  private sumOf(text: string): string {
    return hex(crc32(utf8(text), crc32(utf8(this.last))));
  }
}

/** The line that ends a journal in a file after this one, until the next line replaces it. */
export function endLine(line: string): string {
  return new LineSums(line.slice(-10, -2)).close('{"end":true}');
}

/** Undefined: it is not UTF-8. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function writeBytes(bytes: Uint8Array): Bytes {
  return textOf(bytes) ?? { base64: toBase64(bytes) };
}

function readBytes(bytes: Bytes): Uint8Array {
  if (typeof bytes === "string") return utf8(bytes);
  const read = fromBase64(bytes.base64);
  if (read === undefined) throw new TypeError("no base64");
  return read;
}

function writeHeaders(block: Uint8Array): [Bytes, Bytes][] {
  return (readHeaderBlock(block) ?? []).map(([name, value]) => [name, writeBytes(bytesOf(value))]);
}

function readHeaders(pairs: [Bytes, Bytes][]): Uint8Array {
  const text = ([name, value]: [Bytes, Bytes]): string =>
    `${byteString(readBytes(name))}: ${byteString(readBytes(value))}\r\n`;
  return bytesOf(pairs.map(text).join(""));
}

function connectionsOf(guards: ReadonlyMap<string, ConnectionGuard>): Record<string, string> {
  const urls = [...guards].map(([name, guard]) => [name, guard.baseUrl] as const);
  return Object.fromEntries(urls.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The values of all fields, as they are fingerprinted. */
export function allValues(guards: ReadonlyMap<string, ConnectionGuard>): string {
  const sorted = [...guards].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.flatMap(([, guard]) => guard.values).join("\n");
}

/** The first line, without its sum. */
export function writeHead(
  run: RunRequest,
  module: ActionModule,
  guards: ReadonlyMap<string, ConnectionGuard>,
  key: KeyFingerprint | undefined,
): string {
  const connections = connectionsOf(guards);
  const head: Head = {
    journal: FORMAT,
    module: module.digest,
    action: run.action,
    input: writeBytes(run.input),
    flags: run.flags,
    seed: String(run.seed),
    ...(Object.keys(connections).length === 0 ? {} : { connections }),
    ...(key === undefined ? {} : { key }),
  };
  return JSON.stringify(head);
}

/** The line of an event, without its sum. */
export function writeEvent({ event, announced }: RecordedEvent): string {
  const line: EventLine = { event: event.kind === "answer" ? "lost" : event.kind, now: event.now };
  if (event.kind === "answer") {
    line.exchange = event.exchange;
    if (event.answer !== undefined) {
      const { status, error, flags, headers, body } = event.answer;
      line.event = "response";
      Object.assign(line, { status, error, flags, headers: writeHeaders(headers), body: writeBytes(body) });
    }
  }
  if (announced !== undefined) line.announced = announced;
  return JSON.stringify(line);
}

function number(value: unknown): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) throw new TypeError("no such number");
  return value;
}

/** Throws TypeError: it is not as described. */
export function readEvent(line: EventLine): RecordedEvent {
  const { event: kind, announced } = line;
  const now = number(line.now);
  if (kind === "wake" || kind === "cancel" || kind === "gap") return { event: { kind, now }, announced };
  const exchange = number(line.exchange);
  if (kind === "lost") return { event: { kind: "answer", now, exchange, answer: undefined }, announced };
  const { headers, body } = line;
  const isResponse = (kind as string) === "response" && Array.isArray(headers) && body !== undefined;
  if (!isResponse) throw new TypeError("not an event of this format");
  const [status, error, flags] = [number(line.status), number(line.error), number(line.flags)];
  const answer = { status, error, flags, headers: readHeaders(headers), body: readBytes(body) };
  return { event: { kind: "answer", now, exchange, answer }, announced };
}

function parseObject(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function refuse(why: string): never {
  throw new HostError("journal", `the journal cannot be used: ${why}`);
}

/** Throws journal. */
function readHead(line: string | undefined, sums: LineSums): Head {
  if (line === undefined) return refuse("it is empty: there is no run to resume");
  if (line.startsWith("SKIPJRN1")) refuse(`it was written by an older version; ${START_ANEW}`);
  if (line !== "" && !line.startsWith('{"journal":'.slice(0, line.length))) refuse("it is not a journal");
  const head = parseObject(line) as (Head & { servers?: unknown }) | undefined;
  if (head?.servers !== undefined) refuse(`it was written by an older version; ${START_ANEW}`);
  if (head !== undefined && head.journal !== FORMAT) {
    refuse(`it is of format ${JSON.stringify(head.journal)}, written by another version; resume it with that one`);
  }
  if (head === undefined || !sums.take(line)) {
    return refuse(`its first line is damaged, cut off or without a checksum; ${START_ANEW}`);
  }
  return head;
}

export interface ReadJournal {
  run: RunRequest;
  events: RecordedEvent[];
  /** The sums after the last line that counts. */
  sums: LineSums;
  /** How many lines count; the rest are to be cut off. */
  count: number;
  /** Otherwise events may be missing after the last one. */
  isWhole: boolean;
}

/** By which key a run began, as the first line of its journal says. Undefined: it does not say, or is no such line. */
export function keyOf(line: string): KeyFingerprint | undefined {
  return (parseObject(line) as Head | undefined)?.key;
}

async function checkKey(journal: Journal, key: unknown, values: string): Promise<void> {
  if (journal.fingerprint === undefined || key === undefined) return;
  const { salt, fingerprint } = (key ?? {}) as Partial<KeyFingerprint>;
  if (typeof salt !== "string" || typeof fingerprint !== "string") refuse(`its first line is damaged; ${START_ANEW}`);
  const own = await journal.fingerprint(values, salt);
  if (own.fingerprint !== fingerprint) refuse("the run began with another key");
}

/** Throws journal: not a journal, of another version, module file, server or key, or damaged in its first line. */
export async function readJournal(
  journal: Journal,
  module: ActionModule,
  guards: ReadonlyMap<string, ConnectionGuard>,
): Promise<ReadJournal> {
  const { lines, keepsAll = false } = journal;
  const sums = new LineSums();
  const head = readHead(lines[0], sums);
  if (head.module !== module.digest) refuse("the run began with another module file");
  const begun = head.connections ?? {};
  if (JSON.stringify(begun) !== JSON.stringify(connectionsOf(guards))) {
    refuse(`the run began with another server: ${Object.values(begun).join(", ")}`);
  }
  await checkKey(journal, head.key, allValues(guards));
  const read: ReadJournal = { run: readRun(head), events: [], sums, count: 1, isWhole: false };
  for (let at = 1; at < lines.length; ++at) {
    const line = lines[at] ?? "";
    const object = parseObject(line);
    if (object === undefined) break;
    if ("end" in object) {
      // One that others follow says nothing about them.
      read.isWhole = sums.isRight(line) && at === lines.length - 1;
      continue;
    }
    if (!sums.take(line)) break;
    try {
      if ("event" in object) read.events.push(readEvent(object as EventLine));
    } catch {
      break;
    }
    read.count = at + 1;
  }
  read.isWhole ||= keepsAll && read.count === lines.length;
  return read;
}

function readRun({ action, input, flags, seed }: Head): RunRequest {
  try {
    if (typeof action !== "string") throw new TypeError("no action");
    return { action, input: readBytes(input), flags: number(flags), seed: BigInt(seed) };
  } catch {
    return refuse(`its first line is damaged; ${START_ANEW}`);
  }
}
