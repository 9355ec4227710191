// Sends to the stand-in inside the page: nothing leaves it, and no key is needed.
import { HttpError, noAnswer, type Send } from "skipcall-action-host";
import type { SandboxApi } from "./sandbox_api.js";

/** What the host is given for the sandbox. The address is one that nobody can have (RFC 2606). */
export const SANDBOX_CONNECTION = { baseUrl: "https://sandbox.invalid", secret: "sk_test_in_this_page" };

/** Resolves after `ms`, or at once when the signal is aborted. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end, { once: true });
  });
}

/** latencyMs: the average time of a response; each takes between half and one and a half times as long. */
export function sandboxSend(api: SandboxApi, now: () => number, latencyMs: number): Send {
  return async (request, signal) => {
    const { pathname } = new URL(request.url);
    const body = new TextDecoder().decode(request.body);
    const wait = latencyMs * (0.5 + Math.random());
    await pause(wait / 2, signal);
    const answer = api.handle({ method: request.method, path: pathname, headers: request.headers, body }, now());
    await pause(wait / 2, signal);
    if (answer.isLost || signal.aborted) return noAnswer(HttpError.RESET, false);
    return {
      status: answer.status,
      error: HttpError.OK,
      notSent: false,
      headers: answer.headers,
      body: new TextEncoder().encode(answer.body),
    };
  };
}
