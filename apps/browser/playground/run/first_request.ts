// What a page can know of a failed request: nothing. A server that does not allow the page's origin (CORS), one that is
// not there and a blocked request look alike, and each may have been carried out. Trying again does not tell them apart,
// so a run whose very first request fails that way ends, with a text that says what to look at.
import { HttpError, noAnswer, type Send } from "skipcall-action-host";

export class FirstRequest {
  private state: "none" | "answered" | "failed" = "none";

  constructor(private readonly inner: Send) {}

  /** The first request failed without a word, and the run was ended for it. */
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

/** For the person whose run ended so. */
export function corsText(server: string, origin: string): string {
  return (
    `The browser got no answer from ${server} that this page may read. Most often the server does not allow pages of ` +
    `${origin} to call it (CORS); it can also be that the server is not there. A page is not told which. The contacts ` +
    "of that request are counted as unknown: they may have been removed, and sending them again is safe. If the " +
    "address is right, use the browser extension, a proxy of your own, or the command line instead."
  );
}
