// The call against the sandbox, and the account after each way in which it can end.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { contactIds } from "skipcall-test-support/contacts";
import { readJson } from "skipcall-test-support/repository";
import { startSandbox } from "skipcall-test-support/sandbox";
import { HostError, removeContacts, resumeRemoval } from "skipcall-remove-contacts";

const input = readJson("examples/contacts.json");
let sandbox, baseUrl, apiKey;
before(async () => {
  sandbox = await startSandbox();
  ({ url: baseUrl, key: apiKey } = sandbox);
});
after(() => sandbox.stop());

/** Lines as a store keeps them that is cut off after some. */
function journalOf(most, lines = []) {
  const append = (line) => {
    if (lines.length === most) throw new Error("cut off");
    lines.push(line);
  };
  return { lines, append, keepsAll: true };
}

test("contacts are removed, and all are accounted for", async () => {
  const seen = [];
  const onProgress = ({ confirmed }) => seen.push(confirmed);
  const result = await removeContacts(input, { apiKey, baseUrl, onProgress });
  assert.deepEqual([result.status, result.confirmed, result.removed, result.duplicates], ["completed", 2880, 2820, 50]);
  assert.equal(seen.at(-1), 2880);
});

test("CommonJS has the same call", async () => {
  const call = createRequire(import.meta.url)("skipcall-remove-contacts");
  const result = await call.removeContacts(input, { apiKey, baseUrl });
  assert.deepEqual([result.status, result.confirmed], ["completed", 2880]);
});

test("a dry run needs no key, and sends nothing", async () => {
  const send = () => assert.fail("it sent a request");
  const options = { dryRun: true };
  const result = await removeContacts({ sequenceId: "spring", contactIds: contactIds(3), options }, { send });
  assert.deepEqual([result.status, result.unique, result.requests], ["completed", 3, 0]);
});

test("without a key nothing is sent, and the result says so", async () => {
  const send = () => assert.fail("it sent a request");
  const result = await removeContacts({ sequenceId: "spring", contactIds: contactIds(3) }, { send });
  assert.deepEqual([result.status, result.unsent, result.errors[0].cause], ["failed", 3, "configuration"]);
});

test("a key that is not accepted leaves everything unsent", async () => {
  const result = await removeContacts(input, { apiKey: "sk_test_not_this_one_00", baseUrl });
  assert.equal(result.confirmed, 0);
  assert.equal(result.stoppedBy, "credential-invalid");
});

test("a key or server that cannot be used is refused before anything is sent, and the key is not repeated", async () => {
  const refused = (error) => {
    assert.ok(error instanceof HostError);
    assert.equal(error.fault, "connection");
    assert.ok(!error.message.includes("sk_test_with blank"));
    return true;
  };
  await assert.rejects(removeContacts(input, { apiKey: "sk_test_with blank", baseUrl }), refused);
  await assert.rejects(removeContacts(input, { apiKey, baseUrl: "http://example.org" }), refused);
});

test("cancelled, it still gives the account", async () => {
  const cancel = new AbortController();
  const onProgress = () => cancel.abort();
  const result = await removeContacts(input, { apiKey, baseUrl, signal: cancel.signal, onProgress });
  assert.equal(result.status, "cancelled");
  assert.equal(result.confirmed + result.refused + result.unknown + result.unsent, result.unique);
});

test("a removal that was cut off is resumed from its journal", async () => {
  const cut = journalOf(9);
  await assert.rejects(removeContacts(input, { apiKey, baseUrl, journal: cut }), { message: "cut off" });
  const result = await resumeRemoval({ apiKey, baseUrl, journal: journalOf(Infinity, cut.lines) });
  assert.deepEqual([result.status, result.confirmed], ["completed", 2880]);
});
