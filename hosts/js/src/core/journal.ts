// The journal of a run: its input, its seed and every event, written before the event is delivered to the module. Since
// a run is deterministic, that is enough to bring a fresh instance to the same place (ABI.md "Replay").
//
// It is lines of JSON: the first one tells the run, each further one an event. The ids of the input are in it; the key is
// not, and nothing that was made of it. A line that is no JSON, as a crash leaves it, stands for an event that was never
// delivered; it is passed over, and the numbers of the others show that none is missing.
import { byteString, bytesOf } from "./byte_string.js";
import type { ConnectionGuard } from "./connection.js";
import { HostError } from "./host_error.js";
import type { AnswerBlock } from "./http.js";
import type { ActionModule } from "./module.js";

/** Where a journal is kept: the caller's, in a file, a database or a browser's storage. */
export interface Journal {
  /** The lines that are there already, in order; of a new run: none. */
  readonly lines: readonly string[];
  /**
   * Keeps one line more; it holds no line break. The event is delivered when this has resolved, so let it resolve when
   * the line will outlive a crash. A rejection ends the run with that error.
   */
  append(line: string): void | Promise<void>;
}

/** What a run is, besides its events. */
export interface RunRequest {
  action: string;
  input: Uint8Array;
  flags: number;
  seed: bigint;
}

/** An answer that is undefined is lost: nothing is known of it. */
export type RunEvent =
  | { kind: "wake"; now: number }
  | { kind: "answer"; now: number; exchange: number; answer: AnswerBlock | undefined }
  | { kind: "cancel"; now: number };

export interface RecordedEvent {
  event: RunEvent;
  /** A digest of all that the module had announced before it: a replay that differs is refused. */
  announced: string;
}

interface Head {
  journal: number;
  module: string;
  servers: Record<string, string>;
  action: string;
  flags: number;
  seed: string;
  input: string;
}

interface EventLine {
  n: number;
  kind: RunEvent["kind"];
  now: number;
  announced: string;
  exchange?: number;
  answer?: { status: number; error: number; flags: number; headers: string; body: string };
}

const FORMAT = 1;

function serversOf(connections: ReadonlyMap<string, ConnectionGuard>): Record<string, string> {
  return Object.fromEntries([...connections].map(([name, guard]) => [name, guard.baseUrl]));
}

/** The first line. */
export function writeHead(
  run: RunRequest,
  module: ActionModule,
  connections: ReadonlyMap<string, ConnectionGuard>,
): string {
  const head: Head = {
    journal: FORMAT,
    module: module.digest,
    servers: serversOf(connections),
    action: run.action,
    flags: run.flags,
    seed: String(run.seed),
    input: byteString(run.input),
  };
  return JSON.stringify(head);
}

/** The line of the n-th event, counted from 1. */
export function writeEvent(n: number, { event, announced }: RecordedEvent): string {
  const line: EventLine = { n, kind: event.kind, now: event.now, announced };
  if (event.kind === "answer") {
    line.exchange = event.exchange;
    if (event.answer !== undefined) {
      const { headers, body } = event.answer;
      line.answer = { ...event.answer, headers: byteString(headers), body: byteString(body) };
    }
  }
  return JSON.stringify(line);
}

function readEvent({ kind, now, announced, exchange, answer }: EventLine): RecordedEvent {
  if (kind !== "answer") return { event: { kind, now }, announced };
  const block = answer && { ...answer, headers: bytesOf(answer.headers), body: bytesOf(answer.body) };
  return { event: { kind, now, exchange: exchange ?? 0, answer: block }, announced };
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function refuse(why: string): never {
  throw new HostError("journal", `the journal cannot be used: ${why}`);
}

/** Throws journal: not a journal, an event is missing, or the run began with another module file or server. */
export function readJournal(
  lines: readonly string[],
  module: ActionModule,
  connections: ReadonlyMap<string, ConnectionGuard>,
): { run: RunRequest; events: RecordedEvent[] } {
  const [first, ...rest] = lines.map(parseLine);
  const head = first as Head | undefined;
  if (head?.journal !== FORMAT) return refuse("it ends before the run began, so nothing was sent; start anew");
  if (head.module !== module.digest) refuse("the run began with another module file");
  for (const [name, url] of Object.entries(head.servers)) {
    if (serversOf(connections)[name] !== url) refuse(`the run began with another server: ${url}`);
  }
  const events: RecordedEvent[] = [];
  for (const line of rest as (EventLine | undefined)[]) {
    if (line === undefined) continue;
    if (line.n !== events.length + 1) refuse("an event is missing");
    events.push(readEvent(line));
  }
  const { action, flags, seed, input } = head;
  return { run: { action, flags, seed: BigInt(seed), input: bytesOf(input) }, events };
}
