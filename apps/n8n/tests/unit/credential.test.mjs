// The credential's test, which n8n evaluates, against what a run checks: credentials/SkipcallApi.credentials.ts and
// nodes/Skipcall/credential.ts.
import assert from "node:assert/strict";
import { test } from "node:test";

import { SkipcallApi } from "../../dist/credentials/SkipcallApi.credentials.js";
import { connectionOf } from "../../dist/nodes/Skipcall/credential.js";
import { compiledModule } from "../../dist/nodes/Skipcall/run.js";

const { manifest } = await compiledModule();
const { baseURL } = new SkipcallApi().test.request;
const serverOf = new Function("$credentials", `return ${/^=\{\{(.*)\}\}$/s.exec(baseURL)[1]}`);

/** Both of what the test and a run use; undefined: refused. */
function serversOf(given) {
  const credential = { environment: "custom", baseUrl: "https://a.example.com", apiKey: "sk_test_unit_key", ...given };
  const tested = serverOf(credential);
  return [tested === "refused" ? undefined : tested, connectionOf(credential, manifest).baseUrl];
}

test("the test and a run use the same address", () => {
  const good = {
    "https://a.example.com": "https://a.example.com",
    " https://a.example.com/v1/ ": "https://a.example.com",
    "https://a.example.com:8443/api/V1": "https://a.example.com:8443/api",
    "https://[2001:db8::1]/x": "https://[2001:db8::1]/x",
    "HTTP://LOCALHOST:8080/a.b/..c": "HTTP://LOCALHOST:8080/a.b/..c",
    "http://127.1:8080": "http://127.1:8080",
    "http://[::1]:8080": "http://[::1]:8080",
  };
  for (const [baseUrl, server] of Object.entries(good)) {
    assert.deepEqual(serversOf({ baseUrl }), [server, server], baseUrl);
  }
});

test("what a run refuses, the test refuses, too, before the key is sent", () => {
  const urls = [
    "https://a.example.com/x/../y",
    "https://a.example.com/./y",
    "https://a.example.com/..;a/y",
    "https://a.example.com/%2e%2e/y",
    "https://a.example.com/.%2E/y",
    "https://a.example.com/%252e%252e/y",
    "https://a.example.com/a%2f..%2fy",
    "https://a.example.com/..%5cy",
    "https://a.example.com//y",
    "https://a.example.com/é",
    "https://é.example.com",
    "https://a.example.com/a b",
    "https://a.example.com?a",
    "https://a.example.com/#a",
    "https://user@a.example.com",
    "https://a.example.com\\@b.example.com",
    "http://a.example.com",
    "http://127.0.0.1.example.com",
    "http://localhost.example.com",
    "http://192.168.0.1",
    "http://2130706433",
    "http://0x7f.1",
    "http://0177.0.0.1",
    "http://127.0.0.1.",
    "http://127%2e0.0.1",
    "http://[0:0:0:0:0:0:0:1]",
    "https://a.example.com/%25",
    "https://a.example.com/v1//v1",
    "a.example.com",
    "https:a.example.com",
    "",
  ];
  for (const baseUrl of urls) assert.deepEqual(serversOf({ baseUrl }), [undefined, undefined], baseUrl);
  const keys = [
    "",
    "short",
    '"sk_test_quoted"',
    "Bearer sk_test_key",
    "sk_test_a b",
    "sk_test_\u200bunseen",
    "other_key",
    "sk_live_********",
    "sk_test_abcd...wxyz",
    "sk_live_XXXXXXXX",
    "sk_live_<your-key>",
  ];
  for (const apiKey of keys) assert.deepEqual(serversOf({ apiKey }), [undefined, undefined], apiKey);
});
