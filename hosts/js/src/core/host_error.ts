import { harmlessText } from "./harmless_text.js";
import type { Progress } from "./progress.js";

/**
 * Why the host failed, as opposed to an action whose result says that it failed:
 *
 * - `not-wasm`: the bytes are not a WebAssembly module, are truncated, or the engine refuses them;
 * - `unreadable`: a module could not be fetched;
 * - `wrong-abi`: a module, but it does not speak this version of the ABI;
 * - `trap`: the module trapped, or broke a rule of the ABI while running;
 * - `no-memory`: the module has no memory for the input;
 * - `connection`: base URL, key or header template cannot be used;
 * - `journal`: the journal is damaged, or of another module, server or action;
 * - `usage`: the caller's own mistake: no such action, an input that cannot be written as JSON.
 */
export type Fault = "not-wasm" | "unreadable" | "wrong-abi" | "trap" | "no-memory" | "connection" | "journal" | "usage";

/** A name that a module chose may be megabytes long. */
const LONGEST_TEXT = 2000;

/** The one error type that this package throws. `message` is a sentence for a person: harmless text without the key. */
export class HostError extends Error {
  readonly fault: Fault;
  /** The last progress of a run that failed midway. Requests that were open then may have been carried out. */
  progress: Progress | undefined;

  constructor(fault: Fault, message: string) {
    super(harmlessText(message.length > LONGEST_TEXT ? `${message.slice(0, LONGEST_TEXT)}…` : message));
    this.name = "HostError";
    this.fault = fault;
  }
}
