// Sending by the platform's fetch, against servers that show what arrives: which of a host's duties it keeps, what it
// hides, and how it reports failures.
import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { fetchSender, HttpError, type HttpAnswer, type HttpRequest } from "../src/index.js";
import { guest } from "./support/guest.js";
import { http, type RawRequest, rawServer } from "./support/raw_server.js";
import { hostOf, KEY } from "./support/scripted.js";

const actions = await guest();
const send = fetchSender();

function request(url: string, more: Partial<HttpRequest> = {}): HttpRequest {
  const body = new TextEncoder().encode('{"a":1}');
  const headers: [string, string][] = [["content-type", "application/json"]];
  return { connection: "test", method: "DELETE", url, headers, body, timeoutMs: 5000, responseLimit: 1000, ...more };
}

async function answered(
  handle: (request: RawRequest, socket: Socket) => void,
  more: Partial<HttpRequest> = {},
): Promise<{ answer: HttpAnswer; requests: RawRequest[] }> {
  const server = await rawServer(handle);
  try {
    const answer = await send(request(`${server.url}/x`, more), new AbortController().signal);
    return { answer, requests: server.requests };
  } finally {
    server.close();
  }
}

type RawHandler = (request: RawRequest, socket: Socket) => void;

const text = (answer: HttpAnswer): string => new TextDecoder().decode(answer.body);

test("method, target and the body of a DELETE arrive byte for byte", async () => {
  const body = new Uint8Array([0, 255, 13, 10, 123]);
  const { answer, requests } = await answered((_request, socket) => socket.write(http("200 OK", "done")), { body });
  assert.equal(answer.status, 200);
  assert.equal(answer.error, HttpError.OK);
  assert.equal(text(answer), "done");
  assert.match(requests[0]!.head, /^DELETE \/x HTTP\/1\.1\r\n/);
  assert.match(requests[0]!.head, /content-type: application\/json\r\n/i);
  assert.equal(requests[0]!.body, String.fromCharCode(...body));
});

test("no body is added, and a GET or HEAD with a body is refused before it is sent", async () => {
  const { requests } = await answered((_request, socket) => socket.write(http("204 No Content")), { body: undefined });
  assert.equal(requests[0]!.body, "");
  assert.doesNotMatch(requests[0]!.head, /transfer-encoding|content-length: [^0]/i);
  for (const method of ["GET", "HEAD"]) {
    const { answer, requests: none } = await answered((_request, socket) => socket.end(), { method });
    assert.deepEqual([answer.error, answer.notSent], [HttpError.DENIED, true]);
    assert.equal(none.length, 0);
  }
});

test("a 204 is an empty body", async () => {
  const { answer } = await answered((_request, socket) => socket.write("HTTP/1.1 204 No Content\r\n\r\n"));
  assert.deepEqual([answer.status, answer.error, answer.body.length], [204, HttpError.OK, 0]);
});

test("a redirect is delivered, not followed", async () => {
  const { answer, requests } = await answered((_request, socket) =>
    socket.write(http("302 Found", "", ["Location: /elsewhere"])),
  );
  assert.equal(answer.status, 302);
  assert.deepEqual([...answer.headers].find(([name]) => name === "location")?.[1], "/elsewhere");
  assert.equal(requests.length, 1);
});

test("a redirect that the platform hides is reported as one", async () => {
  const hidden = fetchSender(() => Promise.resolve({ type: "opaqueredirect", status: 0 } as Response));
  const answer = await hidden(request("https://example.com/"), new AbortController().signal);
  assert.deepEqual([answer.status, answer.error, answer.notSent], [0, HttpError.REDIRECT, false]);
});

test("no cookies are kept, and the replaced fetch is asked to keep none", async () => {
  const server = await rawServer((_request, socket) => socket.write(http("200 OK", "", ["Set-Cookie: a=b; Path=/"])));
  try {
    for (let i = 0; i < 2; ++i) await send(request(`${server.url}/x`), new AbortController().signal);
    assert.equal(server.requests.length, 2);
    for (const { head } of server.requests) assert.doesNotMatch(head, /^cookie:/im);
  } finally {
    server.close();
  }
  const seen: RequestInit[] = [];
  const other = fetchSender((_url, init) => {
    seen.push(init);
    return Promise.resolve(new Response("ok"));
  });
  await other(request("https://example.com/"), new AbortController().signal);
  const { redirect, credentials, cache, referrerPolicy } = seen[0]!;
  assert.deepEqual([redirect, credentials, cache, referrerPolicy], ["manual", "omit", "no-store", "no-referrer"]);
});

