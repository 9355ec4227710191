// A host in two halves: one has the module, the other the key and the server, as where the module runs in a workflow.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  ActionHost,
  type Connection,
  type HttpAnswer,
  HttpError,
  type HttpRequest,
  keyedSender,
  type KeylessRequest,
  loadModule,
  noAnswer,
  type RunOptions,
  type Send,
  systemClock,
} from "../src/index.js";
import type { RemovalResult } from "../../../plugin-manifest/remove_contacts.js";
import { contactIds } from "skipcall-test-support/contacts";
import { readBytes, REMOVE_CONTACTS } from "skipcall-test-support/repository";
import { answer, JumpingClock, KEY, removed } from "./support/scripted.js";

const module = await loadModule(readBytes(REMOVE_CONTACTS));
const ANY_SERVER = "https://server.invalid";
const KEYLESS: Connection = { baseUrl: ANY_SERVER, authenticatedBySend: true };
const run = (ids: number, options = {}): RunOptions => ({
  action: "remove_contacts",
  input: { sequenceId: "s", contactIds: contactIds(ids), options },
  connections: { skipcall: KEYLESS },
});
const REQUEST: KeylessRequest = {
  connection: "skipcall",
  method: "DELETE",
  target: "/v1/sequences/s/contacts",
  headers: [["Content-Type", "application/json"]],
  body: new TextEncoder().encode("{}"),
  timeoutMs: 1000,
  responseLimit: 100,
};
const never = new AbortController().signal;

function keyed(send: Send): ReturnType<typeof keyedSender> {
  const skipcall = { baseUrl: "https://api.example.com", secret: KEY };
  return keyedSender(module.manifest, { skipcall }, { send, clock: systemClock() });
}

describe("the half with the key", () => {
  test("adds server and credential, and overwrites the key in responses", async () => {
    const requests: HttpRequest[] = [];
    const other = keyed((request) => {
      requests.push(request);
      return Promise.resolve(
        requests.length === 1 ? answer(500, `{"message":"${KEY}"}`, [["x-key", KEY]]) : removed(request),
      );
    });
    const seen: [KeylessRequest, HttpAnswer][] = [];
    const send: Send = async ({ url, ...request }, signal) => {
      const keyless = { ...request, target: url.slice(ANY_SERVER.length) };
      const got = await other(keyless, signal);
      seen.push([keyless, got]);
      return got;
    };
    const host = new ActionHost(module, { send, clock: new JumpingClock(), sendKeepsTime: true });
    const { status, confirmed } = (await host.run<RemovalResult>(run(150))).result;
    assert.deepEqual({ status, confirmed }, { status: "completed", confirmed: 150 });
    for (const { url, headers } of requests) {
      assert.equal(url, "https://api.example.com/v1/sequences/s/contacts");
      assert.deepEqual(headers.at(-1), ["Authorization", `Bearer ${KEY}`]);
    }
    assert.ok(!JSON.stringify(seen.map(([request]) => request)).includes(KEY));
    const [, { status: first, body, headers }] = seen[0]!;
    const masked = "*".repeat(KEY.length);
    assert.equal(first, 500);
    assert.equal(new TextDecoder().decode(body), `{"message":"${masked}"}`);
    assert.deepEqual([...headers], [["x-key", masked]]);
  });

  test("refuses what no host may send", async () => {
    const send = keyed(() => assert.fail("it was sent"));
    for (const wrong of [
      { target: "//elsewhere" },
      { target: "/v1/../x" },
      { method: "TRACE" },
      { headers: [["Authorization", "Bearer x"]] as [string, string][] },
      { headers: [["X-Long", "x".repeat(70_000)]] as [string, string][] },
    ]) {
      const { error, notSent } = await send({ ...REQUEST, ...wrong }, never);
      assert.deepEqual(
        { error, notSent },
        { error: HttpError.DENIED, notSent: true },
        JSON.stringify(wrong).slice(0, 80),
      );
    }
    const { error, notSent } = await send({ ...REQUEST, connection: "other" }, never);
    assert.deepEqual({ error, notSent }, { error: HttpError.NO_CREDENTIAL, notSent: true });
  });

  test("ends a request when its time is up, or when it is told to, and cuts a long response", async () => {
    const hanging = keyed((_request, signal) => {
      return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
    });
    const late = await hanging({ ...REQUEST, timeoutMs: 20 }, never);
    assert.equal(late.error, HttpError.TIMEOUT);
    assert.match(late.detail ?? "", /^api\.example\.com:443: no whole response came in 20 ms$/);
    const giveUp = new AbortController();
    const given = hanging({ ...REQUEST, timeoutMs: 5000 }, giveUp.signal);
    giveUp.abort();
    assert.deepEqual([(await given).notSent, (await given).status], [false, 0]);
    const { error, notSent } = await hanging(REQUEST, giveUp.signal);
    assert.deepEqual({ error, notSent }, { error: HttpError.CANCELLED, notSent: true });
    const long = await keyed(() => Promise.resolve(answer(200, "x".repeat(101))))(REQUEST, never);
    assert.deepEqual([long.error, long.body.length], [HttpError.TOO_LARGE, 100]);
  });
});

describe("the half with the module", () => {
  test("a request whose process died is repeated, and uses up no attempt", async () => {
    let sent = 0;
    const lost: HttpAnswer = { ...noAnswer(HttpError.OTHER, false), isLost: true };
    const send: Send = (request) => Promise.resolve(++sent <= 3 ? lost : removed(request));
    const host = new ActionHost(module, { send, clock: new JumpingClock() });
    const { status, confirmed, requests } = (await host.run<RemovalResult>(run(100, { maxAttempts: 1 }))).result;
    assert.deepEqual({ status, confirmed, requests }, { status: "completed", confirmed: 100, requests: 4 });
  });

  test("a long wait is one sleep, and only a response ends one that has no end", async () => {
    let sent = 0;
    const send: Send = (request) =>
      Promise.resolve(++sent === 2 ? answer(429, "", [["retry-after", "3600"]]) : removed(request));
    for (const [longestSleepMs, most] of [
      [undefined, 60_000],
      [Infinity, 3_700_000],
    ] as const) {
      sent = 0;
      const clock = Object.assign(new JumpingClock(), longestSleepMs === undefined ? {} : { longestSleepMs });
      const host = new ActionHost(module, { send, clock, sendKeepsTime: true });
      const { status } = (await host.run<RemovalResult>(run(300, { maxStallMs: 86_400_000 }))).result;
      assert.equal(status, "completed");
      const finite = clock.sleeps.filter((ms) => ms < Infinity);
      const long = finite.filter((ms) => ms >= 30_000).length;
      assert.ok(longestSleepMs === undefined ? long >= 60 : long === 1, String(long));
      assert.ok(Math.max(...finite) >= (longestSleepMs === undefined ? 60_000 : 3_600_000));
      assert.ok(Math.max(...finite) <= most);
    }
  });
});
