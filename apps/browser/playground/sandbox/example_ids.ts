/** n different made-up contact ids, the same ones each time. */
export function exampleIds(n: number): string[] {
  const hex = (value: number): string => (value >>> 0).toString(16).padStart(8, "0");
  return Array.from({ length: n }, (_, i) => {
    const mixed = hex(Math.imul(i + 1, 0x9e3779b1));
    const other = hex(Math.imul(i + 1, 0x85ebca6b));
    return `${mixed}-${other.slice(0, 4)}-4${other.slice(4, 7)}-8${hex(i).slice(5)}-${hex(i * 7 + 1)}${mixed.slice(0, 4)}`;
  });
}
