// Why contacts are not removed, in the words that a user of n8n reads: what happened, and what to do.
import { plain, quoted, sentenceOf } from "./quote";
import type { ResultError, UnconfirmedRemoval } from "./generated/result";

/** One reason. The headline identifies it: items with the same one are reported together. */
export interface Reason {
  cause: string;
  httpStatus: number | null;
  /** The ids may be sent again unchanged. */
  retryable: boolean;
  /** The earliest time, ISO 8601; null: at once, or never. */
  retryAt: string | null;
  /** What happened, without a full stop. */
  headline: string;
  /** What to do, as sentences. */
  advice: string;
}

export const isReason = (thing: object): thing is Reason => "headline" in thing;

/** How a connection broke, as the system reported it. */
export interface Break {
  /** Of Node.js or OpenSSL, such as ENOTFOUND. */
  code: string;
  /** The address that was tried, if the system names one. */
  address: string | undefined;
}

/** The setting that ends a run, as what to do to let it last longer. */
export type MoreTime = "raise Max Duration (Seconds)" | "raise the timeout in the workflow's settings";

/** What a message may have to name. */
export interface Scene {
  /** Of the credential's server. */
  host: string;
  /** The workflow's, by its IANA name. */
  timezone: string;
  /** The last break of each kind, by the module's word for it: DNS, CONNECT, TLS … */
  breaks: ReadonlyMap<string, Break>;
  /** Whether the node waits when the limit is reached. */
  waits: boolean;
  /** How many of each minute's requests the node was told to leave for others; 0: it was not told. */
  leaves: number;
  /** What gives the run more time. */
  moreTime: MoreTime;
}

/** Nothing was sent, and nothing will be until it is corrected. */
export function configurationReason(headline: string, advice: string): Reason {
  return { cause: "configuration", httpStatus: null, retryable: false, retryAt: null, headline, advice };
}

/** The result says that contacts are not removed, but not why. */
export const UNNAMED: Reason = {
  cause: "internal",
  httpStatus: null,
  retryable: false,
  retryAt: null,
  headline: "The reason why these contacts were not removed is unknown",
  advice: "Running again is safe. Please report this to the authors of the node.",
};

export const STOPPED: Reason = {
  cause: "cancelled",
  httpStatus: null,
  retryable: true,
  retryAt: null,
  headline: "The execution was stopped",
  advice: "Run again with the remaining items; that is safe.",
};

const REST_AGAIN = "Run again with the remaining items";

function outOfTime(moreTime: MoreTime): Reason {
  const headline = "The node ran out of time";
  const advice = `${REST_AGAIN}. To allow more time, ${moreTime}.`;
  return { cause: "deadline", httpStatus: null, retryable: true, retryAt: null, headline, advice };
}

/** Not even a first request can be sent before the workflow's timeout. */
export const NO_TIME = outOfTime("raise the timeout in the workflow's settings");

const KEY_PLACE = "Settings > API Keys";
const LATER = "Run again later with the remaining items; that is safe.";

/** A time in the user's zone; unchanged if n8n is set to a zone that does not exist. */
export function localTime(iso: string, timeZone: string): string {
  try {
    const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
    return `${format.format(new Date(iso))} (${timeZone})`;
  } catch {
    return iso;
  }
}

type Words = [headline: string, advice: string];

function brokenWords(kind: string | null, host: string, address: string): Words {
  const check = "Check the base URL in the credential, and n8n's network access.";
  switch (kind) {
    case "DNS":
      return [`The host ${host} was not found`, check];
    case "CONNECT":
      return [`Could not connect to ${host}${address}`, check];
    case "TLS":
      return [
        `Could not make a secure connection to ${host}`,
        "Its certificate was not accepted, or it does not speak TLS. Check the base URL in the credential, and whether there is a proxy in between.",
      ];
    case "TIMEOUT":
      return [`${host} did not respond in time`, LATER];
    default:
      return [`The connection to ${host} was lost before the response was complete`, LATER];
  }
}

function networkWords({ code }: ResultError, { host, breaks }: Scene): Words {
  const last = breaks.get(code ?? "");
  const address = last?.address === undefined || host.includes(last.address) ? "" : ` at ${plain(last.address)}`;
  const [headline, advice] = brokenWords(code, host, address);
  // Not in the headline, which n8n would replace.
  return [headline, last === undefined ? advice : `${advice} n8n reports ${plain(last.code)}.`];
}

