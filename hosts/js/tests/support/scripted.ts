// Senders that answer from a function instead of a network, and a clock that jumps.
import {
  ActionHost,
  type ActionModule,
  type Clock,
  HttpError,
  type HttpAnswer,
  type HttpRequest,
  type Send,
  systemClock,
  turn,
} from "../../src/index.js";

export const KEY = "sk_test_0123456789";

export function answer(status: number, body = "", headers: [string, string][] = []): HttpAnswer {
  return { status, error: HttpError.OK, notSent: false, headers, body: new TextEncoder().encode(body) };
}

export function bodyText(request: HttpRequest): string {
  return new TextDecoder().decode(request.body);
}

/** "echo of …", as the guest's tests expect. */
export const echo: Send = (request) => Promise.resolve(answer(200, `echo of ${bodyText(request)}`));

/** A response that says that all ids of the request were removed. */
export function removed(request: HttpRequest): HttpAnswer {
  const { contactIds } = JSON.parse(bodyText(request)) as { contactIds: unknown[] };
  return answer(200, JSON.stringify({ removed: contactIds.length }), [["content-type", "application/json"]]);
}

export function hostOf(module: ActionModule, send: Send, clock: Clock = systemClock()): ActionHost {
  return new ActionHost(module, { send, clock });
}

/** The test guest's connection. */
export const TEST_CONNECTION = { test: { baseUrl: "https://api.example.com", secret: KEY } };
export const SKIPCALL_CONNECTION = { skipcall: { baseUrl: "https://api.example.com", secret: KEY } };

/**
 * Time that jumps to the next sleeper as soon as there is nothing else to do. For senders that answer without waiting
 * for anything real.
 */
export class JumpingClock implements Clock {
  readonly sleeps: number[] = [];
  private readonly sleepers = new Set<{ until: number; wake: () => void }>();
  private jumping = false;

  constructor(private time = Date.UTC(2026, 0, 1)) {}

  now(): number {
    return this.time;
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    this.sleeps.push(ms);
    if (ms <= 0 || signal.aborted) return turn();
    await new Promise<void>((resolve) => {
      const sleeper = { until: this.time + ms, wake: resolve };
      this.sleepers.add(sleeper);
      signal.addEventListener("abort", () => {
        this.sleepers.delete(sleeper);
        resolve();
      });
      if (!this.jumping) void this.jump();
    });
  }

  private async jump(): Promise<void> {
    this.jumping = true;
    while (this.sleepers.size > 0) {
      for (let i = 0; i < 10; ++i) await turn();
      const [next] = [...this.sleepers].sort((a, b) => a.until - b.until);
      if (next === undefined || next.until === Infinity) break;
      this.sleepers.delete(next);
      this.time = Math.max(this.time, next.until);
      next.wake();
    }
    this.jumping = false;
  }
}
