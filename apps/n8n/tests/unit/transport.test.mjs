// Requests by n8n's helper and the clock: nodes/Skipcall/transport.ts, with a helper made up by the test. That it holds
// in n8n itself is for tests/n8n.
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";

import { HttpError } from "../../dist/nodes/Skipcall/generated/host/abi.js";
import { n8nClock, n8nSender } from "../../dist/nodes/Skipcall/transport.js";

const request = {
  connection: "skipcall",
  method: "DELETE",
  url: "https://api.example.com/v1",
  headers: [["Content-Type", "application/json"]],
  body: new TextEncoder().encode("{}"),
  timeoutMs: 1000,
  responseLimit: 10,
};
const signal = new AbortController().signal;

const senderOf = (helper) =>
  n8nSender({ helpers: { httpRequestWithAuthentication: async (...given) => helper(...given) } }, "skipcallApi");
const answer = (parts, headers = {}) => ({ statusCode: 200, headers, body: Readable.from(parts) });
const text = (bytes) => new TextDecoder().decode(bytes);

/** As n8n throws it: its own error around axios' around the system's. */
function thrown(code) {
  const inner = Object.assign(new Error(code), { code });
  return Object.assign(new Error("wrapped"), { cause: new Error("axios", { cause: inner }) });
}

test("the request as the host gave it, without redirects and without throws for a status", async () => {
  let seen;
  await senderOf((credential, options) => {
    seen = { credential, ...options };
    return answer([]);
  })(request, signal);
  assert.equal(seen.credential, "skipcallApi");
  assert.equal(seen.url, request.url);
  assert.equal(seen.method, "DELETE");
  assert.ok(Buffer.isBuffer(seen.body));
  assert.equal(seen.body.toString(), "{}");
  assert.deepEqual(seen.headers, { "Content-Type": "application/json" });
  assert.ok(seen.disableFollowRedirect && seen.ignoreHttpStatusErrors && seen.returnFullResponse);
  assert.equal(seen.timeout, 1000);
});

test("status, headers one by one, and the body in parts", async () => {
  const send = senderOf(() => answer([Buffer.from("ab"), Buffer.from("cd")], { one: "1", many: ["2", "3"] }));
  const got = await send(request, signal);
  assert.deepEqual([got.status, got.error, text(got.body)], [200, HttpError.OK, "abcd"]);
  assert.deepEqual(
    [...got.headers],
    [
      ["one", "1"],
      ["many", "2"],
      ["many", "3"],
    ],
  );
});

test("a body over the limit is read to one byte beyond it, and no further", async () => {
  let given = 0;
  async function* endless() {
    for (;;) {
      given += 4;
      yield Buffer.from("xxxx");
    }
  }
  const got = await senderOf(() => answer(endless()))(request, signal);
  assert.equal(got.body.length, request.responseLimit + 1);
  assert.ok(given < 200_000, "the rest was not read");
});

test("a body that breaks off keeps what came, and says so", async () => {
  async function* broken() {
    yield Buffer.from("ab");
    throw Object.assign(new Error("aborted"), { code: "ECONNRESET" });
  }
  const got = await senderOf(() => answer(broken()))(request, signal);
  assert.deepEqual([got.status, got.error, text(got.body)], [200, HttpError.RESET, "ab"]);
});

test("what is thrown becomes an answer without a status; not sent only where that is certain", async () => {
  const cases = [
    ["ENOTFOUND", HttpError.DNS, true],
    ["ECONNREFUSED", HttpError.CONNECT, true],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", HttpError.TLS, true],
    ["ERR_TLS_CERT_ALTNAME_INVALID", HttpError.TLS, true],
    ["EPROTO", HttpError.PROTOCOL, false],
    ["ECONNABORTED", HttpError.TIMEOUT, false],
    ["ETIMEDOUT", HttpError.TIMEOUT, false],
    ["ECONNRESET", HttpError.RESET, false],
    ["HPE_INVALID_CONSTANT", HttpError.PROTOCOL, false],
    ["ERR_CANCELED", HttpError.CANCELLED, false],
    ["ESOMETHING", HttpError.OTHER, false],
  ];
  for (const [code, error, notSent] of cases) {
    const send = senderOf(() => {
      throw thrown(code);
    });
    const got = await send(request, signal);
    assert.deepEqual([got.status, got.error, got.notSent], [0, error, notSent], code);
  }
});

test("an error that is its own cause does not go round for ever", async () => {
  const error = new Error("round");
  error.cause = error;
  const got = await senderOf(() => {
    throw error;
  })(request, signal);
  assert.equal(got.error, HttpError.OTHER);
});

test("the clock's sleep ends at once by an abort, and not before its time without one", async () => {
  const clock = n8nClock();
  const abort = new AbortController();
  const began = clock.now();
  const sleeping = clock.sleep(60_000, abort.signal);
  abort.abort();
  await sleeping;
  assert.ok(clock.now() - began < 100, "an abort is how the host learns of an answer, so it must not wait for a slice");
  const second = clock.now();
  await clock.sleep(300, signal);
  assert.ok(clock.now() - second >= 300);
});
