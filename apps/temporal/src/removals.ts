// The workflows that remove: contacts by value, and by reference.
import { ApplicationFailure, CancellationScope, continueAsNew, proxyActivities } from "@temporalio/workflow";
import { NOTHING, sum, withoutLists } from "./account.js";
import { Control, type RemovalSettings } from "./control.js";
import type { SourceActivities, SourceInput, SourcePart, SourceResult } from "./source.js";
import type { Removal, RemovalInput, RemovalResult } from "./remove_contacts.js";

/** So that a result of none but invalid ids, the longest there is, fits into a payload. */
const MOST_BY_VALUE = 35_000;

/** What a run of the workflow leaves to the next one. */
export interface RemovalState {
  startedAt: number;
  account: RemovalResult;
}

/**
 * Removes contacts from sequences, at the pace of the API. The result's `status` says whether it did: a workflow that
 * was stopped or cancelled completes too, with its account and `remaining`, the input of a next one.
 */
export async function removeContacts(
  input: RemovalInput,
  settings: RemovalSettings = {},
  state?: RemovalState,
): Promise<RemovalResult> {
  const startedAt = state?.startedAt ?? Date.now();
  const control = new Control(settingsOf(settings), startedAt);
  const whole = objectOf(input);
  return CancellationScope.nonCancellable(async () => {
    refuseTooMany(whole);
    const { account, rest } = await control.remove(whole, state?.account);
    if (rest !== undefined) await continueAsNew<typeof removeContacts>(rest, settings, { startedAt, account });
    control.end();
    return account;
  });
}

export interface SourceState {
  startedAt: number;
  cursor: unknown;
  /** Of the parts before, without their lists. */
  done: RemovalResult;
  /** Of the part at the cursor, where a run ended within it. */
  part?: { account: RemovalResult; rest: RemovalInput; next: unknown };
}

/**
 * The same with contacts by reference, however many: your activities read them part by part, and keep the lists of
 * those that were not removed.
 */
export async function removeContactsFrom(
  input: SourceInput,
  settings: RemovalSettings = {},
  state?: SourceState,
): Promise<SourceResult> {
  const { source, options, cursor: begin = null } = objectOf(input);
  const { startedAt, ...first } = state ?? { startedAt: Date.now(), cursor: begin, done: NOTHING };
  const { readSkipcallContacts, keepSkipcallLists } = proxyActivities<SourceActivities>({
    startToCloseTimeout: "10 minutes",
  });
  const control = new Control(settingsOf(settings), startedAt);
  return CancellationScope.nonCancellable(async () => {
    let { cursor, done, part }: Omit<SourceState, "startedAt"> = first;
    for (;;) {
      const at = cursor;
      const read = part ?? (await control.unlessStopped(async () => partOf(await readSkipcallContacts(source, at))));
      if (read === undefined) break;
      const { next } = read;
      const whole = "rest" in read ? read.rest : { removals: read.removals, ...(options && { options }) };
      const { account, rest } = await control.remove(whole, part?.account, done);
      if (rest !== undefined) {
        const left = { startedAt, cursor, done, part: { account, rest, next } };
        await continueAsNew<typeof removeContactsFrom>(input, settings, left);
      }
      const { remaining, refusedIds, invalidIds, errors } = account;
      if (remaining.removals.length + refusedIds.removals.length + invalidIds.length > 0) {
        await keepSkipcallLists(source, { cursor, remaining, refusedIds, invalidIds, errors });
      }
      done = sum(done, withoutLists(account));
      part = undefined;
      cursor = next;
      if (cursor === null || account.stoppedBy !== null || control.isStopping()) break;
      if (control.isFull) await continueAsNew<typeof removeContactsFrom>(input, settings, { startedAt, cursor, done });
    }
    control.end();
    const isCut = cursor !== null && control.isStopping();
    return { ...done, ...(isCut && { status: "cancelled", stoppedBy: "cancelled" }), next: cursor };
  });
}

function refuse(type: string, why: string): never {
  throw ApplicationFailure.nonRetryable(`${why} Nothing was sent.`, type);
}

/** Arguments are JSON, and any other error than ApplicationFailure would be tried for ever. The module judges {}. */
function objectOf<T extends object>(value: T): T {
  const seen: unknown = value;
  return (typeof seen === "object" && seen !== null && !Array.isArray(seen) ? seen : {}) as T;
}

function settingsOf(value: RemovalSettings): RemovalSettings {
  const settings = objectOf(value);
  const { taskQueue, requestsPerRun = 1 }: { taskQueue?: unknown; requestsPerRun?: unknown } = settings;
  // With none, a run would send nothing, and continue as one that sends nothing.
  if (!Number.isSafeInteger(requestsPerRun) || Number(requestsPerRun) < 1) {
    refuse("skipcall-settings", "requestsPerRun takes a whole number from 1.");
  }
  if (taskQueue !== undefined && (typeof taskQueue !== "string" || taskQueue === "")) {
    refuse("skipcall-settings", "taskQueue takes the name of a task queue.");
  }
  return settings;
}

/** Without a next place, the source would be read from its beginning again and again. */
function partOf(value: SourcePart): SourcePart {
  const { removals, next }: { removals?: unknown; next?: unknown } = objectOf(value);
  if (Array.isArray(removals) && next !== undefined) return value;
  const why = "readSkipcallContacts has to return { removals, next }, and null for next with the last part";
  throw ApplicationFailure.nonRetryable(why, "skipcall-source");
}

function refuseTooMany(input: RemovalInput): void {
  const lists: unknown[] = Array.isArray(input.removals)
    ? input.removals.map((removal: Removal | undefined) => removal?.contactIds)
    : [input.contactIds];
  const contacts = lists.reduce<number>((sum, ids) => sum + (Array.isArray(ids) ? ids.length : 0), 0);
  if (contacts <= MOST_BY_VALUE) return;
  const given = contacts.toLocaleString("en");
  const most = MOST_BY_VALUE.toLocaleString("en");
  refuse("skipcall-too-many", `${given} contacts by value, at most ${most}; removeContactsFrom takes any number.`);
}
