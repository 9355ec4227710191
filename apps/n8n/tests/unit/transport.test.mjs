// Requests by n8n's helper and the clock: nodes/Skipcall/transport.ts, with a helper simulated by the test. tests/n8n
// checks that it holds in n8n itself.
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";

import { Execution, PARENT_INTERVAL_MS } from "../../dist/nodes/Skipcall/execution.js";
import { HttpError } from "../../dist/nodes/Skipcall/generated/host/abi.js";
import { n8nClock, N8nSender } from "../../dist/nodes/Skipcall/transport.js";
import { CREDENTIAL } from "../support/context.mjs";

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

function partsOf(helper, given = {}) {
  const helpers = { httpRequestWithAuthentication: async (...given) => helper(...given) };
  const context = { helpers, getExecutionCancelSignal: () => undefined, getExecutionId: () => "7", ...given };
  context.getExecutionContext ??= () => undefined;
  const loop = { now: () => loop.time, turn: async () => undefined, time: 0 };
  const execution = new Execution(context, loop);
  return { sender: new N8nSender(context, CREDENTIAL, execution), execution, loop };
}
const senderOf = (helper) => partsOf(helper).sender.send;
const answer = (parts, headers = {}) => ({ statusCode: 200, headers, body: Readable.from(parts) });
const text = (bytes) => new TextDecoder().decode(bytes);

/** As n8n throws it: its own error around axios' error around the system's. */
function thrown(code, more = {}) {
  const inner = Object.assign(new Error(more.message ?? code), { code, ...more });
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
  assert.deepEqual(seen.headers, { "accept-encoding": "identity", "Content-Type": "application/json" });
  assert.ok(seen.disableFollowRedirect && seen.ignoreHttpStatusErrors && seen.returnFullResponse);
  assert.equal(seen.timeout, 1000);
});

