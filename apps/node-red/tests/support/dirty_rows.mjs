// 5,000 rows as people have them: 4,800 contacts, 100 of them twice in other letters, 100 that name nobody.
import assert from "node:assert/strict";
import { contactIds } from "./ids.mjs";

export const SWITCHES = { limit: 20, windowMs: 3000, failEvery: 9, lostEvery: 13, latencyMs: 20 };
export const sequences = { spring: contactIds(2400), été: contactIds(2400, 1) };

export function dirtyRows() {
  return Object.entries(sequences).flatMap(([sequenceId, ids], group) => [
    ...ids.map((contactId, i) => ({
      sequenceId: i % 2 === 0 ? ` ${sequenceId}` : sequenceId,
      contactId: `"${contactId}" `,
    })),
    ...ids.slice(0, 50).map((id) => ({ sequenceId, contactId: id.toUpperCase(), note: "again" })),
    ...Array.from(
      { length: 50 },
      (_, i) => [{ sequenceId }, { contactId: ids[0] }, { sequenceId, contactId: `row ${i}` }][(i + group) % 3],
    ),
  ]);
}

export function checkAccount({ requested, invalid, duplicates, unique, confirmed, refused, unknown, unsent }) {
  assert.deepEqual([requested, invalid, duplicates, unique], [5000, 100, 100, 4800]);
  assert.equal(unique, confirmed + refused + unknown + unsent);
}
