// Base URLs, targets, headers, keys: what may be sent where (ABI.md, a host's duties 9 to 13).
import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesOf, byteString } from "../src/core/byte_string.js";
import { ConnectionGuard, guardConnections } from "../src/core/connection.js";
import { writeHeaderBlock } from "../src/core/header_block.js";
import { HostError } from "../src/index.js";
import { KEY } from "./support/scripted.js";

function guard(baseUrl: string, headers: Record<string, string> = { Authorization: "Bearer {key}" }, secret = KEY) {
  return new ConnectionGuard({ id: "test", headers }, { baseUrl, secret });
}

function refusal(act: () => unknown): HostError {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof HostError);
    assert.equal(error.fault, "connection");
    return error;
  }
  return assert.fail("not refused");
}

test("a base URL is https, or http to localhost, and nothing but origin and path", () => {
  for (const base of [
    "https://api.example.com",
    "https://api.example.com:8443/",
    "https://example.com/v2/api/",
    "http://127.0.0.1:8080",
    "http://localhost",
    "http://[::1]:9/x",
    "http://127.9.9.9",
  ]) {
    assert.doesNotThrow(() => guard(base), base);
  }
  for (const base of [
    "",
    "api.example.com",
    "ftp://example.com",
    "file:///etc/passwd",
    "http://example.com",
    "http://10.0.0.1",
    "http://localhost.example.com",
    "http://128.0.0.1",
    "http://0.0.0.0",
    "https://user@example.com",
    "https://user:word@example.com",
    "https://example.com?x=1",
    "https://example.com/#top",
    "https://example.com/?",
    "https://example.com/a/../b",
    "https://example.com/%2e%2E/b",
    "https://example.com//a",
    "https://exa mple.com",
    "https://example.com\\a",
    "https://exämple.com",
    "https://",
    "https:example.com",
    "https:///example.com",
    "https://example.com:99999",
    "https://example.com//",
    "http://127.0.0.1@example.com/",
  ]) {
    refusal(() => guard(base));
  }
});

test("a password in a base URL is not repeated in the error", () => {
  assert.doesNotMatch(refusal(() => guard("https://user:hunter2@example.com")).message, /hunter2/);
});

test("base and target are joined as text", () => {
  assert.equal(guard("https://example.com").urlOf("/v1/x"), "https://example.com/v1/x");
  assert.equal(guard("https://example.com/").urlOf("/v1/x"), "https://example.com/v1/x");
  const url = guard("https://example.com/api/").urlOf("/v1/x?q=a/b&r=%2F");
  assert.equal(url, "https://example.com/api/v1/x?q=a/b&r=%2F");
  assert.equal(guard("https://example.com").urlOf("/a%2Fb..c/...%2f"), "https://example.com/a%2Fb..c/...%2f");
  const odd = "/a;b/c%2f..d/...;x/it's?q=..%2f..&[a]=%25";
  assert.equal(guard("https://example.com").urlOf(odd), `https://example.com${odd}`);
  assert.equal(guard("https://example.com").urlOf("/a?"), "https://example.com/a?");
  assert.equal(guard("https://example.com").urlOf("/@evil.example/:80"), "https://example.com/@evil.example/:80");
});

test("a target that could leave the base is refused", () => {
  for (const target of [
    "",
    "v1",
    "@evil.example",
    ".evil.example",
    ":8080/x",
    "//evil.example",
    "/a//b",
    "/a\\b",
    "/a#b",
    "/..",
    "/../x",
    "/a/./b",
    "/a/..",
    "/%2e%2e/x",
    "/.%2E/x",
    "/a/%2e",
    "/..?x",
    "/..;/x",
    "/a/.;x=1/b",
    "/%2e%2e;/x",
    "/..%2fx",
    "/a%2F..%2Fx",
    "/a%2f%2e%2e",
    "/a%5c..%5Cx",
    "/%252e%252e/x",
    "/%25252e%25252e%25252fx",
    '/a"b',
    "/a<b",
    "/a>b",
    "/a`b",
    "/a{b}",
    "/a|b",
    "/a^b",
    "/a?b='c'",
    "/a%",
    "/a%2",
    "/a%zz",
    "/a b",
    "/a\r\nb",
    "/a\tb",
    "/a\0b",
    "/\u00c3\u00a4",
    "/a\x7f",
    "http://evil.example/",
  ]) {
    assert.equal(guard("https://example.com/api").urlOf(target), undefined, JSON.stringify(target));
    assert.equal(guard("https://example.com").urlOf(target), undefined, JSON.stringify(target));
  }
});

test("a key is long enough and visible, or absent", () => {
  assert.equal(guard("https://example.com", undefined, "").hasCredential, false);
  assert.equal(guard("https://example.com", undefined, "sk_live_x").hasCredential, true);
  for (const bad of ["sh0rt", "sk_test_ with space", "sk_test_line\n", "sk_test_ä"]) {
    assert.ok(!refusal(() => guard("https://example.com", undefined, bad)).message.includes(bad));
  }
});