function limitAdvice({ waits, leaves, moreTime }: Scene): string {
  const todo = waits
    ? `${REST_AGAIN}. To let the node wait for new requests, ${moreTime}.`
    : `${REST_AGAIN}, or set When the Limit Is Reached to Wait: the node then waits for new requests, up to Max Duration.`;
  const kept = `Leave Requests for Others keeps ${leaves.toLocaleString("en")} of each minute's requests back: lower it to send more.`;
  return leaves === 0 ? todo : `${todo} ${kept}`;
}

function wordsOf(error: ResultError, sequenceId: string, scene: Scene): Words {
  const status = error.httpStatus === null ? "" : ` (HTTP ${error.httpStatus})`;
  switch (error.cause) {
    case "credential-invalid":
      return [
        "Skipcall does not accept the API key",
        `Create a key in Skipcall under ${KEY_PLACE} and put it into the credential, then run again with the remaining items.`,
      ];
    case "forbidden":
      return [`Skipcall does not let this API key remove contacts${status}`, "Ask the owner of the Skipcall account."];
    case "plan-not-eligible":
      return [
        "The plan of the Skipcall account does not include the API",
        "Change the plan to STARTER, INTERMÉDIAIRE or EXPERT, then run again with the remaining items.",
      ];
    case "subscription-required":
      return ["The Skipcall account has no active subscription", "Renew it, then run again with the remaining items."];
    case "not-found":
      return [
        `Skipcall did not find the sequence ${quoted(sequenceId)}`,
        "Check the sequence ID, and that the API key belongs to the same account. If no sequence is found at all, check the base URL in the credential.",
      ];
    case "refused":
      return [
        `Skipcall refused these contacts${status}`,
        "Correct the items: unchanged, they will be refused again. If only some of them are wrong, set Batch Size to 1, so that the others are not refused with them.",
      ];
    case "invalid-input":
      return ["Nothing was sent because other items have invalid IDs", "Correct those items, or turn on Skip Bad IDs."];
    case "rate-limited":
      return ["The API key has no requests left for now", limitAdvice(scene)];
    case "temporarily-unavailable":
      return [`Skipcall could not handle the request${status}`, LATER];
    case "network":
      return networkWords(error, scene);
    case "unexpected-response":
      return [
        `${scene.host} did not respond the way Skipcall does${status}`,
        "Check the base URL in the credential, and whether a proxy or a login page responds instead.",
      ];
    case "configuration":
      if (error.code === "TLS") return networkWords(error, scene);
      if (error.httpStatus === 407) {
        return ["The proxy in front of Skipcall requires a login (HTTP 407)", "Set it in n8n's environment."];
      }
      return [
        "The request cannot be sent with this credential",
        "Check the API key and the base URL in the credential.",
      ];
    case "cancelled":
      return [STOPPED.headline, STOPPED.advice];
    case "deadline": {
      const { headline, advice } = outOfTime(scene.moreTime);
      return [headline, advice];
    }
    default:
      return ["The module stopped unexpectedly", plain(error.message)];
  }
}

/** What is known about contacts without a clear response. */
function knownOf(error: ResultError, outcome: UnconfirmedRemoval["outcome"]): string {
  if (outcome === "unknown") return "It is not known whether these contacts were removed. ";
  const isConnection = error.cause === "network" || error.code === "TLS";
  return outcome === "unsent" && isConnection ? "These contacts were not sent. " : "";
}

/** The reason that an error of the result gives for contacts of a sequence with this outcome. */
export function reasonOf(
  error: ResultError,
  { sequenceId, outcome }: Pick<UnconfirmedRemoval, "sequenceId" | "outcome">,
  scene: Scene,
): Reason {
  const [headline, todo] = wordsOf(error, sequenceId, scene);
  const advice = knownOf(error, outcome) + todo;
  const said = error.apiMessage === null ? "" : ` The server says: ${sentenceOf(error.apiMessage)}`;
  const when = error.retryAt === null ? "" : ` It can continue from ${localTime(error.retryAt, scene.timezone)}.`;
  const { cause, httpStatus, retryable, retryAt } = error;
  return { cause, httpStatus, retryable, retryAt, headline, advice: `${advice}${said}${when}` };
}
