// The chosen rows, by sequence.
import { shownWhole } from "../../shared/contacts/characters.js";
import { checkedSequence } from "../../shared/contacts/contact_groups.js";
import { ContactProblem } from "../../shared/contacts/contact_problem.js";
import { LONGEST_ID, type Removal } from "../messages.js";
import type { NamedRow } from "./page_lists.js";

/** Without what is around it. Throws ContactProblem: it cannot be meant as it is. */
function checked(sequence: string): string {
  const id = checkedSequence(sequence);
  if (id.length <= LONGEST_ID) return id;
  const text = `A sequence ID is longer than ${String(LONGEST_ID)} characters: ${shownWhole(id)}. Check the page or list it is from.`;
  throw new ContactProblem("odd-character", text);
}

/** Rows of one sequence together; typed: the sequence of rows whose page names none. Throws ContactProblem. */
export function groupRows(rows: readonly NamedRow[], typed: string): { removals: Removal[]; groups: NamedRow[][] } {
  const groups = new Map<string, NamedRow[]>();
  for (const row of rows) {
    const sequenceId = checked(row.sequenceId === "" ? typed : row.sequenceId);
    const group = groups.get(sequenceId) ?? [];
    group.push(row);
    groups.set(sequenceId, group);
  }
  return {
    // What is cut was no contact's id.
    removals: [...groups].map(([sequenceId, group]) => ({
      sequenceId,
      contactIds: group.map(({ contactId }) => contactId.slice(0, LONGEST_ID)),
    })),
    groups: [...groups.values()],
  };
}