/** Writes a response with these headers and this body. */
const respond =
  (headers: string[], body: Buffer | string = "", status = "200 OK") =>
  (_request: RawRequest, socket: Socket): void => {
    socket.write(`HTTP/1.1 ${[status, ...headers].join("\r\n")}\r\n\r\n`);
    socket.end(body);
  };

// Node's fetch treats a truncated coded body as whole.
test("no coding is asked for, and a coded body is refused", async () => {
  const gzip = gzipSync('{"removed":2}');
  for (const coding of ["gzip", "x-gzip", "br", "deflate", "zstd", "gzip, br", "foo"]) {
    for (const body of [
      gzip,
      gzip.subarray(0, 1),
      gzip.subarray(0, 10),
      gzip.subarray(0, 25),
      Buffer.from("garbage"),
    ]) {
      const headers = [`Content-Encoding: ${coding}`, `Content-Length: ${String(body.length)}`];
      const { answer, requests } = await answered(respond(headers, body));
      assert.deepEqual([answer.status, answer.error], [200, HttpError.PROTOCOL], `${coding} ${String(body.length)}`);
      assert.match(requests[0]!.head, /\r\naccept-encoding: identity\r\n/);
    }
  }
  const { answer } = await answered(respond(["Content-Encoding: identity", "Content-Length: 2"], "{}"));
  assert.deepEqual([answer.error, text(answer)], [HttpError.OK, "{}"]);
});

test("a coding that the module asked for is counted as decoded while it is read, and never called whole", async () => {
  const headers: [string, string][] = [["Accept-Encoding", "gzip"]];
  const gzip = (plain: string): ReturnType<typeof respond> => respond(["Content-Encoding: gzip"], gzipSync(plain));
  const { answer, requests } = await answered(gzip("plain"), { headers });
  assert.deepEqual([answer.error, text(answer)], [HttpError.PROTOCOL, "plain"]);
  assert.match(requests[0]!.head, /\r\naccept-encoding: gzip\r\n/i);
  const { answer: large } = await answered(gzip("x".repeat(5_000_000)), { headers });
  assert.deepEqual([large.status, large.error, large.body.length], [200, HttpError.TOO_LARGE, 1001]);
  for (const kept of [10, -10]) {
    const { answer: cut } = await answered(respond(["Content-Encoding: gzip"], gzipSync("{}").subarray(0, kept)), {
      headers,
    });
    assert.deepEqual([cut.status, cut.error], [200, HttpError.PROTOCOL]);
  }
});

test("an empty body is whole if something other than the connection's end says so", async () => {
  const outcomes: [RawHandler, HttpError, Partial<HttpRequest>?][] = [
    [respond(["Content-Length: 0", "Content-Encoding: gzip"]), HttpError.OK],
    [respond(["Transfer-Encoding: gzip, chunked"], "0\r\n\r\n"), HttpError.PROTOCOL],
    [respond(["Transfer-Encoding: chunked"], "0\r\n\r\n"), HttpError.OK],
    [respond([], "", "204 No Content"), HttpError.OK],
    [respond(["Content-Length: 9", "Content-Encoding: gzip"]), HttpError.OK, { method: "HEAD", body: undefined }],
    [respond([]), HttpError.RESET],
    [respond(["Content-Encoding: gzip", "Transfer-Encoding: chunked"], "0\r\n\r\n"), HttpError.PROTOCOL],
  ];
  for (const [handle, error, more] of outcomes) {
    const { answer } = await answered(handle, more);
    assert.deepEqual([Math.floor(answer.status / 100), answer.error, answer.body.length], [2, error, 0]);
  }
});

test("framing that two readers would understand differently, and a 101, are not HTTP", async () => {
  const responses = [
    respond(["Content-Length: 2", "Content-Length: 4"], "{}{}"),
    respond(["Content-Length: 4", "Transfer-Encoding: chunked"], "2\r\n{}\r\n0\r\n\r\n"),
    respond(["Content-Length: +2"], "{}"),
    respond(["X Y: 1", "Content-Length: 2"], "{}"),
    respond(["Upgrade: x", "Connection: upgrade"], "", "101 Switching Protocols"),
  ];
  for (const handle of responses) {
    const { answer } = await answered(handle);
    assert.deepEqual([answer.status, answer.error, answer.notSent], [0, HttpError.PROTOCOL, false]);
  }
});

test("a body that cannot be decoded, or breaks off for no known reason, is reported beside its status", async () => {
  const broken = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 7\r\n\r\nno gzip";
  const { answer: undecoded } = await answered((_request, socket) => socket.write(broken));
  assert.deepEqual([undecoded.status, undecoded.error], [200, HttpError.PROTOCOL]);
  const body = new ReadableStream({ pull: (controller) => controller.error(new Error("for the test")) });
  const failing = fetchSender(() => Promise.resolve(new Response(body)));
  const answer = await failing(request("https://example.com/"), new AbortController().signal);
  assert.deepEqual([answer.status, answer.error], [200, HttpError.RESET]);
});

