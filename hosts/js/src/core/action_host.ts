// The host of one module: runs its actions, several at once, in one instance, which it replaces when it traps.
import { Bell, type Clock } from "./clock.js";
import { type Connection, type ConnectionGuard, guardConnections } from "./connection.js";
import { Drive } from "./drive.js";
import { Exchanges } from "./exchanges.js";
import { harmlessText } from "./harmless_text.js";
import { HostError } from "./host_error.js";
import type { Send } from "./http.js";
import { Instance } from "./instance.js";
import {
  allValues,
  type Journal,
  LineSums,
  readJournal,
  type RecordedEvent,
  type RunRequest,
  writeEvent,
  writeHead,
} from "./journal.js";
import type { ActionModule } from "./module.js";
import type { Progress } from "./progress.js";
import { Run } from "./run.js";
import { Sender } from "./sender.js";

const DEFAULT_GRACE_MS = 5000;

export interface HostOptions {
  /** Sends the requests. The platform part has `fetchSender()`. */
  send: Send;
  /** The platform part has `systemClock()`. */
  clock: Clock;
  /**
   * `send` ends each request itself when its time is up, as `keyedSender()` does; the host sets no timer for it. Default:
   * false.
   */
  sendKeepsTime?: boolean | undefined;
}

/** What a run needs while it runs. */
export interface RunControl {
  /** By the manifest's names. A request for one that is missing gets NO_CREDENTIAL. */
  connections: Readonly<Record<string, Connection>>;
  /** Aborted: the run is cancelled at once. Its result is still returned; open requests count as unknown. */
  signal?: AbortSignal | undefined;
  /** Aborted: nothing new is sent, open requests may end for `graceMs`, and the result is returned. */
  stopSignal?: AbortSignal | undefined;
  /** Default: 5 s. */
  graceMs?: number | undefined;
  /** Called after each event. What it throws ends the run. */
  onProgress?: ((progress: Progress) => void) | undefined;
}

export interface RunOptions extends RunControl {
  /** An export that the manifest names. */
  action: string;
  /** UTF-8 JSON as bytes or a string, or a value to be written as JSON. */
  input: unknown;
  /** The source of all the run's random numbers. Default: a random one. */
  seed?: bigint | undefined;
  /** Where events are recorded, so that `resume` can continue after a crash. Default: nowhere. */
  journal?: Journal | undefined;
}

export interface ResumeOptions extends RunControl {
  journal: Journal;
}

/** How a run ended. The result says whether the action did its work. */
export class RunEnd<Result = unknown> {
  constructor(
    /** The action's result as JSON text. It holds text from the server: data, not markup. */
    readonly text: string,
    /** The last progress reported. */
    readonly progress: Progress | undefined,
    /**
     * Why the last request without a complete response failed: host, port and cause in the platform's words; harmless
     * text. Undefined if there was no such request.
     */
    readonly lastFailure: string | undefined,
  ) {}

  /** The result, parsed anew each time. Throws SyntaxError if the text is not JSON. */
  get result(): Result {
    return JSON.parse(this.text) as Result;
  }
}

export class ActionHost {
  private making: Promise<Instance> | undefined;

  constructor(
    readonly module: ActionModule,
    private readonly options: HostOptions,
  ) {}

  /**
   * Runs an action to its end. Rejects with HostError: usage, connection, no-memory, trap, wrong-abi; and with what
   * `journal.append` or `onProgress` throw. The host stays usable after a rejection; requests that were open then may
   * have been carried out.
   */
  async run<Result = unknown>(options: RunOptions): Promise<RunEnd<Result>> {
    const { action, journal } = options;
    if (!this.module.manifest.actions.some((item) => item.export === action)) {
      throw new HostError("usage", `the module has no action ${action}`);
    }
    const guards = guardConnections(this.module.manifest, options.connections);
    const request = { action, input: inputBytes(options.input), flags: 0, seed: options.seed ?? randomSeed() };
    if (journal !== undefined) {
      if (journal.lines.length > 0) throw new HostError("journal", "the journal has a run already; resume it");
    }
    const sums = new LineSums();
    const key = await journal?.fingerprint?.(allValues(guards));
    await journal?.append(sums.close(writeHead(request, this.module, guards, key)));
    const record = (event: RecordedEvent) => journal?.append(sums.close(writeEvent(event)));
    return this.drive<Result>(request, [], false, guards, record, options);
  }

