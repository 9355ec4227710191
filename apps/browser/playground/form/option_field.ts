// One option of the manifest as a field: a checkbox, a choice or a number, by its schema.
import { titleOf } from "skipcall-action-host";
import type { Property } from "../action_schema.js";
import { element } from "../../shared/dom.js";
import { grouped } from "../../shared/words.js";
import { Field } from "./field.js";

/** A value that is undefined is the module's own default, and is left out of the input. */
export interface OptionField {
  readonly field: Field<HTMLInputElement | HTMLSelectElement>;
  readonly value: () => unknown;
  /** What is wrong with what was typed, or nothing. */
  readonly problem: () => string | undefined;
}

function checkbox(name: string, property: Property): OptionField {
  const control = element("input", { type: "checkbox", name });
  control.checked = property.default === true;
  return {
    field: new Field(control, { label: titleOf(name, property.title), help: property.description }),
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
    field: new Field(control, { label: titleOf(name, property.title), help: property.description }),
    value: () => (control.value === property.default ? undefined : control.value),
    problem: () => undefined,
  };
}

function limits({ minimum, maximum }: Property): string | undefined {
  if (minimum === undefined || maximum === undefined) return undefined;
  return `${grouped(minimum)} to ${grouped(maximum)}`;
}

function number(name: string, property: Property): OptionField {
  const placeholder = typeof property.default === "number" ? String(property.default) : undefined;
  const control = element("input", { type: "text", inputmode: "numeric", name, placeholder, autocomplete: "off" });
  const help = [property.description, limits(property)].filter((text) => text !== undefined).join(". ");
  const typed = (): string => control.value.trim();
  return {
    field: new Field(control, { label: titleOf(name, property.title), help: help === "" ? undefined : help }),
    value: () => (typed() === "" ? undefined : Number(typed())),
    problem: () => {
      if (typed() === "") return undefined;
      const value = /^\d{1,15}$/.test(typed()) ? Number(typed()) : NaN;
      const isInside = value >= (property.minimum ?? 0) && value <= (property.maximum ?? Number.MAX_SAFE_INTEGER);
      return isInside ? undefined : `Type a whole number, ${limits(property) ?? "0 or more"}, or leave it empty.`;
    },
  };
}

/** By the schema's type. Throws Error for one that a form cannot show. */
export function optionField(name: string, property: Property): OptionField {
  if (property.type === "boolean") return checkbox(name, property);
  if (property.enum !== undefined) return choice(name, property);
  if (property.type === "integer") return number(name, property);
  throw new Error(`the form cannot show the option ${name}`);
}
