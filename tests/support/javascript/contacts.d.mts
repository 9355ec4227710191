/** n different contact ids, the same ones for the same group. */
export function contactIds(n: number, group?: number): string[];

/** Of the dirty removals: each contact once. */
export const dirtySequences: Record<string, string[]>;

/** 5,000 contacts in two removals: 4,800, 100 of them again in other letter case, and 100 that are not ids. */
export function dirtyRemovals(): { sequenceId: string; contactIds: unknown[] }[];
