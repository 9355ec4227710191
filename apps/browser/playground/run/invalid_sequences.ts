// Which sequence IDs of a run's input are not valid: the result says only where they stand.
import type { RemovalInput, RemovalResult } from "../../../../plugin-manifest/remove_contacts.js";

/** Each once. */
export function invalidSequences(input: Uint8Array, { invalidIds }: RemovalResult): string[] {
  const at = invalidIds.filter(({ contact }) => contact === null).map(({ removal }) => removal);
  if (at.length === 0) return [];
  const { removals = [] } = JSON.parse(new TextDecoder().decode(input)) as RemovalInput;
  return [...new Set(at.map((removal) => removals[removal]?.sequenceId ?? ""))];
}
