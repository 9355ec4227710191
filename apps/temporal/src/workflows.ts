// What Temporal runs in its sandbox, without input and output, and the same again in a replay; and what clients need of it.
export { type RemovalSettings, stopSignal } from "./control.js";
export type { RemovalProgress } from "./progress.js";
export { type Job, removalQueue, removeInTurnUpdate } from "./queue.js";
export { type RemovalState, removeContacts, removeContactsFrom, type SourceState } from "./removals.js";
export type { SourceActivities, SourceInput, SourceLists, SourcePart, SourceResult } from "./source.js";
export { MEMO, progressQuery } from "./status.js";
export type * from "./remove_contacts.js";