  /**
   * Resumes a run where its journal ends, whichever host began it. Requests without a response in the journal are sent
   * again. If the journal may have been truncated, each request is treated as one that may have been sent before.
   * Rejects as run() does, and with HostError journal: damaged, or of another module file, server or key.
   */
  async resume<Result = unknown>(options: ResumeOptions): Promise<RunEnd<Result>> {
    const guards = guardConnections(this.module.manifest, options.connections);
    const { journal } = options;
    const { run, events, sums, count, isWhole } = await readJournal(journal, this.module, guards);
    const mustCut = count < journal.lines.length;
    if (mustCut && journal.cut === undefined) {
      throw new HostError("journal", `the journal's lines after line ${String(count)} are to be cut off first`);
    }
    let isTidy = !mustCut;
    const record = async (event: RecordedEvent): Promise<void> => {
      if (!isTidy) await journal.cut?.(count);
      isTidy = true;
      await journal.append(sums.close(writeEvent(event)));
    };
    return this.drive<Result>(run, events, !isWhole, guards, record, options);
  }

  private async drive<Result>(
    request: RunRequest,
    history: RecordedEvent[],
    mayMissEvents: boolean,
    guards: ReadonlyMap<string, ConnectionGuard>,
    record: (event: RecordedEvent) => void | Promise<void>,
    control: RunControl,
  ): Promise<RunEnd<Result>> {
    const { clock, send, sendKeepsTime } = this.options;
    const bell = new Bell(clock);
    const exchanges = new Exchanges(new Sender(guards, send, sendKeepsTime === true ? undefined : clock), bell);
    const run = new Run(request, history, () => this.instance(), record);
    const drive = new Drive(run, {
      exchanges,
      clock,
      bell,
      cancel: control.signal,
      stop: control.stopSignal,
      graceMs: control.graceMs ?? DEFAULT_GRACE_MS,
      mayMissEvents,
      onProgress: (progress) => control.onProgress?.(progress),
    });
    const failure = (): string | undefined =>
      exchanges.lastFailure === undefined ? undefined : harmlessText(exchanges.lastFailure);
    const ring = (): void => bell.ring();
    control.signal?.addEventListener("abort", ring);
    control.stopSignal?.addEventListener("abort", ring);
    try {
      const result = await drive.toTheEnd();
      return new RunEnd<Result>(new TextDecoder("utf-8", { ignoreBOM: true }).decode(result), run.progress, failure());
    } catch (error) {
      if (error instanceof HostError) error.progress = run.progress;
      throw error;
    } finally {
      control.signal?.removeEventListener("abort", ring);
      control.stopSignal?.removeEventListener("abort", ring);
      exchanges.abandonAll();
      run.release();
    }
  }

  /** The live instance. Runs that start together wait for the same one. */
  private async instance(): Promise<Instance> {
    for (;;) {
      const making = (this.making ??= Instance.create(this.module));
      try {
        const instance = await making;
        if (instance.alive) return instance;
      } catch (error) {
        if (this.making === making) this.making = undefined;
        throw error;
      }
      if (this.making === making) this.making = undefined;
    }
  }
}

function inputBytes(input: unknown): Uint8Array {
  if (input instanceof Uint8Array) return input;
  if (typeof input === "string") return new TextEncoder().encode(input);
  try {
    const text = JSON.stringify(input) as string | undefined;
    if (text !== undefined) return new TextEncoder().encode(text);
  } catch {
    // Reported below: a cycle, or a BigInt.
  }
  throw new HostError("usage", "the input cannot be written as JSON");
}

/** It spreads waits of runs that began together; nothing secret depends on it. */
function randomSeed(): bigint {
  const half = (): bigint => BigInt(Math.floor(Math.random() * 2 ** 32));
  return (half() << BigInt(32)) | half();
}
