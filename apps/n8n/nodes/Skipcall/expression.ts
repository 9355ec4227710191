// Values of the node's parameters as the workflow has them, before n8n evaluates them.

export function isExpression(raw: unknown): raw is string {
  return typeof raw === "string" && raw.startsWith("=");
}

/** What n8n evaluates; undefined: the value is not an expression. */
export function expressionText(raw: unknown): string | undefined {
  return isExpression(raw) ? raw.slice(1).trim() : undefined;
}

/** Whether n8n may evaluate a value to another one for another item. A list or an object may hold expressions. */
export function hasExpression(raw: unknown): boolean {
  if (typeof raw === "object" && raw !== null) return Object.values(raw).some(hasExpression);
  return isExpression(raw);
}
