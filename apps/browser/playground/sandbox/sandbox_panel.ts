// The settings of the sandbox inside the page.
import { element } from "../../shared/dom.js";
import { Field } from "../form/field.js";
import { SandboxApi, type SandboxSettings } from "./sandbox_api.js";

interface Pace {
  title: string;
  limit: number;
  windowMs: number;
}

const PACES: readonly [Pace, ...Pace[]] = [
  { title: "20 requests in 10 s, to see it wait", limit: 20, windowMs: 10_000 },
  { title: "100 requests a minute", limit: 100, windowMs: 60_000 },
  { title: "1,000 requests a minute", limit: 1000, windowMs: 60_000 },
];
const LATENCIES_MS = [150, 0, 1000];

export class SandboxPanel {
  readonly view: HTMLElement;
  private readonly sequences = element("input", { type: "text", value: "spring, autumn, vip", autocomplete: "off" });
  private readonly pace = element(
    "select",
    {},
    ...PACES.map(({ title }, i) => element("option", { value: String(i) }, title)),
  );
  private readonly latency = element(
    "select",
    {},
    ...LATENCIES_MS.map((ms) =>
      element("option", { value: String(ms) }, ms === 0 ? "At once" : `About ${String(ms)} ms`),
    ),
  );
  private readonly failures = element("input", { type: "checkbox" });
  private made: { settings: string; api: SandboxApi } | undefined;

  constructor() {
    const fields = [
      new Field(this.sequences, { label: "Its sequences", help: "Others get a 404" }),
      new Field(this.pace, { label: "Rate limit" }),
      new Field(this.latency, { label: "Answers take" }),
      new Field(this.failures, { label: "Fail now and then", help: "Some responses are 503, and some get lost" }),
    ];
    this.view = element("div", { class: "grid" }, ...fields.map((field) => field.view));
  }

  get settings(): SandboxSettings {
    const { limit, windowMs } = PACES[Number(this.pace.value)] ?? PACES[0];
    const fails = this.failures.checked;
    const sequences = this.sequences.value.split(",").map((id) => id.trim());
    return { sequences, limit, windowMs, failEvery: fails ? 7 : 0, loseEvery: fails ? 11 : 0 };
  }

  /** It remembers what was removed until its settings are changed. */
  get api(): SandboxApi {
    const settings = JSON.stringify(this.settings);
    if (this.made?.settings !== settings) this.made = { settings, api: new SandboxApi(this.settings) };
    return this.made.api;
  }

  get latencyMs(): number {
    return Number(this.latency.value);
  }
}
