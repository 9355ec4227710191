// What a page shows of its requests: the newest ones, and the rate window as responses report it. The key is not kept,
// even if a response repeats it.
import { HttpError, type HttpAnswer, type HttpRequest, type KeyMask, type Send } from "skipcall-action-host";
import { errorWords } from "./http_error.js";

/** One request, from the moment it goes. */
export interface RequestRecord {
  number: number;
  method: string;
  url: string;
  sequence: string;
  contactIds: string[];
  /** performance.now() when it was sent, and when its response had arrived. */
  began: number;
  ended: number | undefined;
  /** What became of it, in words; empty while it is open. */
  outcome: string;
  isGood: boolean;
  /** Of the response, its text cut; undefined while there is none. */
  response: { status: number; headers: string[]; text: string } | undefined;
}

export interface RateWindow {
  limit: number | undefined;
  remaining: number | undefined;
  /** As the server wrote it; the same text is the same window. */
  reset: string | undefined;
}

/** Names of the headers in lower case. */
export interface RateHeaders {
  limit: string;
  remaining: string;
  reset: string;
}

const KEPT = 100;
const LONGEST_TEXT = 4000;
/** Others say that something is still to come, or missing. */
const SUCCESS = [200, 201, 203, 204];

/** By how much timers may be early. */
const TIMER_SLACK_MS = 10;

function sequenceOf(url: string): string {
  const segment = /\/sequences\/([^/]+)\/contacts$/.exec(new URL(url).pathname)?.[1] ?? "";
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function parse(bytes: Uint8Array | undefined): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

function contactsOf({ body }: HttpRequest): string[] {
  const ids = (parse(body) as { contactIds?: unknown } | undefined)?.contactIds;
  return Array.isArray(ids) ? ids.map(String) : [];
}

/**
 * What became of a request, as the module judges it: a success has a count of removed contacts that is possible, or no
 * body.
 */
function outcomeOf(answer: HttpAnswer, contacts: number): { outcome: string; isGood: boolean } {
  const { status, error, body } = answer;
  if (status === 0) return { outcome: errorWords(error) ?? "no response", isGood: false };
  if (error !== HttpError.OK)
    return { outcome: `${String(status)}, ${errorWords(error) ?? "broken off"}`, isGood: false };
  if (!SUCCESS.includes(status)) return { outcome: String(status), isGood: false };
  if (body.length === 0) return { outcome: `${String(status)}, without a count`, isGood: true };
  const removed = (parse(body) as { removed?: unknown } | null | undefined)?.removed;
  // The module takes neither 3.0 nor one of two counts, between which JSON.parse does not tell.
  const [written = "", another] = new TextDecoder().decode(body).match(/"removed"\s*:\s*[^\s,}]+/g) ?? [];
  const isWhole = another === undefined && /:\s*-?\d+$/.test(written) && Number.isInteger(removed);
  const isCount = isWhole && (removed as number) >= 0 && (removed as number) <= contacts;
  if (!isCount) return { outcome: `${String(status)}, not a response of this API`, isGood: false };
  return { outcome: `${String(status)}, ${String(removed)} removed`, isGood: true };
}

function responseOf({ status, error, headers, body }: HttpAnswer, mask: KeyMask): RequestRecord["response"] {
  if (status === 0) return undefined;
  const masked = (bytes: Uint8Array, isCutOff: boolean): string => {
    mask.apply(bytes, isCutOff);
    return new TextDecoder().decode(bytes);
  };
  const text = masked(body.slice(), error !== HttpError.OK);
  const cut = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
  const lines = [...headers].map(([name, content]) => `${name}: ${content}`);
  return { status, headers: lines.map((line) => masked(new TextEncoder().encode(line), false)), text: cut };
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text.trim()) ? Number(text) : undefined;
}

export class RequestLog {
  /** The newest ones, in order. */
  readonly records: RequestRecord[] = [];
  /** How many there were in all. */
  count = 0;
  answers = 0;
  /** As responses reported it; undefined if none did. */
  window: RateWindow | undefined;

  constructor(
    private readonly inner: Send,
    private readonly mask: KeyMask,
    private readonly headers: RateHeaders,
    private readonly onChange: () => void,
  ) {}

  readonly send: Send = async (request, signal) => {
    const record: RequestRecord = {
      number: ++this.count,
      method: request.method,
      url: request.url,
      sequence: sequenceOf(request.url),
      contactIds: contactsOf(request),
      began: performance.now(),
      ended: undefined,
      outcome: "",
      isGood: false,
      response: undefined,
    };
    this.records.push(record);
    if (this.records.length > KEPT) this.records.shift();
    this.onChange();
    const answer = await this.inner(request, signal);
    record.ended = performance.now();
    Object.assign(record, outcomeOf(answer, record.contactIds.length));
    if (signal.aborted && (answer.status === 0 || answer.error !== HttpError.OK)) {
      // By the time that was up, or by the person.
      const isLate = record.ended - record.began >= request.timeoutMs - TIMER_SLACK_MS;
      const why = (isLate ? errorWords(HttpError.TIMEOUT) : undefined) ?? "given up";
      record.outcome = answer.status === 0 ? why : `${String(answer.status)}, ${why}`;
    }
    record.response = responseOf(answer, this.mask);
    this.readWindow(answer);
    this.onChange();
    return answer;
  };

  private readWindow(answer: HttpAnswer): void {
    if (answer.status === 0) return;
    ++this.answers;
    const headers = new Map([...answer.headers].map(([name, value]) => [name.toLowerCase(), value]));
    const limit = numberOf(headers.get(this.headers.limit));
    const remaining = numberOf(headers.get(this.headers.remaining));
    if (limit === undefined && remaining === undefined) return;
    const reset = headers.get(this.headers.reset);
    // Responses of one window overtake each other; the lowest number is the latest.
    const before = reset !== undefined && this.window?.reset === reset ? (this.window.remaining ?? Infinity) : Infinity;
    const lowest = remaining === undefined ? undefined : Math.min(remaining, before);
    this.window = { limit, remaining: lowest, reset };
  }
}
