// Runs the one run to its end, over as many workers as that takes. The browser stops a worker that had nothing to do
// for half a minute, so a run of several rate windows is stopped in each of them. Whatever wakes the next worker, an
// alarm, the popup or the start of the browser, it comes here and continues where the journal ends.
import { type ActionHost, HostError, type Progress, type RunControl, type RunEnd } from "skipcall-action-host";
import { ACTION, CONNECTION, inputOf } from "./action.js";
import type { Display } from "./display.js";
import type { KeyStore } from "./key_store.js";
import { Latest } from "./latest.js";
import { KEY_PATTERN, type Removal } from "./messages.js";
import type { RemovalResult } from "../../../plugin-manifest/remove_contacts.js";
import { isComplete, isKeyRefused, outcomeOf, type Outcome } from "./outcome.js";
import { Refusal } from "./refusal.js";
import type { RunRecord, RunStore } from "./run_store.js";
import type { RunView } from "./run_view.js";
import type { Schedule } from "./schedule.js";

/** Held while a run is driven, by whichever worker or page of this extension drives it. It ends with its holder. */
export const LOCK = "run";
/** Less than the half minute after which the browser stops a worker that has nothing else to do. */
const GRACE_MS = 15_000;

export interface SupervisorParts {
  store: RunStore;
  keys: KeyStore;
  schedule: Schedule;
  display: Display;
  loadAction: () => Promise<ActionHost>;
}

/** Commands throw Refusal; anything else that a method throws is a bug, or comes from the storage. */
export class Supervisor {
  private action: Promise<ActionHost> | undefined;
  private driving: Promise<void> | undefined;
  private starting = false;
  private needsSpace = false;
  private signals = new Signals();
  private readonly progress: Latest<Progress>;

  constructor(private readonly parts: SupervisorParts) {
    this.progress = new Latest((progress) => parts.store.update((record) => ({ ...record, progress })));
  }

  /** Continues the run, if there is one that can continue and nobody drives it. Resolves when that is over. */
  wake(): Promise<void> {
    return this.drive(() => this.goOn());
  }

  /** What the action says about these contacts. It needs no key and sends nothing. */
  async preview(removals: Removal[]): Promise<RemovalResult> {
    const host = await this.host();
    const end = await host.run<RemovalResult>({ action: ACTION, input: inputOf(removals, true), connections: {} });
    return end.result;
  }

  /** Starts a run. Resolves when it is on disk: from then on it will be finished. */
  async start(removals: Removal[]): Promise<void> {
    const { store, keys } = this.parts;
    if (this.starting) throw new Refusal("A removal is already starting.");
    this.starting = true;
    try {
      const key = await keys.key();
      if (key === undefined) throw new Refusal("Enter your API key first.");
      await this.refuseSecondRun();
      while (this.driving !== undefined) await this.driving; // it only checks whether there is a run
      await new Promise<void>((resolve, reject) => {
        void this.drive(async () => {
          await this.refuseSecondRun();
          const record: RunRecord = {
            contacts: removals.reduce((sum, removal) => sum + removal.contactIds.length, 0),
            wish: "none",
            progress: undefined,
            ended: false,
            complete: false,
          };
          const host = await this.host();
          const journal = store.newJournal(record, removals, resolve);
          const run = { action: ACTION, input: inputOf(removals, false), journal };
          await this.finish(record, removals, host.run({ ...run, ...this.control(record, key) }));
        }).then(resolve, reject);
      });
    } finally {
      this.starting = false;
    }
  }

  /** Keeps the key, and resumes a run that waits for it. */
  async keepKey(key: string): Promise<void> {
    if (!KEY_PATTERN.test(key)) throw new Refusal("That is not an API key: they begin with sk_live_ or sk_test_.");
    const record = await this.parts.store.record();
    if (record?.ended === false && !(await this.parts.store.isOf(key))) {
      throw new Refusal("The removal began with another key. Enter that one, or cancel the removal.");
    }
    await this.parts.keys.keep(key);
    await this.show();
    void this.wake();
  }

  async forgetKey(): Promise<void> {
    const record = await this.parts.store.record();
    if (record?.ended === false) throw new Refusal("The removal still needs the key. Stop or cancel it first.");
    await this.parts.keys.forget();
    await this.show();
  }

  /**
   * Ends the run: "stop" lets open requests end, "cancel" gives them up. If this worker is stopped, the next one does
   * it.
   */
  async end(wish: "stop" | "cancel"): Promise<void> {
    await this.parts.store.update((record) => ({ ...record, wish: record.wish === "cancel" ? "cancel" : wish }));
    this.signals.abort(wish);
    await this.resume();
  }

  /** Resumes a run that could not write its journal. */
  async resume(): Promise<void> {
    this.needsSpace = false;
    await this.show();
    void this.wake();
  }

  /** Deletes an outcome that has been looked at. */
  async dismiss(): Promise<void> {
    const record = await this.parts.store.record();
    if (record?.ended !== true) throw new Refusal("There is nothing to dismiss: the removal has not ended.");
    await this.parts.store.clear();
    await this.show();
  }