test("what is no string is refused as such", () => {
  const some = (value: unknown): string => value as string;
  assert.match(refusal(() => guard(some(new URL("https://example.com")))).message, /the base URL is not a string/);
  for (const key of [null, 12_345_678, ["sk_test_key"]]) {
    assert.match(
      refusal(() => guard("https://example.com", undefined, some(key))).message,
      /the key .* is not a string/,
    );
  }
});

test("the key goes where the header template says, and nowhere when send adds it", () => {
  const none = new Uint8Array(0);
  assert.deepEqual(guard("https://example.com").headersOf(none), [["Authorization", `Bearer ${KEY}`]]);
  assert.deepEqual(guard("https://example.com", { "X-Api-Key": "{key}" }).headersOf(none), [["X-Api-Key", KEY]]);
  // A key is not a pattern of String.replace.
  const dollars = guard("https://example.com", undefined, "a$&b$$c$1d");
  assert.deepEqual(dollars.headersOf(none), [["Authorization", "Bearer a$&b$$c$1d"]]);
  const declared = { id: "test", headers: { Authorization: "Bearer {key}" } };
  const given = { baseUrl: "https://example.com", authenticatedBySend: true };
  const bySend = new ConnectionGuard(declared, given);
  assert.deepEqual(bySend.headersOf(none), []);
  assert.equal(bySend.hasCredential, true);
  assert.equal(bySend.headersOf(bytesOf("Authorization: x\r\n")), undefined);
});

test("every header that the manifest declares is sent, with the fields in it", () => {
  const none = new Uint8Array(0);
  const headers = { "X-Api-Key": "{key}", "X-Version": "2", Authorization: "a {key}:{key} {} b" };
  assert.deepEqual(guard("https://example.com", headers).headersOf(none), [
    ["X-Api-Key", KEY],
    ["X-Version", "2"],
    ["Authorization", `a ${KEY}:${KEY} {} b`],
  ]);
  const fields = [{ name: "account", pattern: "^[a-z]+$", secret: false }, { name: "key" }];
  const declared = {
    id: "test",
    fields,
    headers: { Authorization: "Basic {account}:{key}", "X-Account": "{account}" },
  };
  const baseUrl = "https://example.com";
  const both = new ConnectionGuard(declared, { baseUrl, fields: { account: "me", key: KEY } });
  assert.equal(both.hasCredential, true);
  assert.deepEqual(both.headersOf(none), [
    ["Authorization", `Basic me:${KEY}`],
    ["X-Account", "me"],
  ]);
  assert.equal(both.headersOf(bytesOf("x-account: x\r\n")), undefined);
  assert.equal(new ConnectionGuard(declared, { baseUrl, fields: { key: KEY } }).hasCredential, false);
  assert.match(refusal(() => new ConnectionGuard(declared, { baseUrl, secret: KEY })).message, /account, key/);
  const { message } = refusal(() => new ConnectionGuard(declared, { baseUrl, fields: { [KEY]: "x" } }));
  assert.ok(!message.includes(KEY));
});

test("a value has to fit its field's pattern", () => {
  const ready = (pattern: string, secret: string): boolean =>
    new ConnectionGuard(
      { id: "test", headers: { Authorization: "{key}" }, fields: [{ name: "key", pattern }] },
      { baseUrl: "https://example.com", secret },
    ).hasCredential;
  assert.ok(ready("^sk_(live|test)_", KEY));
  assert.ok(ready("0123", KEY));
  assert.ok(ready("(", KEY)); // what cannot be read is ignored
  for (const costly of ["^(k+|[^x])+$", "^(?:.*)*x", "^.*.*.*.*.*x$", "^(a?){50}b"]) assert.ok(ready(costly, KEY));
  assert.ok(ready("^.*.*x$", "k".repeat(501)));
  assert.ok(!ready("^sk_live_", ""));
  const { message } = refusal(() => ready("^sk_live_", KEY));
  assert.ok(message.includes("^sk_live_") && !message.includes(KEY));
});

test("a connection without a field needs no key", () => {
  const open = new ConnectionGuard({ id: "test", headers: { "X-Version": "2" } }, { baseUrl: "https://example.com" });
  assert.equal(open.hasCredential, true);
  assert.deepEqual(open.headersOf(new Uint8Array(0)), [["X-Version", "2"]]);
});

test("a header that a connection may not set is refused, whatever is in it", () => {
  for (const name of (
    "Host Transfer-Encoding content-length Connection Cookie Proxy-Authorization Sec-Fetch-Site Expect Via " +
    "X-HTTP-Method-Override"
  ).split(" ")) {
    const { message } = refusal(() => guard("https://example.com", { Authorization: "{key}", [name]: "{key}" }));
    assert.ok(message.includes(name));
  }
  const bad = [{ "X-Key": "{key}", "x-key": "2" }, { "": "{key}" }, { "A B": "{key}" }, { "A:": "{key}" }, { A: "" }];
  for (const headers of [...bad, { A: "{key}\r\nB: c" }, { A: "{key}\u00e4" }]) {
    refusal(() => guard("https://example.com", headers));
  }
});

