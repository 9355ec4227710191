// One instance of a module: its exports, its memory, and the two imports that only take notes.
import { BYTES, HOST_MODULE, PROGRESS, REQUEST, RESPONSE, State } from "./abi.js";
import { byteString } from "./byte_string.js";
import { HostError } from "./host_error.js";
import type { AnswerBlock } from "./http.js";
import { versionNumber } from "./manifest.js";
import type { ActionModule } from "./module.js";
import type { Progress } from "./progress.js";

/** A request as the module announced it, copied out of its memory. Nothing in it has been checked yet. */
export interface AnnouncedRequest {
  timeoutMs: number;
  responseLimit: number;
  connection: string;
  method: string;
  target: string;
  headers: Uint8Array;
  body: Uint8Array<ArrayBuffer>;
}

export type Announcement =
  | { kind: "send"; run: number; exchange: number; request: AnnouncedRequest }
  | { kind: "cancel"; run: number; exchange: number };

/** What a module may announce in one call: bytes, and how many times. */
const ANNOUNCED_BYTES = 64 * 1024 * 1024;
const ANNOUNCEMENTS = 1000;
/** Of a run that is done. */
const RESULT_BYTES = 128 * 1024 * 1024;

/** What each export may announce; the others, `_initialize` and a start function among them, announce nothing. */
const MAY_ANNOUNCE = new Map<string, readonly Announcement["kind"][]>([
  ["action_wake", ["send", "cancel"]],
  ["action_http_done", ["send", "cancel"]],
  ["action_cancel", ["cancel"]],
]);

type Export = (...values: (number | bigint)[]) => number | undefined;

/**
 * Each method is one export; ABI.md "Exports" says what it does. Each throws trap when the module traps or breaks a rule
 * of the ABI; the instance is dead then, and is not called again.
 */
export class Instance {
  private exports: Record<string, unknown> = {};
  private announcements: Announcement[] = [];
  private announcedBytes = 0;
  private mayAnnounce: readonly Announcement["kind"][] = [];
  private violation: string | undefined;
  private dead = false;

  private constructor() {
    // Made by create().
  }

  /** Instantiates, calls `_initialize` and compares the version. Throws trap, wrong-abi. */
  static async create(module: ActionModule): Promise<Instance> {
    const instance = new Instance();
    const imports = {
      http_send: (run: number, exchange: number, pointer: number) =>
        instance.announceSend(run, exchange, pointer >>> 0),
      http_cancel: (run: number, exchange: number) => instance.announceCancel(run, exchange),
    };
    try {
      const made = module.isSynchronous
        ? new WebAssembly.Instance(module.compiled, { [HOST_MODULE]: imports })
        : await WebAssembly.instantiate(module.compiled, { [HOST_MODULE]: imports });
      instance.exports = made.exports;
    } catch (error) {
      if (instance.violation !== undefined) instance.die(instance.violation);
      throw new HostError("trap", `the module could not be instantiated: ${String(error)}`);
    }
    instance.call("_initialize");
    const version = instance.call("action_abi_version");
    if (version !== versionNumber(module.abiVersion)) {
      throw new HostError(
        "wrong-abi",
        `the module's code says ABI ${String(version >>> 16)}.${String(version & 0xffff)}`,
      );
    }
    return instance;
  }

  /** False once the module has trapped. */
  get alive(): boolean {
    return !this.dead;
  }

  /** Starts a run. Throws no-memory too. */
  start(action: string, input: Uint8Array, flags: number, seed: bigint): number {
    const block = this.call("action_alloc", Math.max(input.length, 1));
    if (block === 0) throw new HostError("no-memory", "the module has no memory for the input");
    this.view(block, input.length, "a block").set(input);
    const run = this.call(action, block, input.length, flags, seed);
    if (run === 0) throw new HostError("no-memory", "the module has no memory for a run");
    return run;
  }

  wake(run: number, nowMs: number): number {
    return this.event("action_wake", run, BigInt(nowMs));
  }

  /** answer undefined: lost, nothing is known. One for which the module has no memory is delivered as lost. */
  httpDone(run: number, exchange: number, nowMs: number, answer: AnswerBlock | undefined): number {
    const block = answer === undefined ? 0 : this.blockOf(answer);
    return this.event("action_http_done", run, exchange, BigInt(nowMs), block);
  }

  cancel(run: number, nowMs: number): number {
    return this.event("action_cancel", run, BigInt(nowMs));
  }

  /** A copy. */
  status(run: number): Progress {
    const at = this.call("action_status", run);
    const memory = this.dataView();
    if (at === 0 || at + PROGRESS.bytes > memory.byteLength) this.die("it gave a status outside of its memory");
    const u32 = (member: number): number => memory.getUint32(at + member, true);
    if (u32(PROGRESS.size) < PROGRESS.bytes) this.die("its status is shorter than version 1's");
    const state = u32(PROGRESS.state);
    if (state !== State.DONE && state !== State.WAITING)
      this.die(`it is in a state ${String(state)}, which does not exist`);
    return {
      state,
      wakeMs: Number(memory.getBigUint64(at + PROGRESS.wake_ms, true)),
      phase: u32(PROGRESS.phase),
      total: u32(PROGRESS.total),
      confirmed: u32(PROGRESS.confirmed),
      failed: u32(PROGRESS.failed),
      open: u32(PROGRESS.open),
      requests: u32(PROGRESS.requests),
      retries: u32(PROGRESS.retries),
    };
  }

  /** A copy of the bytes of a run that is DONE. */
  result(run: number): Uint8Array<ArrayBuffer> {
    const at = this.call("action_result", run);
    if (at === 0) this.die("it has no result for a run that is done");
    return this.bytesAt(at, "a result", RESULT_BYTES);
  }

