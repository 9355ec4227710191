// One of the project's vectors (tests/vectors/README.md), replayed on an instance. Nothing here is Node's alone, so that
// other packages can replay in a page.
import { HttpError, MAY_HAVE_REPEATED, NOT_SENT, Phase, State } from "../../src/core/abi.js";
import { byteString } from "../../src/core/byte_string.js";
import { writeHeaderBlock } from "../../src/core/header_block.js";
import type { AnswerBlock } from "../../src/core/http.js";
import type { Announcement, Instance } from "../../src/core/instance.js";

interface Step {
  wake?: number;
  cancel?: number;
  lost?: number;
  answer?: number;
  now?: number;
  status?: number;
  error?: string;
  notSent?: boolean;
  mayHaveRepeated?: boolean;
  headers?: Record<string, string>;
  body?: unknown;
  expect: unknown;
}

export interface Vector {
  name: string;
  input?: unknown;
  inputText?: string;
  flags?: number;
  seed?: string;
  steps: Step[];
  result?: unknown;
}

const PHASE_NAMES = { [Phase.READY]: "ready", [Phase.RATE_WINDOW]: "rate window", [Phase.BACK_OFF]: "back-off" };

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function same(seen: unknown, expected: unknown, what: string): void {
  if (seen !== expected) throw new Error(`${what} is ${String(seen)} instead of ${String(expected)}`);
}
function answerOf(step: Step): AnswerBlock {
  const body = step.body === undefined ? "" : typeof step.body === "string" ? step.body : JSON.stringify(step.body);
  const named = (HttpError as Record<string, number>)[step.error ?? "OK"];
  return {
    status: step.status ?? 0,
    error: named ?? Number(step.error),
    flags: (step.notSent === true ? NOT_SENT : 0) | (step.mayHaveRepeated === true ? MAY_HAVE_REPEATED : 0),
    // The vectors' texts are UTF-8.
    headers: writeHeaderBlock(
      Object.entries(step.headers ?? {}).map(([name, value]) => [name, byteString(utf8(value))] as const),
    ).block,
    body: utf8(body),
  };
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

function take(instance: Instance, run: number, step: Step): number {
  if (step.wake !== undefined) return instance.wake(run, step.wake);
  if (step.cancel !== undefined) return instance.cancel(run, step.cancel);
  if (step.lost !== undefined) return instance.httpDone(run, step.lost, step.now ?? 0, undefined);
  return instance.httpDone(run, step.answer ?? 0, step.now ?? 0, answerOf(step));
}

/** The same vector with what was seen in place of what is expected. Throws Error, and what Instance's methods throw. */
export function replay(vector: Vector, instance: Instance): Vector {
  const input = vector.inputText ?? JSON.stringify(vector.input);
  const run = instance.start("remove_contacts", utf8(input), vector.flags ?? 0, BigInt(vector.seed ?? "1"));
  let { state } = instance.status(run);
  const steps = vector.steps.map((step) => {
    const returned = take(instance, run, step);
    const { phase, wakeMs, ...progress } = instance.status(run);
    state = progress.state;
    const calls = instance.takeAnnouncements().map(callOf);
    const phaseName = returned === State.WAITING ? PHASE_NAMES[phase as keyof typeof PHASE_NAMES] : undefined;
    const expect = {
      state: stateName(returned),
      ...(phaseName === undefined ? {} : { phase: phaseName }),
      ...(wakeMs === 0 ? {} : { wakeMs }),
      ...(calls.length === 0 ? {} : { calls }),
    };
    return { ...step, expect };
  });
  const seen: Vector = { ...vector, steps };
  delete seen.result;
  if (state === State.DONE) {
    const text = new TextDecoder().decode(instance.result(run));
    seen.result = JSON.parse(text);
    same(JSON.stringify(seen.result), text, "the result, written again,");
  }
  instance.release(run);
  return seen;
}
