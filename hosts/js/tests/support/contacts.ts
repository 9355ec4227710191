/** n different contact ids, the same ones for the same group. */
export function contactIds(n: number, group = 0): string[] {
  const prefix = group.toString(16).padStart(8, "0");
  return Array.from({ length: n }, (_, i) => `${prefix}-0000-4000-8000-${i.toString(16).padStart(12, "0")}`);
}

/** What the tests look at in a result of remove_contacts. */
export interface RemovalResult {
  status: string;
  stoppedBy: string | null;
  unique: number;
  confirmed: number;
  refused: number;
  unknown: number;
  unsent: number;
  removed: number;
  removedExact: boolean;
  retries: number;
  rateLimited: number;
  requests: number;
  remaining: { removals: { sequenceId: string; contactIds: string[]; outcome: string }[] };
  refusedIds: { removals: { sequenceId: string; contactIds: string[] }[] };
  errors: { cause: string; message: string; apiMessage: string | null }[];
}
