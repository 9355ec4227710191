// One option of the manifest as a field: a checkbox, a choice or a number, by its schema.
import { titleOf } from "skipcall-action-host";
import type { Property } from "../action_schema.js";
import { element } from "../../shared/dom.js";
import { grouped } from "../../shared/words.js";
import { Field } from "./field.js";

/** An undefined value means the module's own default, and is left out of the input. */
export interface OptionField {
  readonly field: Field<HTMLInputElement | HTMLSelectElement>;
  readonly value: () => unknown;
  /** What is wrong with what was typed, or nothing. */
  readonly problem: () => string | undefined;
}

/** What the page says about options instead of the manifest's words, which are short to keep the module small. */
const WORDS: Readonly<Record<string, { label: string; help?: string }>> = {
  dryRun: { label: "Dry run", help: "Check and count without sending anything" },
  onInvalid: { label: "On invalid IDs", help: "fail: send nothing; skip: leave them out and do the rest" },
  concurrency: { label: "Concurrent requests" },
  batchSize: { label: "Contacts per request" },
  leaveRemaining: { label: "Requests left to others", help: "In each rate window. Empty: 5 %" },
  maxAttempts: { label: "Attempts per batch", help: "As many failures in a row also end the run" },
  maxDurationMs: { label: "Longest run", help: "Empty: no limit" },
  maxStallMs: { label: "Longest wait without progress", help: "0: never wait for a rate window" },
  requestTimeoutMs: { label: "Request timeout", help: "For one attempt" },
};

function textsOf(name: string, property: Property): { label: string; help: string | undefined } {
  const words = WORDS[name];
  const label = words?.label ?? titleOf(name, property.title);
  return { label, help: words === undefined ? property.description : words.help };
}

function checkbox(name: string, property: Property): OptionField {
  const control = element("input", { type: "checkbox", name });
  control.checked = property.default === true;
  return {
    field: new Field(control, textsOf(name, property)),
    value: () => (control.checked === (property.default === true) ? undefined : control.checked),
    problem: () => undefined,
  };
}

function choice(name: string, property: Property): OptionField {
  const options = (property.enum ?? []).map((value) =>
    element("option", { value, selected: value === property.default }, value),
  );
  const control = element("select", { name }, ...options);
  return {
    field: new Field(control, textsOf(name, property)),
    value: () => (control.value === property.default ? undefined : control.value),
    problem: () => undefined,
  };
}

/** Options in milliseconds are typed in seconds. */
function unitOf(name: string): { size: number; word: string } {
  return name.endsWith("Ms") ? { size: 1000, word: " seconds" } : { size: 1, word: "" };
}

function number(name: string, property: Property): OptionField {
  const { size, word } = unitOf(name);
  const { minimum = 0, maximum = Number.MAX_SAFE_INTEGER } = property;
  const least = Math.ceil(minimum / size);
  const most = Math.floor(maximum / size);
  const placeholder = typeof property.default === "number" ? String(property.default / size) : undefined;
  const control = element("input", { type: "text", inputmode: "numeric", name, placeholder, autocomplete: "off" });
  const limits = property.maximum === undefined ? undefined : `${grouped(least)} to ${grouped(most)}${word}`;
  const { label, help } = textsOf(name, property);
  const field = new Field(control, { label, help: [help, limits].filter((text) => text !== undefined).join(". ") });
  const typed = (): string => control.value.trim();
  const problem = (): string | undefined => {
    if (typed() === "") return undefined;
    const value = /^\d{1,15}$/.test(typed()) ? Number(typed()) : NaN;
    if (value >= least && value <= most) return undefined;
    return `Enter a whole number, ${limits ?? "0 or more"}, or leave it empty.`;
  };
  field.check = problem;
  return { field, value: () => (typed() === "" ? undefined : Number(typed()) * size), problem };
}

/** By the schema's type. Throws Error for one that a form cannot show. */
export function optionField(name: string, property: Property): OptionField {
  if (property.type === "boolean") return checkbox(name, property);
  if (property.enum !== undefined) return choice(name, property);
  if (property.type === "integer") return number(name, property);
  throw new Error(`the form cannot show the option ${name}`);
}