  async view(): Promise<RunView> {
    const { store, keys } = this.parts;
    const [record, key] = await Promise.all([store.record(), keys.key()]);
    return this.viewOf(record, key !== undefined);
  }

  /** One drive at a time in this worker and, by the lock, in all of them. If a worker is gone, its lock is free. */
  private drive(act: () => Promise<void>): Promise<void> {
    this.driving ??= this.underLock(act).finally(() => {
      this.driving = undefined;
    });
    return this.driving;
  }

  private async underLock(act: () => Promise<void>): Promise<void> {
    await navigator.locks.request(LOCK, async () => {
      this.signals = new Signals();
      await act();
    });
  }

  private async refuseSecondRun(): Promise<void> {
    const record = await this.parts.store.record();
    if (record?.ended === false) throw new Refusal("A removal is already in progress. One runs at a time.");
    if (record?.ended === true) throw new Refusal("Look at how the last removal ended first, and dismiss it.");
  }

  private async goOn(): Promise<void> {
    const { store, keys, schedule } = this.parts;
    const record = await store.record();
    const key = await keys.key();
    // A run that is to end sends nothing, so it needs no key.
    const canGoOn = record?.ended === false && (key !== undefined || record.wish !== "none") && !this.needsSpace;
    if (!canGoOn) {
      await schedule.clear();
      await this.show();
      return;
    }
    await schedule.expect(0);
    if (record.wish !== "none") this.signals.abort(record.wish);
    const removals = (await store.removals()) ?? [];
    const host = await this.host();
    const journal = await store.journal(key === undefined);
    await this.finish(record, removals, host.resume({ journal, ...this.control(record, key) }));
  }

  private control(record: RunRecord, key: string | undefined): RunControl {
    const { signals } = this;
    return {
      connections: { [CONNECTION]: { secret: key, ...(API_BASE_URL === "" ? {} : { baseUrl: API_BASE_URL }) } },
      signal: signals.cancel.signal,
      stopSignal: signals.stop.signal,
      graceMs: GRACE_MS,
      onProgress: (progress) => {
        record.progress = progress;
        void this.progress.put(progress);
        void this.parts.schedule.expect(progress.wakeMs);
        void this.parts.display.show(this.viewOf({ ...record, wish: signals.wish }, key !== undefined));
      },
    };
  }

  /** Waits for the end of the run and records it. A run whose journal cannot be written stays where it is. */
  private async finish(record: RunRecord, removals: Removal[], running: Promise<RunEnd>): Promise<void> {
    const { store, schedule } = this.parts;
    let outcome: Outcome;
    try {
      outcome = outcomeOf((await running).text, removals);
    } catch (error) {
      if ((await store.record())?.ended !== false) throw error; // it was never begun
      if (!(error instanceof HostError)) {
        this.needsSpace = true;
        await schedule.clear();
        await this.show();
        return;
      }
      const confirmed = record.progress?.confirmed ?? 0;
      outcome = { kind: "interrupted", why: whyOf(error), confirmed, remaining: { removals } };
    }
    await store.end({ ...record, wish: "none", ended: true, complete: isComplete(outcome) }, outcome);
    // A key that the server does not accept is useless: the next run asks for another.
    if (isKeyRefused(outcome)) await this.parts.keys.forget();
    await schedule.clear();
    await this.show();
  }

  private host(): Promise<ActionHost> {
    this.action ??= this.parts.loadAction();
    return this.action;
  }

  private async show(): Promise<void> {
    await this.parts.display.show(await this.view());
  }

  private viewOf(record: RunRecord | undefined, hasKey: boolean): RunView {
    const progress = record?.progress;
    return {
      state: this.stateOf(record, hasKey),
      hasKey,
      wish: record?.wish ?? "none",
      contacts: record?.contacts ?? 0,
      total: progress?.total ?? 0,
      confirmed: progress?.confirmed ?? 0,
      failed: progress?.failed ?? 0,
      phase: progress?.phase ?? 0,
      wakeMs: progress?.wakeMs ?? 0,
      complete: record?.complete ?? false,
    };
  }

  private stateOf(record: RunRecord | undefined, hasKey: boolean): RunView["state"] {
    if (record === undefined) return "none";
    if (record.ended) return "ended";
    if (this.needsSpace) return "needs-space";
    return hasKey || record.wish !== "none" ? "running" : "needs-key";
  }
}

/** How to tell a drive to end. */
class Signals {
  readonly stop = new AbortController();
  readonly cancel = new AbortController();

  get wish(): RunView["wish"] {
    if (this.cancel.signal.aborted) return "cancel";
    return this.stop.signal.aborted ? "stop" : "none";
  }

  abort(wish: "stop" | "cancel"): void {
    this[wish].abort();
  }
}

function whyOf({ fault, message }: HostError): string {
  if (fault !== "journal") return `The removal cannot be resumed: ${message}.`;
  return (
    "The extension was updated in the middle of the removal, or its journal is damaged, " +
    `so the removal cannot be resumed: ${message}.`
  );
}
