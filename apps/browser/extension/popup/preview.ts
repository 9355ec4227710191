// What a dry run said of the contacts that are selected.
import type { Removal } from "../messages.js";
import type { RemovalResult } from "../../../../plugin-manifest/remove_contacts.js";
import { contacts } from "./page.js";
import type { NamedRow } from "./page_lists.js";

const REASONS: Readonly<Record<string, string>> = {
  "not-a-uuid": "has no valid contact ID",
  empty: "has no contact ID",
  "bad-sequence-id": "has no usable sequence ID",
};
const SHOWN_REASONS = 3;

/** Rows of one sequence together; typed: the sequence of rows whose page names none. */
export function groupRows(rows: readonly NamedRow[], typed: string): { removals: Removal[]; names: string[][] } {
  const groups = new Map<string, NamedRow[]>();
  for (const row of rows) {
    const sequenceId = row.sequenceId === "" ? typed : row.sequenceId;
    const group = groups.get(sequenceId) ?? [];
    group.push(row);
    groups.set(sequenceId, group);
  }
  return {
    removals: [...groups].map(([sequenceId, group]) => ({ sequenceId, contactIds: group.map((row) => row.contactId) })),
    names: [...groups.values()].map((group) => group.map(({ name }) => name)),
  };
}

/** A line for each thing to know. names: of the rows, by group. */
export function previewLines(preview: RemovalResult, names: readonly string[][]): string[] {
  const { sequences, duplicates, invalidIds } = preview;
  const lines = sequences.map(({ sequenceId, unique }) => `${contacts(unique)} from sequence ${sequenceId}`);
  if (lines.length > 1) lines.unshift(`${contacts(preview.unique)} from ${String(lines.length)} sequences:`);
  if (duplicates > 0) lines.push(`${contacts(duplicates)} listed more than once: counted once`);
  for (const { removal, contact, reason } of invalidIds.slice(0, SHOWN_REASONS)) {
    const name = contact === null ? "" : (names[removal]?.[contact] ?? "");
    const row = contact === null ? `Group ${String(removal + 1)}` : name === "" ? "A row" : `“${name}”`;
    lines.push(`${row} ${REASONS[reason] ?? "is invalid"}: left out`);
  }
  const more = invalidIds.length - SHOWN_REASONS;
  if (more > 0) lines.push(`${String(more)} more rows are left out`);
  return lines;
}
