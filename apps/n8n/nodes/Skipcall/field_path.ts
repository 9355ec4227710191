// A field of the item and nothing else, as in the default settings; also one inside of another. It is read without n8n's
// expression engine.
import { isExpression } from "./expression";

/** A field's name or a place in a list, in each of the ways to write it. */
const STEP = /(?:\?\.|\.)([A-Za-z_]\w*)|\["([^"\\]+)"\]|\['([^'\\]+)'\]|\[(0|[1-9]\d{0,8})\]/g;
const PLAIN_FIELD = new RegExp(`^=\\{\\{\\s*\\$json((?:${STEP.source})+)\\s*\\}\\}$`);

/** The names on the way to a plain field; undefined: n8n has to evaluate it. */
export function pathOf(raw: unknown): string[] | undefined {
  const steps = isExpression(raw) ? PLAIN_FIELD.exec(raw)?.[1] : undefined;
  return steps === undefined ? undefined : Array.from(steps.matchAll(STEP), (step) => step.slice(1).join(""));
}

export function valueAt(json: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, name) => {
    if (at === undefined || at === null || !Object.hasOwn(Object(at) as object, name)) return undefined;
    return (at as Record<string, unknown>)[name];
  }, json);
}

/** What a person sees of a name, and remembers. */
const seenOf = (name: string): string => name.replace(/[\s\p{Cf}_.[\]-]/gu, "").toLowerCase();

/** The name that an item has in place of one on the way to a field that it does not have. */
export function lookalike(json: unknown, path: readonly string[]): string | undefined {
  const missing = path.findIndex((_, at) => valueAt(json, path.slice(0, at + 1)) === undefined);
  const parent = valueAt(json, path.slice(0, missing));
  const wanted = path[missing] ?? "";
  const isLike = (name: string): boolean => name !== wanted && seenOf(name) === seenOf(wanted);
  return seenOf(wanted) === "" ? undefined : Object.keys(Object(parent) as object).find(isLike);
}
