// What a page can know about a failed request: nothing. A server that does not allow the page's origin (CORS), one that
// is not there and a blocked request look alike, and each may have been carried out. Trying again does not tell them
// apart, so a run whose very first request fails that way ends, and the server is then asked in a way that needs no
// permission.
import { HttpError, noAnswer, type Send } from "skipcall-action-host";

const LONGEST_LOOK_MS = 10_000;

export class FirstRequest {
  private state: "none" | "answered" | "failed" = "none";

  constructor(private readonly inner: Send) {}

  /** The first request failed without a reason, and the run was ended because of that. */
  get failed(): boolean {
    return this.state === "failed";
  }

  /** Once the first request has failed, all others are held back: ABI.md "Stopping gently". */
  readonly send: Send = async (request, signal) => {
    if (this.failed) return noAnswer(HttpError.CANCELLED, true);
    const answer = await this.inner(request, signal);
    if (this.state === "none" && !signal.aborted) {
      const isSilent = answer.status === 0 && answer.error === HttpError.OTHER && !answer.notSent;
      this.state = isSilent ? "failed" : "answered";
    }
    return answer;
  };
}

/** Why there was no response, as far as a page can find out. */
export type Silence = "offline" | "unreachable" | "not-allowed";

/** Contacts the server, without a key, in the way whose response no page may read: it needs no permission. */
export async function whySilent(server: string): Promise<Silence> {
  const isLocal = /^(localhost|\[::1\]|127(\.\d+){3})$/.test(new URL(server).hostname);
  if (!navigator.onLine && !isLocal) return "offline";
  try {
    await fetch(server, {
      mode: "no-cors",
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(LONGEST_LOOK_MS),
    });
    return "not-allowed";
  } catch {
    return "unreachable";
  }
}

/** One sentence for the person, and what to do. */
export function silenceText(why: Silence, server: string, origin: string): string {
  switch (why) {
    case "offline":
      return "This device is offline. Connect to the network, then try again.";
    case "unreachable":
      return (
        `No server responds at ${server}, its certificate is not trusted, or something between blocks it. Check the ` +
        "address, the network, and blockers in this browser. Opened in a tab of its own, the address may tell more."
      );
    case "not-allowed":
      return (
        `The server ${server} is there, but does not allow pages of ${origin} to call it (CORS). Use the browser ` +
        "extension, your own proxy, or the command line instead."
      );
  }
}

/** What that means for the contacts of the request. */
export const SILENCE_MEANS =
  "The contacts of the first request are counted as unknown: a page cannot know whether it was carried out. Sending them again is safe.";
