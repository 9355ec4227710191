// What the popup may ask of the service worker. Nobody else may: a page cannot send messages to this extension, other
// extensions' messages are not listened to, and what comes from a content script is refused by its sender.

/**
 * The contacts of one sequence, as the action's input has them. Its strings come from a page and have not been checked.
 */
export interface Removal {
  sequenceId: string;
  contactIds: string[];
}

export type Command =
  /** The state of the run. Also wakes a run whose alarm was lost. */
  | { type: "view" }
  /** What the action says about these contacts, without sending anything. */
  | { type: "preview"; removals: Removal[] }
  | { type: "start"; removals: Removal[] }
  /** Keeps the key until the browser ends, and resumes a run that waits for it. */
  | { type: "key"; key: string }
  | { type: "forget-key" }
  /** Resumes a run that could not write its journal. */
  | { type: "resume" }
  /** Sends nothing new; open requests may end. */
  | { type: "stop" }
  /** Ends at once; open requests are accounted for as unknown. */
  | { type: "cancel" }
  /** How the run ended. */
  | { type: "outcome" }
  /** Deletes how the run ended, ids and all. */
  | { type: "dismiss" };

/** `refused` is a sentence for a person. */
export type Reply = { value: unknown } | { refused: string };

/** Name in the browser's memory of the ids selected when the context menu was used. */
export const MARKED = "marked";

/** Contacts per run; more of them belong in a file, not in a page. */
export const MOST_CONTACTS = 100_000;
/** Of an id, in characters: no id is nearly as long. */
export const LONGEST_ID = 500;
/** As the manifest says for the connection's field; a test compares them. */
export const KEY_PATTERN = /^sk_(live|test)_[\x21-\x7e]{1,200}$/;

/** The parts of chrome.runtime.MessageSender that count; the browser fills them in, no sender can. */
export interface Sender {
  id?: string | undefined;
  url?: string | undefined;
}

/** Whether a message comes from a page of this extension: the popup, or the options. */
export function isFromOwnPage(sender: Sender, extensionId: string, ownUrls: readonly string[]): boolean {
  return sender.id === extensionId && sender.url !== undefined && ownUrls.includes(sender.url);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length <= LONGEST_ID;
}

function readRemovals(value: unknown): Removal[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const removals: Removal[] = [];
  let contacts = 0;
  for (const item of value as unknown[]) {
    const { sequenceId, contactIds } = (item ?? {}) as Partial<Record<string, unknown>>;
    if (!isText(sequenceId) || !Array.isArray(contactIds) || !contactIds.every(isText)) return undefined;
    contacts += contactIds.length;
    if (contacts > MOST_CONTACTS) return undefined;
    removals.push({ sequenceId, contactIds });
  }
  return removals;
}

/** The command of a message, copied member by member; undefined if it is not one. */
export function readCommand(message: unknown): Command | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  const { type, removals, key } = message as Partial<Record<string, unknown>>;
  switch (type) {
    case "view":
    case "forget-key":
    case "resume":
    case "stop":
    case "cancel":
    case "outcome":
    case "dismiss":
      return { type };
    case "preview":
    case "start": {
      const list = readRemovals(removals);
      return list && { type, removals: list };
    }
    case "key":
      return isText(key) ? { type, key } : undefined;
    default:
      return undefined;
  }
}
