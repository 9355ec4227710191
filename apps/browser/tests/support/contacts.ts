// Contacts by sequence, to compare what was named, sent and accounted for.
import type { UnconfirmedRemovals } from "../../../../plugin-manifest/remove_contacts.js";

/** Contacts by sequence. */
export class Contacts {
  /** Each a sequence, a space and an id. */
  readonly pairs = new Set<string>();
  add(sequence: string, id: string): void {
    this.pairs.add(`${sequence} ${id}`);
  }
  has(sequence: string, id: string): boolean {
    return this.pairs.has(`${sequence} ${id}`);
  }
  get size(): number {
    return this.pairs.size;
  }
  /** How many of each sequence. */
  get bySequence(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const pair of this.pairs) {
      const sequence = pair.slice(0, pair.lastIndexOf(" "));
      counts.set(sequence, (counts.get(sequence) ?? 0) + 1);
    }
    return counts;
  }

  static of(...lists: UnconfirmedRemovals[]): Contacts {
    const contacts = new Contacts();
    for (const { removals } of lists) {
      for (const { sequenceId, contactIds } of removals) for (const id of contactIds) contacts.add(sequenceId, id);
    }
    return contacts;
  }
}
