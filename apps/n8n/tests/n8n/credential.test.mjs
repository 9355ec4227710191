// The credential's test, as the editor runs it: a good key, a bad one, a wrong plan.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startSandbox } from "skipcall-test-support/sandbox";

import { N8n } from "../support/n8n.mjs";
import { need } from "../support/places.mjs";
import { recordingServer } from "../support/recording_server.mjs";
import { Rest } from "../support/rest.mjs";
import { startPostgres } from "../support/services.mjs";

const missing = await need("postgresql");
describe("the credential's test", { skip: missing && `cannot run here: ${missing}` }, () => {
  let postgres, n8n, sandbox, limited, recording, rest;

  before(async () => {
    postgres = await startPostgres();
    sandbox = await startSandbox();
    limited = await startSandbox({
      keys: [{ key: "sk_test_good", plan: "EXPERT" }],
      sequences: [],
      switches: { limit: 1 },
    });
    recording = await recordingServer(() => ({ status: 302, headers: { Location: "/elsewhere" } }));
    n8n = await N8n.create(await postgres.database());
    await n8n.startMain();
    rest = await Rest.signIn(n8n.url);
  });

  after(async () => {
    await n8n?.stop();
    await recording?.stop();
    await limited?.stop();
    await sandbox?.stop();
    await postgres?.stop();
  });

  const custom = (apiKey, baseUrl = sandbox.url) => ({ apiKey, environment: "custom", baseUrl });

  test("a good key passes, by one request that can remove nobody", async () => {
    const before = sandbox.requests().length;
    const { status, message } = await rest.testCredential(custom("sk_test_expert"));
    assert.equal(status, "OK", message);
    const requests = sandbox.requests().slice(before);
    assert.equal(requests.length, 1);
    assert.match(requests[0], /sequences\/00000000-0000-0000-0000-000000000000\/contacts 1 contacts: 404/);
  });

  test("blanks around key and base URL, and a /v1 at its end: the test asks the address that a run asks", async () => {
    for (const baseUrl of [`${sandbox.url}/v1`, ` ${sandbox.url}/v1/ `, `${sandbox.url}//`]) {
      const before = sandbox.requests().length;
      const { status, message } = await rest.testCredential(custom(" sk_test_expert\n", baseUrl));
      assert.equal(status, "OK", `${baseUrl}: ${message}`);
      const requests = sandbox.requests().slice(before);
      assert.match(
        requests[0],
        / sequences\/00000000-0000-0000-0000-000000000000\/contacts 1 contacts: 404|\/v1\/sequences/,
      );
      assert.ok(!requests[0].includes("/v1/v1"), requests[0]);
    }
  });

  test("a key that no header can carry fails before it is sent", async () => {
    for (const apiKey of ["sk_test_with blank", "sk_test_with\u200bhidden", "", "short"]) {
      const before = recording.requests.length;
      const { status } = await rest.testCredential(custom(apiKey, recording.url));
      assert.equal(status, "Error", apiKey);
      assert.equal(recording.requests.length, before, apiKey);
    }
  });

  test("a revoked key fails, and the text says so", async () => {
    const { status, message } = await rest.testCredential(custom("sk_test_revoked"));
    assert.equal(status, "Error");
    assert.match(message, /^Invalid or revoked API key/);
  });

  test("an unknown key fails", async () => {
    assert.equal((await rest.testCredential(custom("sk_test_nobody"))).status, "Error");
  });

  test("a wrong plan and a missing subscription fail, and the text names the plans", async () => {
    for (const key of ["sk_test_free", "sk_test_unsubscribed"]) {
      const { status, message } = await rest.testCredential(custom(key));
      assert.equal(status, "Error");
      assert.match(message, /active subscription to the plan STARTER, INTERMÉDIAIRE or EXPERT/);
    }
  });

  test("too many requests say nothing about the key, and fail", async () => {
    await rest.testCredential(custom("sk_test_good", limited.url));
    const { status, message } = await rest.testCredential(custom("sk_test_good", limited.url));
    assert.equal(status, "Error");
    assert.match(message, /Test again in a minute/);
  });

  test("a redirect is not followed, and fails", async () => {
    const { status } = await rest.testCredential(custom("sk_test_good", recording.url));
    assert.equal(status, "Error");
    assert.deepEqual(
      recording.requests.map(({ url }) => url),
      ["/v1/sequences/00000000-0000-0000-0000-000000000000/contacts"],
    );
  });

  test("a server that is not there fails", async () => {
    assert.equal((await rest.testCredential(custom("sk_test_good", "http://127.0.0.1:9"))).status, "Error");
  });

  test("a base URL that may not be used fails before the key is sent", async () => {
    const port = new URL(recording.url).port;
    for (const baseUrl of [
      `http://user:word@127.0.0.1:${port}`,
      `${recording.url}?a=b`,
      `${recording.url}#a`,
      "http://example.com",
    ]) {
      const before = recording.requests.length;
      const { status, message } = await rest.testCredential(custom("sk_test_good", baseUrl));
      assert.deepEqual([status, message], ["Error", "ERR_INVALID_URL"], baseUrl);
      assert.equal(recording.requests.length, before, baseUrl);
    }
  });
});
