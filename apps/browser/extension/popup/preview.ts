// What a dry run said about the selected contacts.
import type { RemovalResult } from "../../../../plugin-manifest/remove_contacts.js";
import { contacts } from "./page.js";
import type { NamedRow } from "./page_lists.js";

const REASONS: Readonly<Record<string, string>> = {
  "not-a-uuid": "has no valid contact ID",
  empty: "has no contact ID",
  "bad-sequence-id": "has no usable sequence ID",
};
const BARE_ID = /^[0-9a-f]{32}$/i;
const WITHOUT_HYPHENS = "has 32 digits without hyphens where its contact ID should be";
const SHOWN_REASONS = 3;

/** A line for each thing worth knowing. groups: the rows, as the removals have them. */
export function previewLines(preview: RemovalResult, groups: readonly NamedRow[][]): string[] {
  const { sequences, duplicates, invalidIds } = preview;
  const lines = sequences.map(({ sequenceId, unique }) => `${contacts(unique)} from sequence ${sequenceId}`);
  if (lines.length > 1) lines.unshift(`${contacts(preview.unique)} from ${String(lines.length)} sequences:`);
  if (duplicates > 0) lines.push(`${contacts(duplicates)} listed more than once: counted once`);
  for (const { removal, contact, reason } of invalidIds.slice(0, SHOWN_REASONS)) {
    const { name, contactId } = groups[removal]?.[contact ?? -1] ?? { name: "", contactId: "" };
    const row = contact === null ? `Group ${String(removal + 1)}` : name === "" ? "A row" : `“${name}”`;
    const why = BARE_ID.test(contactId) ? WITHOUT_HYPHENS : (REASONS[reason] ?? "is invalid");
    lines.push(`${row} ${why}: left out`);
  }
  const more = invalidIds.length - SHOWN_REASONS;
  if (more > 0) lines.push(`${String(more)} more rows are left out`);
  return lines;
}
