// The sandbox inside the page answers as the repository's does: the same status, the same body, the same window.
import assert from "node:assert/strict";
import { test } from "node:test";
import { SandboxApi, type SandboxRequest } from "../playground/sandbox/sandbox_api.js";
import { contactIds } from "./support/playground.js";
import { startSandbox } from "skipcall-test-support/sandbox";

const KEY = "sk_test_page";
const LIMIT = 11;
// According to the page's sandbox, two of these 20 were never in a sequence.
const contacts = contactIds(20);
const known = contacts.filter((id) => !id.endsWith("0"));
const data = {
  keys: [{ key: KEY, plan: "EXPERT" }],
  sequences: [{ id: "Relance été", contacts: known }],
  switches: { limit: LIMIT },
};

const HEADERS: [[string, string], [string, string]] = [
  ["authorization", `Bearer ${KEY}`],
  ["content-type", "application/json"],
];
const PATH = "/v1/sequences/Relance%20%C3%A9t%C3%A9/contacts";

function removal(ids: unknown, changes: Partial<SandboxRequest> = {}): SandboxRequest {
  return { method: "DELETE", path: PATH, headers: HEADERS, body: JSON.stringify({ contactIds: ids }), ...changes };
}

const REQUESTS: [what: string, request: SandboxRequest][] = [
  ["a removal", removal(contacts.slice(0, 5))],
  ["the same again, in capitals", removal(contacts.slice(0, 10).map((id) => id.toUpperCase()))],
  ["the same id twice", removal([contacts[12], contacts[12]])],
  ["a sequence that is not there", removal(contacts, { path: "/v1/sequences/autumn/contacts" })],
  ["another path", removal(contacts, { path: "/v1/sequences" })],
  ["no ids", removal([])],
  ["too many ids", removal(contactIds(101))],
  ["no UUID", removal(["x"])],
  ["another member", removal([], { body: JSON.stringify({ contactIds: contacts, more: 1 }) })],
  ["no JSON", removal([], { body: "{" })],
  ["no content type", removal(contacts, { headers: [HEADERS[0], ["content-type", "text/plain"]] })],
  ["after the window is used up", removal(contacts)],
  ["and once more", removal(contacts)],
];

test("the page's sandbox answers as the repository's", async (context) => {
  const sandbox = await startSandbox(data);
  context.after(sandbox.stop);
  const api = new SandboxApi({
    sequences: ["Relance été"],
    limit: LIMIT,
    windowMs: 60_000,
    failEvery: 0,
    loseEvery: 0,
  });
  for (const [what, request] of REQUESTS) {
    const { method, headers, body } = request;
    const real = await fetch(sandbox.url + request.path, { method, headers: Object.fromEntries(headers), body });
    const text = await real.text();
    const { status, headers: own, body: ownText } = api.handle(request, Date.now());
    assert.equal(status, real.status, what);
    const seen = new Map(own);
    for (const name of ["x-ratelimit-limit", "x-ratelimit-remaining"])
      assert.equal(seen.get(name), real.headers.get(name), what);
    // The two windows began within the same second, or on either side of its boundary.
    const drift = Math.abs(Number(seen.get("x-ratelimit-reset")) - Number(real.headers.get("x-ratelimit-reset")));
    assert.ok(drift <= 1, what);
    const code = (json: string): unknown => (JSON.parse(json) as { error?: { code?: string } }).error?.code;
    if (status === 200) assert.equal(ownText, text, what);
    else assert.equal(code(ownText), code(text), what);
  }
});

test("without its test key a request is unauthorized", () => {
  const api = new SandboxApi({
    sequences: ["Relance été"],
    limit: LIMIT,
    windowMs: 60_000,
    failEvery: 0,
    loseEvery: 0,
  });
  for (const key of ["", "Bearer sk_live_x", KEY]) {
    const headers: [string, string][] = [["authorization", key], HEADERS[1]];
    assert.equal(api.handle(removal(contacts, { headers }), 0).status, 401, key);
  }
});

test("a window ends, failures come when asked for, and a removal whose response is lost was done", () => {
  const api = new SandboxApi({ sequences: ["Relance été"], limit: 3, windowMs: 1000, failEvery: 2, loseEvery: 2 });
  const seen = [0, 1, 2, 3, 1000, 1001].map((now) => api.handle(removal(contacts.slice(1, 2)), now));
  assert.deepEqual(
    seen.map(({ status, isLost }) => [status, isLost]),
    [
      [200, false],
      [503, false],
      [200, true],
      [429, false],
      [503, false],
      [200, false],
    ],
  );
});
