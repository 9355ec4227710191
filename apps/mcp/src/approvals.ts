// Who may run what: an approval is for one input, once, for ten minutes, within one session.
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

const LIFETIME_MS = 10 * 60_000;
/** Of one session; the oldest goes first. */
const MOST_OPEN = 100;

/** `person`: for the client's elicitation; `token`: what a model passes with its second call. */
export type ApprovalKind = "person" | "token";
export type Verdict = "approved" | "unknown" | "expired" | "other-input";

interface Approval {
  tokenDigest: Buffer;
  inputDigest: Buffer;
  expiresAt: number;
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** JSON with sorted members, so that another order is not another input. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

/** The approvals of one session. */
export class Approvals {
  private open: Approval[] = [];

  constructor(private readonly now: () => number = Date.now) {}

  issue(kind: ApprovalKind, tool: string, input: unknown): { token: string; expiresAt: string } {
    const token = randomBytes(32).toString("base64url");
    const expiresAt = this.now() + LIFETIME_MS;
    this.open.push({
      tokenDigest: sha256(token),
      inputDigest: sha256(canonical([kind, tool, input])),
      expiresAt,
    });
    this.open = this.open.slice(-MOST_OPEN);
    return { token, expiresAt: new Date(expiresAt).toISOString() };
  }

  /** Whatever the verdict, the token is used up. */
  redeem(kind: ApprovalKind, token: string, tool: string, input: unknown): Verdict {
    const tokenDigest = sha256(token);
    const approval = this.open.filter((one) => timingSafeEqual(one.tokenDigest, tokenDigest))[0];
    if (approval === undefined) return "unknown";
    this.open = this.open.filter((one) => one !== approval);
    if (this.now() >= approval.expiresAt) return "expired";
    return timingSafeEqual(approval.inputDigest, sha256(canonical([kind, tool, input]))) ? "approved" : "other-input";
  }
}
