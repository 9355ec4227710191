/** n different contact ids, the same ones for the same group. */
export function contactIds(n, group = 0) {
  const prefix = group.toString(16).padStart(8, "0");
  return Array.from({ length: n }, (_, i) => `${prefix}-0000-4000-8000-${i.toString(16).padStart(12, "0")}`);
}

/** Of the dirty removals: each contact once. */
export const dirtySequences = { spring: contactIds(2400), été: contactIds(2400, 1) };

/** 5,000 contacts in two removals: 4,800, 100 of them again in other letter case, and 100 that are not ids. */
export function dirtyRemovals() {
  return Object.entries(dirtySequences).map(([sequenceId, ids], at) => ({
    sequenceId: ` ${sequenceId} `,
    contactIds: [
      ...ids,
      ...ids.slice(0, 50).map((id) => id.toUpperCase()),
      ...Array.from({ length: 50 }, (_, i) => [null, "", 7, `row ${i}`][(i + at) % 4]),
    ],
  }));
}
