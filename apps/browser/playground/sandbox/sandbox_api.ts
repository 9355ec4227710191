// A stand-in for the server inside the page, as its API document says: a request and the time go in, a response comes
// out. No clock, no network. It reads requests as strictly as the repository's sandbox, whose README says in which
// order.

export interface SandboxSettings {
  /** The ids of the existing sequences. */
  sequences: string[];
  /** How many requests a window allows. */
  limit: number;
  windowMs: number;
  /** One in this many valid requests fails with 503, and nothing is removed; 0: none. */
  failEvery: number;
  /** One in this many removals is done, but its response is lost; 0: none. */
  loseEvery: number;
}

export interface SandboxRequest {
  method: string;
  path: string;
  headers: readonly (readonly [string, string])[];
  body: string;
}

export interface SandboxAnswer {
  status: number;
  headers: [string, string][];
  body: string;
  /** The caller must not see it. */
  isLost: boolean;
}

const TARGET = /^\/v1\/sequences\/([^/?]+)\/contacts$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const IDS_AT_MOST = 100;

interface Refusal {
  status: number;
  code: string;
  message: string;
}

/** Every contact is in every sequence until it is removed, except one in 16, so that counts differ as in real life. */
function wasEverIn(contactId: string): boolean {
  return !contactId.endsWith("0");
}

export class SandboxApi {
  private readonly removed = new Set<string>();
  private windowEnd = 0;
  private used = 0;
  private valid = 0;
  private accepted = 0;

  constructor(private readonly settings: SandboxSettings) {}

  /** nowMs: unix time, which may not run backwards. */
  handle(request: SandboxRequest, nowMs: number): SandboxAnswer {
    const refusal = this.refusalOf(request, nowMs);
    const answer = refusal === undefined ? this.remove(request) : refuse(refusal);
    answer.headers.push(
      ["date", new Date(nowMs).toUTCString()],
      ["x-ratelimit-limit", String(this.settings.limit)],
      ["x-ratelimit-remaining", String(Math.max(0, this.settings.limit - this.used))],
      ["x-ratelimit-reset", String(Math.ceil(this.windowEnd / 1000))],
    );
    return answer;
  }

  private refusalOf(request: SandboxRequest, nowMs: number): Refusal | undefined {
    if (nowMs >= this.windowEnd) {
      this.windowEnd = nowMs + this.settings.windowMs;
      this.used = 0;
    }
    if (this.used >= this.settings.limit) {
      return { status: 429, code: "RATE_LIMIT_EXCEEDED", message: "Too many requests, please try again later" };
    }
    ++this.used;
    const sequence = sequenceOf(request);
    if (sequence === undefined) return { status: 404, code: "ROUTE_NOT_FOUND", message: "There is nothing here" };
    if (request.method !== "DELETE") return { status: 405, code: "METHOD_NOT_ALLOWED", message: "Use DELETE" };
    const key = request.headers.find(([name]) => name.toLowerCase() === "authorization")?.[1] ?? "";
    if (!/^Bearer sk_test_\w+$/.test(key)) {
      return { status: 401, code: "UNAUTHORIZED", message: "Invalid or revoked API key" };
    }
    if (idsOf(request) === undefined) {
      return { status: 400, code: "BAD_REQUEST", message: "contactIds must be a list of 1 to 100 UUIDs" };
    }
    if (!this.settings.sequences.includes(sequence)) {
      return { status: 404, code: "NOT_FOUND", message: "Sequence not found or outside API key scope" };
    }
    const { failEvery } = this.settings;
    if (failEvery > 0 && ++this.valid % failEvery === 0) {
      return { status: 503, code: "SERVICE_UNAVAILABLE", message: "Service Unavailable" };
    }
    return undefined;
  }

  private remove(request: SandboxRequest): SandboxAnswer {
    const sequence = sequenceOf(request) ?? "";
    let count = 0;
    for (const id of idsOf(request) ?? []) {
      const entry = `${sequence}/${id.toLowerCase()}`;
      if (!wasEverIn(id) || this.removed.has(entry)) continue;
      this.removed.add(entry);
      ++count;
    }
    const { loseEvery } = this.settings;
    const isLost = loseEvery > 0 && ++this.accepted % loseEvery === 0;
    return {
      status: 200,
      headers: [["content-type", "application/json"]],
      body: JSON.stringify({ removed: count }),
      isLost,
    };
  }
}

function sequenceOf({ path }: SandboxRequest): string | undefined {
  const segment = TARGET.exec(path)?.[1];
  try {
    return segment === undefined ? undefined : decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

function idsOf({ headers, body }: SandboxRequest): string[] | undefined {
  const type = headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
  if (!type.startsWith("application/json")) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  const ids = (value as { contactIds?: unknown } | null)?.contactIds;
  if (!Array.isArray(ids) || Object.keys(value as object).length !== 1) return undefined;
  if (ids.length < 1 || ids.length > IDS_AT_MOST) return undefined;
  return ids.every((id) => typeof id === "string" && UUID.test(id)) ? (ids as string[]) : undefined;
}

function refuse({ status, code, message }: Refusal): SandboxAnswer {
  const body = JSON.stringify({ error: { code, message, status } });
  return { status, headers: [["content-type", "application/json"]], body, isLost: false };
}