test("every value is overwritten that is long enough", () => {
  const fields = [{ name: "id", secret: false }, { name: "user", secret: false }, { name: "key" }];
  const declared = { id: "test", fields, headers: { A: "{id} {user} {key}" } };
  const values = { id: "42", user: "somebody", key: KEY };
  const bytes = bytesOf(`42 somebody ${KEY}`);
  new ConnectionGuard(declared, { baseUrl: "https://example.com", fields: values }).mask(bytes, false);
  assert.equal(byteString(bytes), `42 ******** ${"*".repeat(KEY.length)}`);
});

test("an echoed key is overwritten, a cut one at the end too", () => {
  const masked = (text: string, cutOff: boolean): string => {
    const bytes = bytesOf(text);
    guard("https://example.com").mask(bytes, cutOff);
    return byteString(bytes);
  };
  const stars = "*".repeat(KEY.length);
  assert.equal(masked("no key here", false), "no key here");
  assert.equal(masked(`<${KEY}> and ${KEY}`, false), `<${stars}> and ${stars}`);
  assert.equal(masked(`sk_test_${KEY}${KEY}`, false), `sk_test_${stars}${stars}`);
  assert.equal(masked("ends with sk_test_0123", false), "ends with sk_test_0123");
  assert.equal(masked("ends with sk_test_0123", true), "ends with ************");
  assert.equal(masked("ends with sk", true), "ends with sk");
});

test("headers that the module may not set are refused", () => {
  const connection = guard("https://example.com");
  const credential = ["Authorization", `Bearer ${KEY}`];
  const block = "Content-Type:application/json\r\nAccept: \t*/* \r\nX-Empty:\r\nX-Utf8: \xc3\xa4\r\n";
  assert.deepEqual(connection.headersOf(bytesOf(block)), [
    ["Content-Type", "application/json"],
    ["Accept", "*/*"],
    ["X-Empty", ""],
    ["X-Utf8", "\xc3\xa4"],
    credential,
  ]);
  for (const name of (
    "Authorization AUTHORIZATION Cookie Host Content-Length Transfer-Encoding Connection Proxy-Authorization " +
    "proxy-connection TE Upgrade Expect Keep-Alive Trailer Forwarded Via Sec-Fetch-Mode X-HTTP-Method-Override " +
    "X-HTTP-Method X-Method-Override"
  ).split(" ")) {
    assert.equal(connection.headersOf(bytesOf(`${name}: x\r\n`)), undefined, name);
  }
  for (const bad of [
    "Accept: x",
    "Accept x\r\n",
    ": x\r\n",
    "Acc ept: x\r\n",
    "Accept: x\ny: z\r\n",
    "Accept: x\rHost: z\r\n",
    "Accept: \0\r\n",
    "\r\n",
    " Accept: x\r\n",
    `X: ${"x".repeat(70000)}\r\n`,
  ]) {
    assert.equal(connection.headersOf(bytesOf(bad)), undefined, JSON.stringify(bad.slice(0, 40)));
  }
  const other = guard("https://example.com", { "X-Api-Key": "{key}" });
  assert.equal(other.headersOf(bytesOf("x-api-key: x\r\n")), undefined);
  assert.ok(other.headersOf(bytesOf("X-Api-Key-Id: x\r\n")));
});

test("a connection that the manifest does not declare is an error of the caller", () => {
  const manifest = { abiVersion: "1.0", actions: [], connections: [{ id: "a", headers: { K: "{key}" } }] };
  const settings = { baseUrl: "https://example.com", secret: KEY };
  assert.deepEqual([...guardConnections(manifest, { a: settings }).keys()], ["a"]);
  assert.equal(guardConnections(manifest, {}).size, 0);
  const { message } = refusal(() => guardConnections(manifest, { [KEY]: settings }));
  assert.ok(message.includes("it declares: a") && !message.includes(KEY));
  refusal(() => guardConnections(manifest, { toString: settings }));
});

test("a response's headers become a block; what cannot be in one is left out", () => {
  const { block, whole } = writeHeaderBlock([
    ["Date", " now "],
    ["bad name", "x"],
    ["X-Two", "a\r\nb"],
    ["X-High", "\u00e4\u20ac"],
  ]);
  assert.equal(byteString(block), "Date: now\r\nX-High: \u00e4?\r\n");
  assert.ok(whole);
  const long = writeHeaderBlock([
    ["A", "x"],
    ["B", "x".repeat(65536)],
  ]);
  assert.equal(byteString(long.block), "A: x\r\n");
  assert.ok(!long.whole);
});
