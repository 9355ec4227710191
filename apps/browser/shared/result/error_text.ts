// What to do about an error of a result.
import type { ResultError } from "../../../../plugin-manifest/remove_contacts.js";

/** Skipcall's own 404 has a code. One without is another server's, and says nothing about the sequence. */
export function errorText({ cause, code, message }: ResultError): string {
  if (cause !== "not-found" || code !== null) return message;
  return (
    "The response did not come from Skipcall: it has none of Skipcall's codes. Check the base URL, and whether a proxy " +
    "responds in its place, then run again with these contacts; that is safe."
  );
}