test("a body without end is not read to it", async () => {
  const { answer } = await answered((_request, socket) => {
    socket.write("HTTP/1.1 200 OK\r\nX-Seen: yes\r\n\r\n");
    const more = (): void => {
      if (!socket.destroyed) socket.write("x".repeat(500), () => setImmediate(more));
    };
    more();
  });
  assert.deepEqual([answer.status, answer.error], [200, HttpError.TOO_LARGE]);
  assert.deepEqual([...answer.headers], [["x-seen", "yes"]]);
});

test("headers of a 1xx response are left out, repeated ones are joined", async () => {
  const { answer } = await answered((_request, socket) =>
    socket.write(`HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n${http("200 OK", "", ["X-A: 1", "X-A: 2"])}`),
  );
  const headers = Object.fromEntries(answer.headers);
  assert.equal(headers["x-a"], "1, 2");
  assert.equal(headers["x-early"], undefined);
});

test("what Node hides: a response after 100 Continue, and one with more than 16 KiB of headers", async () => {
  const hidden: [string, HttpError][] = [
    [`HTTP/1.1 100 Continue\r\n\r\n${http("200 OK", "")}`, HttpError.RESET],
    [http("200 OK", "", [`X-A: ${"a".repeat(20_000)}`]), HttpError.TOO_LARGE],
  ];
  for (const [bytes, error] of hidden) {
    const { answer } = await answered((_request, socket) => socket.write(bytes));
    assert.deepEqual([answer.status, answer.error, answer.notSent], [0, error, false]);
  }
});

test("nothing is claimed unsent unless no connection was made", async () => {
  const outcomes: [RawHandler, HttpError, status: number][] = [
    [(_request, socket) => socket.destroy(), HttpError.RESET, 0],
    [(_request, socket) => socket.resetAndDestroy(), HttpError.RESET, 0],
    [(_request, socket) => socket.write("no HTTP at all\r\n\r\n"), HttpError.PROTOCOL, 0],
    [(_request, socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), HttpError.RESET, 200],
  ];
  for (const [handle, error, status] of outcomes) {
    const { answer } = await answered(handle);
    assert.deepEqual([answer.status, answer.error, answer.notSent], [status, error, false]);
    assert.equal(text(answer), status === 200 ? "half" : "");
  }
  const server = await rawServer(() => undefined);
  server.close();
  const refused = await send(request(server.url), new AbortController().signal);
  assert.deepEqual([refused.error, refused.notSent], [HttpError.CONNECT, true]);
});
test("how Node reports a failure, and a page that reports none", async () => {
  const failing = (cause?: unknown) =>
    fetchSender(() => Promise.reject(Object.assign(new TypeError("fetch failed"), { cause })));
  const cases: [unknown, HttpError, boolean][] = [
    [{ code: "ENOTFOUND" }, HttpError.DNS, true],
    [{ code: "ECONNREFUSED" }, HttpError.CONNECT, true],
    [{ code: "CERT_HAS_EXPIRED" }, HttpError.TLS, true],
    [{ code: "CERT_NOT_YET_VALID" }, HttpError.TLS, true],
    [{ code: "ERR_TLS_CERT_ALTNAME_INVALID" }, HttpError.TLS, true],
    [{ code: "UNABLE_TO_GET_ISSUER_CERT" }, HttpError.TLS, true],
    [{ code: "ERR_SSL_WRONG_VERSION_NUMBER" }, HttpError.TLS, true],
    [{ code: "ECONNRESET" }, HttpError.RESET, false],
    [{ code: "HPE_INVALID_CONSTANT" }, HttpError.PROTOCOL, false],
    [{ code: "UND_ERR_BODY_TIMEOUT" }, HttpError.TIMEOUT, false],
    [{ code: "toString" }, HttpError.OTHER, false],
    [{ code: 7 }, HttpError.OTHER, false],
    [undefined, HttpError.OTHER, false],
    ["ENOTFOUND", HttpError.OTHER, false],
  ];
  for (const [cause, error, notSent] of cases) {
    const answer = await failing(cause)(request("https://example.com/"), new AbortController().signal);
    assert.deepEqual([answer.error, answer.notSent], [error, notSent], JSON.stringify(cause));
  }
});

