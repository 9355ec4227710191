// The result of a run, as far as the node reads it. The manifest's output schema describes all of it.

export interface ErrorEntry {
  cause: string;
  code: string | null;
  httpStatus: number | null;
  retryable: boolean;
  retryAt: string | null;
  message: string;
  apiMessage: string | null;
}

export interface Group {
  sequenceId: string;
  contactIds: string[];
  outcome: "refused" | "unknown" | "unsent";
  /** Index in `errors`. */
  error: number | null;
}

export interface InvalidId {
  /** Position among the removals. */
  removal: number;
  /** Position within the removal; null: the sequence id. */
  contact: number | null;
  reason: string;
}

export interface Result {
  status: "completed" | "partial" | "failed" | "cancelled";
  dryRun: boolean;
  stoppedBy: string | null;
  requested: number;
  invalid: number;
  duplicates: number;
  unique: number;
  confirmed: number;
  refused: number;
  unknown: number;
  unsent: number;
  removed: number;
  removedExact: boolean;
  requests: number;
  waitedMs: number;
  sequences: unknown[];
  invalidIds: InvalidId[];
  remaining: { removals: Group[] };
  refusedIds: { removals: Group[] };
  errors: ErrorEntry[];
}
