/** n different contact ids, the same ones for the same group. */
export function contactIds(n: number, group?: number): string[];
