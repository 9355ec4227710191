// Removes contacts from Skipcall sequences: one call over the action's module, which is in the package.
import {
  ActionHost,
  fetchSender,
  fromBase64,
  type Journal,
  loadModule,
  type Progress,
  type RunControl,
  type RunEnd,
  type Send,
  systemClock,
} from "skipcall-action-host";
import { moduleText } from "./module_text.js";
import type { RemovalInput, RemovalResult } from "./remove_contacts.js";

export { HostError } from "skipcall-action-host";
export type { Journal, Progress, Send } from "skipcall-action-host";
export type * from "./remove_contacts.js";

/** Only `apiKey` is needed. */
export interface CallOptions {
  /** From Settings > API Keys. A dry run needs none. */
  apiKey?: string | undefined;
  /** Default: Skipcall's API. */
  baseUrl?: string | undefined;
  /** Aborted: the removal is cancelled at once. Its account is still returned; open requests count as unknown. */
  signal?: AbortSignal | undefined;
  /** Aborted: the removal ends gently. Nothing new is sent, open requests may end, and the account is exact. */
  stopSignal?: AbortSignal | undefined;
  /** Called after each event. What it throws ends the removal. */
  onProgress?: ((progress: Progress) => void) | undefined;
  /**
   * Where the removal is recorded, so that `resumeRemoval` can continue it after a crash: in Node.js a `FileJournal`, in a
   * page that of a `RunDatabase`, both of skipcall-action-host.
   */
  journal?: Journal | undefined;
  /** Sends the requests, for a proxy or a client of your own. Default: `fetch`. */
  send?: Send | undefined;
}

let loading: Promise<ActionHost["module"]> | undefined;

async function run(
  options: CallOptions,
  start: (host: ActionHost, control: RunControl) => Promise<RunEnd<RemovalResult>>,
): Promise<RemovalResult> {
  const module = await (loading ??= loadModule(fromBase64(moduleText) as Uint8Array<ArrayBuffer>));
  const host = new ActionHost(module, { send: options.send ?? fetchSender(), clock: systemClock() });
  const { apiKey, baseUrl, signal, stopSignal, onProgress } = options;
  const connections = { skipcall: { baseUrl, secret: apiKey } };
  return (await start(host, { connections, signal, stopSignal, onProgress })).result;
}

/**
 * Removes contacts from their sequences, to the end: it waits for rate windows and retries.
 *
 * The result accounts for every id, also after a cancel; `status` is "completed" if all valid ids are confirmed, and
 * `remaining` is the input of a next call. Running again is safe. Rejects with HostError if the key or the base URL cannot
 * be used, and with what `journal.append` or `onProgress` throw; contacts may have been removed then.
 */
export function removeContacts(input: RemovalInput, options: CallOptions): Promise<RemovalResult> {
  const { journal } = options;
  return run(options, (host, control) => host.run({ action: "remove_contacts", input, journal, ...control }));
}

/**
 * Resumes a removal whose journal ends before it did, whichever host began it. Returns what `removeContacts` does. Rejects
 * with HostError also if the journal is damaged, or of another key or server.
 */
export function resumeRemoval(options: CallOptions & { journal: Journal }): Promise<RemovalResult> {
  const { journal } = options;
  return run(options, (host, control) => host.resume({ journal, ...control }));
}