test("a request is aborted when the host gives it up, and when the execution is over; n8n asks the context", async () => {
  const helpers = {
    async httpRequestWithAuthentication() {
      const stop = this.getExecutionCancelSignal(); // as n8n does, whatever the request says
      await new Promise((resolve) => stop.addEventListener("abort", resolve));
      throw thrown("ERR_CANCELED");
    },
  };
  for (const what of ["host", "execution"]) {
    const [host, stop] = [new AbortController(), new AbortController()];
    const { sender } = partsOf(undefined, { helpers, getExecutionCancelSignal: () => stop.signal });
    const sent = sender.send(request, host.signal);
    setImmediate(() => (what === "host" ? host : stop).abort());
    assert.equal((await sent).error, HttpError.CANCELLED, what);
  }
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

test("what is thrown becomes a response without a status; not sent only if that is certain", async () => {
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
    ["ETIMEDOUT", HttpError.CONNECT, true, { syscall: "connect" }],
    ["ECONNRESET", HttpError.CONNECT, true, { syscall: "connect" }],
    [
      "ECONNRESET",
      HttpError.CONNECT,
      true,
      { message: "Client network socket disconnected before secure TLS connection was established" },
    ],
    [
      "EPROTO",
      HttpError.TLS,
      true,
      {
        message:
          "write EPROTO 40:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:../x.c:77:",
      },
    ],
    ["", HttpError.DENIED, true, { name: "SsrfBlockedIpError" }],
  ];
  for (const [code, error, notSent, more] of cases) {
    const send = senderOf(() => {
      throw thrown(code, more);
    });
    const got = await send(request, signal);
    assert.deepEqual([got.status, got.error, got.notSent], [0, error, notSent], code);
  }
});

test("how a connection broke is kept, with the address", async () => {
  const { sender } = partsOf(() => {
    throw thrown("ECONNREFUSED", { syscall: "connect", address: "10.0.0.1", port: 443 });
  });
  await sender.send(request, signal);
  assert.deepEqual([...sender.breaks], [["CONNECT", { code: "ECONNREFUSED", address: "10.0.0.1:443" }]]);
  assert.equal(sender.handed, 1);
  const { sender: portless } = partsOf(() => {
    throw thrown("ECONNREFUSED", { syscall: "connect", address: "10.0.0.1" });
  });
  await portless.send(request, signal);
  assert.equal(portless.breaks.get("CONNECT").address, "10.0.0.1");
});

test("after a long stall n8n is asked, and an execution that it has ended sends nothing more", async () => {
  let ended = false;
  let asked = 0;
  const getExecutionDataById = async (id) => {
    asked += 1;
    assert.equal(id, "7");
    return { resultData: { runData: {}, ...(ended ? { error: { message: "stalled" } } : {}) } };
  };
  const { sender, execution, loop } = partsOf(() => answer([]), { getExecutionDataById });
  loop.time += 300;
  assert.equal((await sender.send(request, signal)).status, 200);
  assert.equal(asked, 0, "a loop that turns is not asked about");
  loop.time += 60_000;
  assert.equal((await sender.send(request, signal)).status, 200);
  assert.equal(asked, 1);
  ended = true;
  loop.time += 60_000;
  execution.seen(); // a timer that fires first must not hide the stall
  const got = await sender.send(request, signal);
  assert.deepEqual([got.status, got.error, got.notSent], [0, HttpError.CANCELLED, true]);
  assert.ok(execution.over);
  assert.equal(sender.handed, 2);
});

test("after a long stall, of several requests none is sent before n8n has responded", async () => {
  const getExecutionDataById = async () => {
    await new Promise(setImmediate);
    return { resultData: { runData: {}, error: { message: "stalled" } } };
  };
  const { sender, loop } = partsOf(() => answer([]), { getExecutionDataById });
  loop.time += 60_000;
  const got = await Promise.all([1, 2, 3].map(() => sender.send(request, signal)));
  assert.deepEqual(
    got.map(({ notSent }) => notSent),
    [true, true, true],
  );
  assert.equal(sender.handed, 0);
});

/** A sub-workflow, 7, called by 6, which 5 called. failed: the number of the one that was stopped. */
function subWorkflow(own = { executionId: "6", shouldResume: true }) {
  const state = { failed: undefined, asked: [] };
  const parents = { 7: own, 6: { executionId: "5", shouldResume: true } };
  const getExecutionDataById = async (id) => {
    state.asked.push(id);
    const error = id === state.failed ? { message: "The execution was cancelled manually" } : undefined;
    return { resultData: { runData: {}, error }, parentExecution: parents[id] };
  };
  const getExecutionContext = () => ({ parentExecutionId: "6" });
  return { state, ...partsOf(() => answer([]), { getExecutionDataById, getExecutionContext }) };
}

test("in a sub-workflow, nothing more is sent after one above it was stopped", async () => {
  for (const failed of ["6", "5"]) {
    const { state, sender, execution, loop } = subWorkflow();
    state.failed = failed;
    await sender.send(request, signal);
    assert.deepEqual(state.asked, [], "not before it is time");
    loop.time += PARENT_INTERVAL_MS / 2;
    execution.seen(); // the loop turns: there is no other reason to ask
    loop.time += PARENT_INTERVAL_MS / 2;
    const got = await sender.send(request, signal);
    assert.deepEqual([got.error, got.notSent, execution.over], [HttpError.CANCELLED, true, true], failed);
    assert.equal(sender.handed, 1);
  }
});

test("in a sub-workflow, a wait and an open request end after one above it was stopped", async () => {
  const { state, execution, loop } = subWorkflow();
  state.failed = "5";
  loop.time += PARENT_INTERVAL_MS;
  const abort = new AbortController();
  execution.signal.addEventListener("abort", () => abort.abort());
  await n8nClock(execution).sleep(60_000, abort.signal);
  assert.ok(execution.over);
});

test("in a sub-workflow that nobody stops, or that nobody waits for, everything is sent", async () => {
  const running = subWorkflow();
  const detached = subWorkflow({ executionId: "6", shouldResume: false });
  const ofError = subWorkflow(null);
  detached.state.failed = ofError.state.failed = "6";
  for (const { state, sender, loop } of [running, detached, ofError]) {
    for (let n = 0; n < 3; ++n) {
      loop.time += PARENT_INTERVAL_MS / 2;
      assert.equal((await sender.send(request, signal)).status, 200);
    }
    assert.ok(state.asked.length > 0);
  }
});

test("an error that is its own cause does not loop forever", async () => {
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
  assert.ok(clock.now() - began < 100, "the host learns of a response by an abort, which must not wait for a slice");
  const second = clock.now();
  await clock.sleep(300, signal);
  assert.ok(clock.now() - second >= 300);
});
