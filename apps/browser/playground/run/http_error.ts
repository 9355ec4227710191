// Why there is no whole response, in words.
import { HttpError } from "skipcall-action-host";

const WORDS: Partial<Record<HttpError, string>> = {
  [HttpError.TIMEOUT]: "no whole response in time",
  [HttpError.RESET]: "response lost",
  [HttpError.TOO_LARGE]: "response too long",
  [HttpError.CANCELLED]: "not sent",
  [HttpError.REDIRECT]: "redirect, not followed",
};

/** Undefined: nothing is known. */
export function errorWords(error: HttpError): string | undefined {
  return WORDS[error];
}

/** By the name that a result has as an error's code; undefined if it is no such name, but the server's. */
export function errorWordsByName(name: string | null): string | undefined {
  return name !== null && Object.hasOwn(HttpError, name) ? WORDS[HttpError[name as keyof typeof HttpError]] : undefined;
}
