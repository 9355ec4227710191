// How many requests are on their way at a time.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Bell } from "../src/core/clock.js";
import { ConnectionGuard } from "../src/core/connection.js";
import { Exchanges } from "../src/core/exchanges.js";
import type { AnnouncedRequest } from "../src/core/instance.js";
import { Sender } from "../src/core/sender.js";
import { type HttpAnswer, HttpError, systemClock } from "../src/index.js";
import { answer, KEY } from "./support/scripted.js";

const guard = new ConnectionGuard(
  { id: "test", headers: { Authorization: "{key}" } },
  { baseUrl: "https://example.com", secret: KEY },
);
const REQUEST: AnnouncedRequest = {
  timeoutMs: 60_000,
  responseLimit: 1000,
  connection: "test",
  method: "GET",
  target: "/x",
  headers: new Uint8Array(0),
  body: new Uint8Array(0),
};
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("64 requests are sent at a time; the others wait, and those that are given up are not sent", async () => {
  const underway: ((answer: HttpAnswer) => void)[] = [];
  let sent = 0;
  const clock = systemClock();
  const sender = (): Promise<HttpAnswer> => {
    ++sent;
    return new Promise((resolve) => underway.push(resolve));
  };
  const exchanges = new Exchanges(new Sender(new Map([["test", guard]]), sender, clock), new Bell(clock));
  for (let exchange = 1; exchange <= 100; ++exchange) exchanges.send(exchange, REQUEST);
  await turn();
  assert.equal(sent, 64);
  for (let exchange = 91; exchange <= 100; ++exchange) exchanges.abandon(exchange);
  underway.pop()?.(answer(200, "ok"));
  await turn();
  assert.equal(sent, 65);
  while (exchanges.open.length > 0) {
    assert.ok(underway.length <= 64);
    for (const resolve of underway.splice(0)) resolve(answer(200, "ok"));
    await turn();
    exchanges.take();
  }
  assert.equal(sent, 90);
});

test("whatever a caller's own send returns, the request has an outcome", async () => {
  const sendOf = async (returned: unknown): ReturnType<Sender["send"]> => {
    const sender = new Sender(new Map([["test", guard]]), () => Promise.resolve(returned as HttpAnswer), systemClock());
    return sender.send(REQUEST, new AbortController());
  };
  for (const returned of [undefined, null, "ok", {}, new Response("{}"), { ...answer(200, "ok"), body: "ok" }]) {
    const { answer: block } = await sendOf(returned);
    assert.deepEqual([block?.status, block?.error, block?.flags], [0, HttpError.OTHER, 0]);
  }
  const headers = Object.entries({ "set-cookie": ["a", "b"], "content-length": 2 });
  const { answer: block } = await sendOf({ ...answer(200, "ok"), headers });
  assert.equal(new TextDecoder().decode(block?.headers), "set-cookie: a,b\r\ncontent-length: 2\r\n");
});
