/** How far a run has got; `action_progress` of the ABI. */
export interface Progress {
  /** `State.DONE` or `State.WAITING`. */
  state: number;
  /** When to wake the module, unix time in ms; 0: not at all. */
  wakeMs: number;
  /** `Phase`, for people. */
  phase: number;
  /** Items the run has to deal with, without invalid ones and duplicates. */
  total: number;
  confirmed: number;
  /** Items given up: refused, or unknown without a further try; not those that were never sent. */
  failed: number;
  /** Requests announced and not answered yet. */
  open: number;
  requests: number;
  retries: number;
}
