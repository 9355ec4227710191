// One of the project's vectors (tests/vectors/README.md), replayed on an instance. Nothing here needs Node, so that
// other packages can replay in a page.
import { Phase, State } from "../../src/core/abi.js";
import { byteString } from "../../src/core/byte_string.js";
import type { Announcement, Instance } from "../../src/core/instance.js";
import { type EventLine, readEvent, type RunEvent, writeEvent } from "../../src/core/journal.js";

/** A journal with what is expected of it, as its lines. */
export type Vector = string[];

interface Head {
  journal: number;
  action: string;
  input: string;
  flags: number;
  seed: string;
  note: string;
}

const PHASE_NAMES = { [Phase.READY]: "ready", [Phase.RATE_WINDOW]: "rate window", [Phase.BACK_OFF]: "back-off" };

/** The vectors of a file. */
export function readVectors(text: string): Vector[] {
  const vectors = text.trimEnd().split(/\n(?=\{"journal":)/);
  return vectors.map((lines) => lines.split("\n"));
}

function headOf(vector: Vector): Head {
  return JSON.parse(vector[0] ?? "") as Head;
}

export function nameOf(vector: Vector): string {
  return headOf(vector).note;
}

function same(seen: unknown, expected: unknown, what: string): void {
  if (seen !== expected) throw new Error(`${what} is ${String(seen)} instead of ${String(expected)}`);
}

function stateName(state: number): string {
  if (state === State.DONE) return "done";
  if (state === State.WAITING) return "waiting";
  return Object.entries(State).find(([, value]) => value === state)?.[0] ?? String(state);
}

function callOf(announcement: Announcement): unknown {
  if (announcement.kind === "cancel") return { cancel: announcement.exchange };
  const { request, exchange } = announcement;
  // What is the same in each request is checked here instead of being written into each vector.
  same(request.method, "DELETE", "the method");
  same(request.connection, "skipcall", "the connection");
  same(request.responseLimit, 65536, "the response limit");
  same(byteString(request.headers), "content-type: application/json\r\naccept: application/json\r\n", "the headers");
  return {
    send: exchange,
    ...(request.timeoutMs === 30000 ? {} : { timeoutMs: request.timeoutMs }),
    target: request.target,
    body: new TextDecoder().decode(request.body),
  };
}

function deliver(instance: Instance, run: number, event: RunEvent): number {
  if (event.kind === "wake") return instance.wake(run, event.now);
  if (event.kind === "cancel") return instance.cancel(run, event.now);
  if (event.kind === "answer") return instance.httpDone(run, event.exchange, event.now, event.answer);
  throw new Error("a gap in a vector");
}

/** The same vector with what was seen in place of what is expected. Throws Error, and what Instance's methods throw. */
export function replay(vector: Vector, instance: Instance): Vector {
  const { action, input, flags, seed } = headOf(vector);
  const run = instance.start(action, new TextEncoder().encode(input), flags, BigInt(seed));
  let { state } = instance.status(run);
  const seen = vector.slice(0, 1);
  for (const line of vector.map((text) => JSON.parse(text) as EventLine)) {
    if (!("event" in line)) continue;
    const { event } = readEvent(line);
    const returned = deliver(instance, run, event);
    const { phase, wakeMs, ...progress } = instance.status(run);
    state = progress.state;
    const calls = instance.takeAnnouncements().map(callOf);
    const phaseName = returned === State.WAITING ? PHASE_NAMES[phase as keyof typeof PHASE_NAMES] : undefined;
    const expect = {
      ...(returned === State.WAITING ? {} : { state: stateName(returned) }),
      ...(phaseName === undefined ? {} : { phase: phaseName }),
      ...(wakeMs === 0 ? {} : { wakeMs }),
      ...(calls.length === 0 ? {} : { calls }),
    };
    seen.push(writeEvent({ event, announced: undefined }));
    if (Object.keys(expect).length > 0) seen.push(JSON.stringify({ expect }));
  }
  // As its own text, so that each byte counts.
  if (state === State.DONE) seen.push(`{"result":${new TextDecoder().decode(instance.result(run))}}`);
  instance.release(run);
  return seen;
}
