// What a page shows of its requests: the newest ones, and the rate window as answers tell it. Keys and ids are not kept.
import { HttpError, type HttpAnswer, type HttpRequest, type Send } from "skipcall-action-host";

/** One request, from the moment it goes. */
export interface RequestRecord {
  number: number;
  sequence: string;
  contacts: number;
  /** performance.now() when it went, and when its answer had come. */
  began: number;
  ended: number | undefined;
  /** What became of it, in words; empty while it is open. */
  outcome: string;
  isGood: boolean;
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

const ERROR_WORDS: Partial<Record<HttpError, string>> = {
  [HttpError.TIMEOUT]: "no answer in time",
  [HttpError.RESET]: "answer lost",
  [HttpError.TOO_LARGE]: "answer too long",
  [HttpError.CANCELLED]: "not sent",
  [HttpError.REDIRECT]: "redirect, not followed",
};

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

function contactsOf({ body }: HttpRequest): number {
  const ids = (parse(body) as { contactIds?: unknown[] } | undefined)?.contactIds;
  return Array.isArray(ids) ? ids.length : 0;
}

function outcomeOf(answer: HttpAnswer): string {
  if (answer.status === 0) return ERROR_WORDS[answer.error] ?? "no answer";
  if (answer.error !== HttpError.OK) return `${String(answer.status)}, ${ERROR_WORDS[answer.error] ?? "broken off"}`;
  const removed = (parse(answer.body) as { removed?: unknown } | null | undefined)?.removed;
  return typeof removed === "number" ? `${String(answer.status)}, ${String(removed)} removed` : String(answer.status);
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text.trim()) ? Number(text) : undefined;
}

export class RequestLog {
  /** The newest ones, in order. */
  readonly records: RequestRecord[] = [];
  /** All that there were. */
  count = 0;
  answers = 0;
  /** As answers told it; nothing where no answer showed it. */
  window: RateWindow | undefined;

  constructor(
    private readonly inner: Send,
    private readonly headers: RateHeaders,
    private readonly onChange: () => void,
  ) {}

  readonly send: Send = async (request, signal) => {
    const record: RequestRecord = {
      number: ++this.count,
      sequence: sequenceOf(request.url),
      contacts: contactsOf(request),
      began: performance.now(),
      ended: undefined,
      outcome: "",
      isGood: false,
    };
    this.records.push(record);
    if (this.records.length > KEPT) this.records.shift();
    this.onChange();
    const answer = await this.inner(request, signal);
    record.ended = performance.now();
    record.outcome = signal.aborted && answer.status === 0 ? "given up" : outcomeOf(answer);
    record.isGood = answer.status >= 200 && answer.status < 300 && answer.error === HttpError.OK;
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
    // Answers of one window overtake each other; the lowest number is the latest.
    const before = reset !== undefined && this.window?.reset === reset ? (this.window.remaining ?? Infinity) : Infinity;
    const lowest = remaining === undefined ? undefined : Math.min(remaining, before);
    this.window = { limit, remaining: lowest, reset };
  }
}