  release(run: number): void {
    this.call("action_release", run);
  }

  /** What was announced since the previous call, in order. */
  takeAnnouncements(): Announcement[] {
    const taken = this.announcements;
    this.announcements = [];
    this.announcedBytes = 0;
    return taken;
  }

  /** Returns DONE or WAITING, or why the event was refused. */
  private event(name: string, ...values: (number | bigint)[]): number {
    const state = this.call(name, ...values) | 0;
    if (state > State.WAITING) this.die(`${name} returned a state ${String(state)}, which does not exist`);
    return state;
  }

  /** The only place where the module is entered. Returns an unsigned number; 0 for none. */
  private call(name: string, ...values: (number | bigint)[]): number {
    if (this.dead) throw new HostError("trap", "the module has failed before and is not called again");
    this.mayAnnounce = MAY_ANNOUNCE.get(name) ?? [];
    try {
      return ((this.exports[name] as Export)(...values) ?? 0) >>> 0;
    } catch (error) {
      this.dead = true;
      if (this.violation !== undefined) throw new HostError("trap", `the module broke the ABI: ${this.violation}`);
      throw new HostError("trap", `the module trapped in ${name}: ${error instanceof Error ? error.message : ""}`);
    }
  }

  private die(why: string): never {
    this.dead = true;
    this.violation = why;
    throw new HostError("trap", `the module broke the ABI: ${why}`);
  }

  // Views are made afresh each time, since any call may have grown the memory and so detached its old buffer.
  private buffer(): ArrayBuffer {
    return (this.exports.memory as WebAssembly.Memory).buffer;
  }

  private dataView(): DataView {
    return new DataView(this.buffer());
  }

  private view(pointer: number, length: number, what: string): Uint8Array<ArrayBuffer> {
    if (length === 0) return new Uint8Array(0);
    // Both are below 2^32, so their sum is exact.
    if (pointer + length > this.buffer().byteLength) this.die(`it gave ${what} outside of its memory`);
    return new Uint8Array(this.buffer(), pointer, length);
  }

  private bytesAt(pointer: number, what: string, most: number): Uint8Array<ArrayBuffer> {
    const head = this.view(pointer, BYTES.bytes, what);
    const range = new DataView(head.buffer, head.byteOffset);
    const found = this.view(range.getUint32(BYTES.ptr, true), range.getUint32(BYTES.len, true), what);
    if (found.length > most) this.die(`it gave ${what} of more than ${String(most)} bytes`);
    return found.slice();
  }

  /** One block with the struct and both ranges; 0 if there is no memory for it. */
  private blockOf(answer: AnswerBlock): number {
    const needed = RESPONSE.bytes + answer.headers.length + answer.body.length;
    const block = this.call("action_alloc", needed);
    if (block === 0) return 0;
    const view = this.view(block, needed, "a block");
    view.set(answer.headers, RESPONSE.bytes);
    view.set(answer.body, RESPONSE.bytes + answer.headers.length);
    const struct = new DataView(view.buffer, view.byteOffset);
    const put = (member: number, value: number): void => struct.setUint32(member, value, true);
    put(RESPONSE.size, RESPONSE.bytes);
    put(RESPONSE.status, answer.status);
    put(RESPONSE.error, answer.error);
    put(RESPONSE.flags, answer.flags);
    put(RESPONSE.headers + BYTES.ptr, block + RESPONSE.bytes);
    put(RESPONSE.headers + BYTES.len, answer.headers.length);
    put(RESPONSE.body + BYTES.ptr, block + RESPONSE.bytes + answer.headers.length);
    put(RESPONSE.body + BYTES.len, answer.body.length);
    return block;
  }

  // What follows runs inside the module's calls. It throws only where the ABI lets the host end the instance; the
  // exception then leaves the module's frames as a trap does.

  private checkAnnouncing(kind: Announcement["kind"]): void {
    if (!this.mayAnnounce.includes(kind)) this.die(`it called http_${kind} where it must not`);
    if (this.announcements.length >= ANNOUNCEMENTS) this.die("it announced more than 1,000 times in one call");
  }

  private announceCancel(run: number, exchange: number): void {
    this.checkAnnouncing("cancel");
    this.announcements.push({ kind: "cancel", run, exchange });
  }

  private announceSend(run: number, exchange: number, pointer: number): void {
    this.checkAnnouncing("send");
    const memory = this.dataView();
    if (pointer + REQUEST.bytes > memory.byteLength) this.die("http_send was given a request outside of its memory");
    const u32 = (member: number): number => memory.getUint32(pointer + member, true);
    if (u32(REQUEST.size) < REQUEST.bytes) this.die("http_send was given a request shorter than version 1's");
    const range = (member: number): Uint8Array<ArrayBuffer> => {
      const length = u32(member + BYTES.len);
      this.announcedBytes += length;
      if (this.announcedBytes > ANNOUNCED_BYTES) this.die("it announced more than 64 MiB in one call");
      return this.view(u32(member + BYTES.ptr), length, "a request's range").slice();
    };
    const request = {
      timeoutMs: u32(REQUEST.timeout_ms),
      responseLimit: u32(REQUEST.response_limit),
      connection: new TextDecoder("utf-8", { ignoreBOM: true }).decode(range(REQUEST.connection)),
      method: byteString(range(REQUEST.method)),
      target: byteString(range(REQUEST.target)),
      headers: range(REQUEST.headers),
      body: range(REQUEST.body),
    };
    this.announcements.push({ kind: "send", run, exchange, request });
  }
}
