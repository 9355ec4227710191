// One run on the page: starts it, shows it, lets it be stopped, and returns how it ended.
import {
  ActionHost,
  type ActionModule,
  type Connection,
  type Journal,
  KeyMask,
  type Progress,
  type RunEnd,
  type Send,
  systemClock,
} from "skipcall-action-host";
import { button, element, show } from "../../shared/dom.js";
import type { RemovalResult } from "../../../../plugin-manifest/remove_contacts.js";
import { counted, duration } from "../../shared/words.js";
import type { ActionSchema } from "../action_schema.js";
import { FirstRequest } from "./first_request.js";
import { ProgressView } from "./progress_view.js";
import { RequestList } from "./request_list.js";
import { RequestLog } from "./request_log.js";

const NOT_RECORDED =
  "This run is not recorded, since another tab has one or the browser stores nothing: it cannot be resumed after a reload.";
/** How often waits are counted down when nothing else changes. */
const TICK_MS = 500;

export interface RunPlan {
  module: ActionModule;
  schema: ActionSchema;
  input: Uint8Array;
  connection: Connection;
  send: Send;
  /** Where the run is recorded; with lines in it: the run to resume. */
  journal: Journal | undefined;
  isDryRun: boolean;
}

export interface RunOutcome {
  end: RunEnd<RemovalResult>;
  /** The first request had no response that a page may read. */
  isUnanswered: boolean;
}

export class RunPanel {
  readonly view: HTMLElement;
  private readonly cancelling = new AbortController();
  private readonly stopping = new AbortController();
  private readonly clock = systemClock();
  private readonly first: FirstRequest;
  private readonly log: RequestLog;
  private readonly progressView = new ProgressView();
  private readonly list = new RequestList();
  private readonly heading: HTMLElement;
  private readonly controls: HTMLElement;
  private progress: Progress | undefined;
  private frame = 0;

  constructor(private readonly plan: RunPlan) {
    const { schema } = plan;
    this.first = new FirstRequest(plan.send);
    const names = {
      limit: schema.rateHeader("limit"),
      remaining: schema.rateHeader("remaining"),
      reset: schema.rateHeader("reset"),
    };
    this.log = new RequestLog(this.first.send, new KeyMask(plan.connection.secret ?? ""), names, () => this.draw());
    const stop = button("Stop gently", () => {
      stop.disabled = true;
      this.stopping.abort();
    });
    const cancel = button("Cancel now", () => this.cancelling.abort());
    this.controls = element(
      "div",
      { class: "controls" },
      element("div", { class: "row" }, stop, cancel),
      element(
        "p",
        { class: "help" },
        "Stopping gently lets open requests end. Cancelling gives them up: they count as unknown.",
      ),
    );
    this.heading = element("h2", { tabindex: "-1" }, "Running");
    this.view = element(
      "section",
      { class: "run", "aria-label": "Run" },
      this.heading,
      ...(plan.journal === undefined && !plan.isDryRun ? [element("p", { class: "help" }, NOT_RECORDED)] : []),
      this.progressView.view,
      this.controls,
      this.list.view,
    );
  }

  focus(): void {
    this.heading.focus();
    this.view.scrollIntoView({ block: "nearest" });
  }

  /** Runs to the end. Rejects with HostError, as ActionHost.run does, and with what the journal throws. */
  async run(): Promise<RunOutcome> {
    const { module, schema, input, connection, journal } = this.plan;
    const host = new ActionHost(module, { send: this.log.send, clock: this.clock });
    const control = {
      connections: { [schema.connection.id]: connection },
      signal: this.cancelling.signal,
      stopSignal: this.stopping.signal,
      onProgress: (progress: Progress) => {
        this.progress = progress;
        this.draw();
      },
    };
    const ticks = setInterval(() => this.draw(), TICK_MS);
    try {
      const running =
        journal !== undefined && journal.lines.length > 0
          ? host.resume<RemovalResult>({ ...control, journal })
          : host.run<RemovalResult>({ ...control, action: schema.action.export, input, journal });
      const end = await running;
      this.progress = end.progress ?? this.progress;
      return { end, isUnanswered: this.first.failed };
    } finally {
      clearInterval(ticks);
      show(this.controls, false);
    }
  }

  /** The run is over: the result above says what became of it. */
  finish(headline: string, result: RemovalResult | undefined): void {
    this.draw();
    this.progressView.end(headline);
    this.heading.textContent = "The run";
    if (result === undefined || result.dryRun) return;
    const again = result.retries === 0 ? "" : `, ${counted(result.retries, "of them a retry", "of them retries")}`;
    const waited = result.waitedMs === 0 ? "" : `, ${duration(result.waitedMs)} of waiting`;
    this.heading.textContent = `${counted(result.requests, "request")}${again}${waited}`;
  }

  /** At most once per frame, however fast events come. */
  private draw(): void {
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.progressView.draw(this.progress, this.log, this.clock.now());
      this.list.draw(this.log);
    });
  }
}