// A request whose connection ends before the response may have been carried out. If the platform repeated it, the
// module would never learn that it was sent twice.
test("fetch repeats nothing, not even on a kept connection", async () => {
  for (const end of ["destroy", "end", "resetAndDestroy"] as const) {
    for (const method of ["DELETE", "PUT", "POST", "GET"]) {
      const kept: number[] = [];
      const keeps = method === "POST" || method === "GET";
      const server = await rawServer((raw, socket) => {
        if (raw.nth === 1) socket.write(http("200 OK", "ok"));
        else {
          kept.push(raw.connection);
          socket[end]();
        }
      });
      try {
        const body = method === "GET" ? { body: undefined } : {};
        // Whether a connection is free again in time is up to Node, so it gets more than one chance.
        for (let i = 1; i <= 4 || (keeps && kept.length < 2 && i <= 50); ++i) {
          await send(request(`${server.url}/x`, { method, ...body }), new AbortController().signal);
          assert.equal(server.requests.length, i, `${method}, ${end}`);
        }
        // Node never puts a DELETE on a kept connection; it does put the others, so the test is worth something.
        if (keeps) assert.ok(kept.length >= 2, `${method}, ${end}`);
      } finally {
        server.close();
      }
    }
  }
});

test("everywhere but in Node a request may have been repeated", async () => {
  const mine = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  const told = async (userAgent?: string): Promise<boolean | undefined> => {
    const value = userAgent === undefined ? undefined : { userAgent };
    Object.defineProperty(globalThis, "navigator", { value, configurable: true });
    return (await answered((_request, socket) => socket.write(http("200 OK", "ok")))).answer.mayHaveRepeated;
  };
  try {
    assert.equal(await told(undefined), false, "Node 20 has no navigator");
    assert.equal(await told("Node.js/24"), false);
    for (const other of ["Mozilla/5.0 (X11; Linux x86_64)", "Bun/1.4.5", "Deno/2.9.6", "Cloudflare-Workers"]) {
      assert.equal(await told(other), true, other);
    }
  } finally {
    if (mine === undefined) Reflect.deleteProperty(globalThis, "navigator");
    else Object.defineProperty(globalThis, "navigator", mine);
  }
});

test("a run through fetch: the key arrives, an echo of it does not come back, a late response is a timeout", async () => {
  const server = await rawServer((raw, socket) => {
    if (raw.body !== "late") socket.write(http("200 OK", `got ${/authorization: (.*)/i.exec(raw.head)?.[1] ?? ""}`));
    else socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
  });
  const quick = await guest([["(i32.const 10000)", "(i32.const 150)"]]);
  try {
    const connections = { test: { baseUrl: server.url, secret: KEY } };
    const { text: echoed } = await hostOf(actions, send).run({ action: "echo", input: "now", connections });
    assert.equal(echoed, `got Bearer ${"*".repeat(KEY.length)}`);
    // What arrived of a late body is delivered.
    const lines: string[] = [];
    const journal = { lines: [], append: (line: string) => void lines.push(line) };
    assert.equal((await hostOf(quick, send).run({ action: "echo", input: "late", connections, journal })).text, "half");
    const late = JSON.parse(lines[2]!) as { status: number; error: number };
    assert.deepEqual([late.status, late.error], [200, HttpError.TIMEOUT]);
  } finally {
    server.close();
  }
});

test("a run says which server failed, and why", async () => {
  const outcome = async (baseUrl: string, sender = send): Promise<string> => {
    const connections = { test: { baseUrl, secret: KEY } };
    return String((await hostOf(actions, sender).run({ action: "three", input: "x", connections })).lastFailure);
  };
  const server = await rawServer((_request, socket) => socket.end("nonsense\r\n\r\n"));
  const port = new URL(server.url).port;
  try {
    assert.match(await outcome(server.url), new RegExp(`^127\\.0\\.0\\.1:${port}: .*HTTP`));
    assert.match(await outcome(`https://127.0.0.1:${port}`), new RegExp(`^127\\.0\\.0\\.1:${port}: .+`));
  } finally {
    server.close();
  }
  assert.match(await outcome(`http://127.0.0.1:${port}`), /^127\.0\.0\.1:\d+: .*ECONNREFUSED/);
  assert.match(await outcome("https://no-such-host.invalid"), /^no-such-host\.invalid:443: .*no-such-host/);
  const telling = fetchSender(() => Promise.reject(new TypeError("x", { cause: new Error(`\u001b[2J ${KEY}`) })));
  assert.equal(await outcome("https://example.com", telling), `example.com:443: ?[2J ${"*".repeat(KEY.length)}`);
  const silent = fetchSender(() => Promise.reject(new TypeError("")));
  assert.equal(await outcome("https://example.com", silent), "example.com:443: no whole response came (OTHER)");
});
