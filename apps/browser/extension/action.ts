// The action as this extension runs it: the module in the package, the platform's fetch, and its options.
import { ActionHost, fetchSender, loadModule, systemClock } from "skipcall-action-host";
import type { Removal } from "./messages.js";

export const ACTION = "remove_contacts";
export const CONNECTION = "skipcall";

/** A day, the maximum: here a run is stopped and resumed all the time, and that is not a failure. */
const MAX_STALL_MS = 86_400_000;

/** Rows that are not contacts are reported, and the others are done: the popup has shown them before. */
export function inputOf(removals: Removal[], dryRun: boolean): unknown {
  return { removals, options: { dryRun, onInvalid: "skip", maxStallMs: MAX_STALL_MS } };
}

/** Loads the module that is part of the extension. Throws HostError. */
export async function loadAction(): Promise<ActionHost> {
  const module = await loadModule(chrome.runtime.getURL("remove_contacts.wasm"));
  return new ActionHost(module, { send: fetchSender(), clock: systemClock() });
}
