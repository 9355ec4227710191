/** n different contact ids, the same ones for the same group. */
export function contactIds(n, group = 0) {
  const prefix = group.toString(16).padStart(8, "0");
  return Array.from({ length: n }, (_, i) => `${prefix}-0000-4000-8000-${i.toString(16).padStart(12, "0")}`);
}
