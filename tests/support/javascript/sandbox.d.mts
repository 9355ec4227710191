export interface Sandbox {
  url: string;
  /** A key of its data that may remove contacts, if there is one. */
  key: string | undefined;
  /** All that it has printed. */
  log: () => string;
  /** The lines that it logged, one for each request. */
  requests: () => string[];
  /** Ends the process. */
  stop: () => Promise<void>;
}

/** data: sandbox/README.md "The data file"; without it the built-in one. */
export function startSandbox(data?: unknown): Promise<Sandbox>;
