// A program of a user, which has to compile. Not run.
import { HostError, removeContacts, type RemovalInput, type RemovalResult } from "skipcall-remove-contacts";

const input: RemovalInput = { removals: [{ sequenceId: "spring", contactIds: ["1"] }], options: { onInvalid: "skip" } };
const stop = new AbortController();
const result: RemovalResult = await removeContacts(input, { apiKey: "sk_test_1", stopSignal: stop.signal });
await removeContacts(result.remaining, { apiKey: "sk_test_1" });
const outcomes: ("unknown" | "unsent" | "refused")[] = result.remaining.removals.map(({ outcome }) => outcome);
console.log(outcomes, new HostError("usage", "").fault);
// @ts-expect-error: one form or the other
await removeContacts({ sequenceId: "spring", removals: [] }, {});
// @ts-expect-error: there is no such option
await removeContacts({ sequenceId: "spring", contactIds: [], options: { dryrun: true } }, {});
