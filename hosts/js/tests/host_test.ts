// How runs go and end: done, cancelled, stopped, failed; several at once; and a host that outlives its instances.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ActionModule,
  type HttpAnswer,
  HostError,
  HttpError,
  type HttpRequest,
  loadModule,
  type Progress,
  type RunOptions,
  type Send,
} from "../src/index.js";
import type { RemovalResult } from "../../../plugin-manifest/remove_contacts.js";
import { contactIds } from "skipcall-test-support/contacts";
import { guest, guestBytes } from "./support/guest.js";
import { watchInstances } from "./support/instances.js";
import { readBytes, REMOVE_CONTACTS } from "skipcall-test-support/repository";
import {
  answer,
  bodyText,
  echo,
  hostOf,
  JumpingClock,
  KEY,
  removed,
  SKIPCALL_CONNECTION,
  TEST_CONNECTION,
} from "./support/scripted.js";

const actions = await guest();
const removeContacts = await loadModule(readBytes(REMOVE_CONTACTS));
const start = (action: string, more: Partial<RunOptions> = {}): RunOptions => ({
  action,
  input: "input",
  connections: TEST_CONNECTION,
  ...more,
});

async function fault(run: Promise<unknown>): Promise<HostError> {
  const error: unknown = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof HostError, String(error));
  return error;
}

/** A sender whose responses are given by hand. */
function held(): {
  send: Send;
  requests: HttpRequest[];
  signals: AbortSignal[];
  answer: (at: number, with_: HttpAnswer) => void;
  sent: (n: number) => Promise<void>;
} {
  const requests: HttpRequest[] = [];
  const signals: AbortSignal[] = [];
  const resolvers: ((answer: HttpAnswer) => void)[] = [];
  let seen: (() => void) | undefined;
  return {
    requests,
    signals,
    send: (request, signal) => {
      requests.push(request);
      signals.push(signal);
      seen?.();
      return new Promise((resolve) => resolvers.push(resolve));
    },
    answer: (at, with_) => resolvers[at]?.(with_),
    sent: async (n) => {
      while (requests.length < n) await new Promise<void>((resolve) => (seen = resolve));
    },
  };
}

test("a run goes through request and response to its result", async () => {
  const requests: HttpRequest[] = [];
  const seen: Progress[] = [];
  const host = hostOf(actions, (request, signal) => {
    requests.push(request);
    return echo(request, signal);
  });
  const end = await host.run(start("echo", { onProgress: (progress) => seen.push(progress) }));
  assert.equal(end.text, "echo of input");
  assert.equal(end.progress?.requests, 1);
  assert.deepEqual(
    seen.map((progress) => progress.state),
    [1, 0],
  );
  const { body, ...request } = requests[0]!;
  assert.equal(new TextDecoder().decode(body), "input");
  assert.deepEqual(request, {
    connection: "test",
    method: "DELETE",
    url: "https://api.example.com/items/1",
    headers: [
      ["Content-Type", "text/plain"],
      ["Authorization", `Bearer ${KEY}`],
    ],
    timeoutMs: 10000,
    responseLimit: 1000,
  });
  assert.equal((await host.run(start("three"))).text, "ccc");
  assert.equal((await host.run(start("echo", { input: new TextEncoder().encode("bytes") }))).text, "echo of bytes");
  assert.equal((await host.run(start("echo", { input: { a: [1] } }))).text, 'echo of {"a":[1]}');
});

test("a result is parsed, and one that is not JSON says so only when it is asked for", async () => {
  const host = hostOf(actions, (request) => Promise.resolve(answer(200, bodyText(request))));
  assert.deepEqual((await host.run<{ a: number }>(start("echo", { input: { a: 1 } }))).result, { a: 1 });
  const end = await host.run(start("echo", { input: "no json" }));
  assert.throws(() => end.result, SyntaxError);
});

test("what the caller gets wrong is reported before anything runs", async () => {
  const host = hostOf(actions, echo);
  assert.match((await fault(host.run(start("none")))).message, /no action none/);
  assert.match((await fault(host.run(start("echo", { input: undefined })))).message, /written as JSON/);
  assert.equal((await fault(host.run(start("echo", { input: 1n })))).fault, "usage");
  assert.equal((await fault(host.run(start("echo", { connections: { other: {} } })))).fault, "connection");
});

test("without a key, and with a target or header that is not allowed, the module learns that nothing was sent", async () => {
  const never: Send = () => assert.fail("it was sent");
  const without = { test: { baseUrl: "https://api.example.com" } };
  assert.equal((await hostOf(actions, never).run(start("three", { connections: {} }))).text, "nnn");
  assert.equal((await hostOf(actions, never).run(start("three", { connections: without }))).text, "nnn");
  for (const exchange of [
    ['"/items/1"', '"//tems/1"'],
    ['"Content-Type: text/plain', '"Authorization:text/plain'],
    ['"DELETE"', '"DELEte"'],
  ] as [string, string][]) {
    assert.equal((await hostOf(await guest([exchange]), never).run(start("three"))).text, "nnn", exchange[1]);
  }
});

test("a sender that rejects, throws or returns nonsense is a response without a status; it may have been sent", async () => {
  const senders: Send[] = [
    () => Promise.reject(new Error("refused by the test")),
    () => {
      throw new Error("thrown by the test");
    },
    () => Promise.resolve(answer(99)),
    () => Promise.resolve(answer(600)),
    () => Promise.resolve(answer(Number.NaN)),
  ];
  for (const send of senders) assert.equal((await hostOf(actions, send).run(start("three"))).text, "xxx");
});

test("a request whose sender never resolves ends by its timeout, and its signal is aborted", async () => {
  const signals: AbortSignal[] = [];
  const clock = new JumpingClock();
  const began = clock.now();
  const host = hostOf(
    actions,
    (_request, signal) => {
      signals.push(signal);
      return new Promise(() => undefined);
    },
    clock,
  );
  assert.equal((await host.run(start("three"))).text, "xxx");
  assert.deepEqual(
    signals.map((signal) => signal.aborted),
    [true, true, true],
  );
  const took = clock.now() - began;
  assert.ok(took >= 30_000 && took < 31_000, String(took));
});

test("a response longer than its limit is cut, and in one that repeats the key it is overwritten", async () => {
  const host = hostOf(actions, () => Promise.resolve(answer(200, `${"x".repeat(990)}${KEY}`)));
  assert.equal((await host.run(start("echo"))).text, "x".repeat(990) + "*".repeat(10));
  const short = hostOf(actions, () => Promise.resolve(answer(200, `you are ${KEY}!`)));
  assert.equal((await short.run(start("echo"))).text, `you are ${"*".repeat(KEY.length)}!`);
});

test("the module is woken when it asked to be, and not early", async () => {
  const clock = new JumpingClock();
  const began = clock.now();
  assert.equal((await hostOf(actions, echo, clock).run(start("sleep"))).text, "full");
  assert.equal(clock.now() - began, 50);
});

test("a module that always asks to be woken at once waits longer each time", async () => {
  const greedy = await guest([
    ["(i64.add (local.get $now) (i64.const 50))", "(i64.const 1)"],
    ["(i64.ge_u (local.get $now) (i64.load offset=8 (global.get $progress)))", "(i32.const 0)"],
  ]);
  const clock = new JumpingClock();
  const began = clock.now();
  const cancel = new AbortController();
  let wakes = 0;
  const onProgress = (): void => {
    if (++wakes === 30) cancel.abort();
  };
  await hostOf(greedy, echo, clock).run(start("sleep", { signal: cancel.signal, onProgress }));
  const took = clock.now() - began;
  assert.ok(took > 2000 && took < 3000, `30 wakes in ${String(took)} ms`);
});

test("a module that fails is reported with what it did, and the host continues with a fresh instance", async () => {
  const host = hostOf(actions, echo);
  const cases = {
    trap: /action_wake: unreachable/,
    wild: /outside of its memory/,
    spam: /more than 64 MiB/,
    stuck: /for nothing/,
  };
  for (const [action, why] of Object.entries(cases)) {
    const error = await fault(host.run(start(action, { input: "x".repeat(action === "spam" ? 100_000 : 1) })));
    assert.equal(error.fault, "trap");
    assert.match(error.message, why);
    assert.equal(error.progress?.state, 1);
    assert.equal((await host.run(start("three"))).text, "ccc");
  }
  assert.equal((await host.run(start("grow"))).text, "full");
  assert.equal((await fault(host.run(start("echo", { input: "x".repeat(65 << 20) })))).fault, "no-memory");
});

test("ranges, structs and states that a broken module gives are refused", async () => {
  const cases: [string, string, RegExp][] = [
    [
      "(i32.store (global.get $request) (i32.const 56))",
      "(i32.store (global.get $request) (i32.const 55))",
      /shorter than version 1/,
    ],
    [
      "(i32.store offset=52 (global.get $request) (global.get $input_length))",
      "(i32.store offset=52 (global.get $request) (i32.const -1))",
      /64 MiB|outside/,
    ],
    [
      "(i32.store offset=48 (global.get $request) (global.get $input))",
      "(i32.store offset=48 (global.get $request) (i32.const -4))",
      /outside of its memory/,
    ],
    [
      "(i32.store (global.get $progress) (i32.const 48))",
      "(i32.store (global.get $progress) (i32.const 44))",
      /status is shorter/,
    ],
    [
      "(i32.store offset=4 (global.get $progress) (i32.const 1))",
      "(i32.store offset=4 (global.get $progress) (i32.const 7))",
      /state 7/,
    ],
    ["(result i32) (global.get $progress))", "(result i32) (i32.const -8))", /status outside/],
    [
      "(select (i32.const 0) (global.get $result) (i32.load offset=4 (global.get $progress)))",
      "(i32.const 0)",
      /no result/,
    ],
    [
      "(i32.store offset=4 (global.get $result) (local.get $length))",
      "(i32.store offset=4 (global.get $result) (i32.const -1))",
      /result outside/,
    ],
    [
      "(call $http_send (i32.const 1) (global.get $exchange)",
      "(call $http_send (i32.const 2) (global.get $exchange)",
      /exchange of no run/,
    ],
    [
      "(call $http_send (i32.const 1) (global.get $exchange)",
      "(call $http_send (i32.const 1) (i32.const 0)",
      /or twice/,
    ],
    ["(local.set $letter (i32.const 120)) ;; x", "(return (i32.const -2))", /refused an event/],
    ["(call $done (i32.const 96) (i32.const 9)))", "(i32.const 1))", /after it was cancelled/],
  ];
  for (const [from, to, why] of cases) {
    const cancel = new AbortController();
    const host = hostOf(await guest([[from, to]]), (request, signal) => {
      if (why.source.includes("cancelled")) cancel.abort();
      return echo(request, signal);
    });
    const error = await fault(host.run(start("three", { signal: cancel.signal })));
    assert.equal(error.fault, "trap");
    assert.match(error.message, why);
  }
});

test("several runs live in one instance and do not disturb each other", async (context) => {
  const instances = watchInstances(context);
  const host = hostOf(removeContacts, (request) => Promise.resolve(removed(request)));
  const ends = await Promise.all(
    [10, 200, 350, 1].map((n, group) =>
      host.run<RemovalResult>({
        action: "remove_contacts",
        input: { sequenceId: `s${String(group)}`, contactIds: contactIds(n, group) },
        connections: SKIPCALL_CONNECTION,
      }),
    ),
  );
  assert.deepEqual(
    ends.map(({ result }) => [result.status, result.confirmed]),
    [10, 200, 350, 1].map((n) => ["completed", n]),
  );
  assert.equal(instances.length, 1);
});

test("when a run makes the instance trap, the others continue in a fresh one, and nothing is sent twice", async (context) => {
  let answers = 0;
  let dead = false;
  const instances = watchInstances(context, (exports, nth) => {
    if (nth > 1) return exports;
    const wrapped = Object.entries(exports).map(([name, value]) => {
      if (typeof value !== "function") return [name, value] as const;
      const call = (...values: unknown[]): unknown => {
        assert.ok(!dead, `${name} of an instance that trapped was called`);
        if (name === "action_http_done" && ++answers === 6) {
          dead = true;
          throw new WebAssembly.RuntimeError("unreachable");
        }
        return value(...values);
      };
      return [name, call] as const;
    });
    return Object.fromEntries(wrapped) as typeof exports;
  });
  const sent = new Map<string, number>();
  const host = hostOf(removeContacts, (request) => {
    const text = `${request.url} ${bodyText(request)}`;
    sent.set(text, (sent.get(text) ?? 0) + 1);
    return Promise.resolve(removed(request));
  });
  const ends = await Promise.allSettled(
    [0, 1, 2].map((group) =>
      host.run<RemovalResult>({
        action: "remove_contacts",
        input: { sequenceId: `s${String(group)}`, contactIds: contactIds(1000, group) },
        connections: SKIPCALL_CONNECTION,
      }),
    ),
  );
  assert.equal(instances.length, 2);
  const failed = ends.filter((end) => end.status === "rejected");
  assert.equal(failed.length, 1);
  assert.match(String(failed[0]?.reason), /trapped in action_http_done: unreachable/);
  for (const end of ends) if (end.status === "fulfilled") assert.equal(end.value.result.confirmed, 1000);
  assert.deepEqual(new Set(sent.values()), new Set([1]));
});

test("a response that comes together with one on which the module gave its exchange up is dropped", async () => {
  const fickle = await guest([
    [
      `(i32.const 2))
      (then (if (i32.eqz (global.get $exchange)) (then (call $send)))))`,
      `(i32.const 2))
      (then (if (i32.eqz (global.get $exchange)) (then (call $send) (call $send)))))`,
    ],
    [
      "(local.set $letter (i32.const 120)) ;; x",
      `(local.set $letter (i32.const 120))
       (if (i32.eq (local.get $exchange) (i32.const 1)) (then (call $http_cancel (i32.const 1) (i32.const 2))))`,
    ],
  ]);
  // The second letter is never written.
  assert.equal((await hostOf(fickle, echo).run(start("three"))).text, "c\0c");
});

test("a cancelled run gives its requests up and still has its result", async () => {
  const sender = held();
  const cancel = new AbortController();
  const run = hostOf(actions, sender.send).run(start("three", { signal: cancel.signal }));
  await sender.sent(1);
  cancel.abort();
  assert.equal((await run).text, "cancelled");
  assert.equal(sender.requests.length, 1);
  assert.equal(sender.signals[0]?.aborted, true);
});

test("the account of a cancelled removal distinguishes unknown from unsent", async () => {
  const sender = held();
  const cancel = new AbortController();
  const run = hostOf(removeContacts, sender.send).run<RemovalResult>({
    action: "remove_contacts",
    input: { sequenceId: "s", contactIds: contactIds(1000) },
    connections: SKIPCALL_CONNECTION,
    signal: cancel.signal,
  });
  await sender.sent(1);
  sender.answer(0, removed(sender.requests[0]!));
  await sender.sent(3);
  cancel.abort();
  const { result } = await run;
  assert.equal(result.status, "cancelled");
  assert.equal(result.confirmed, 100);
  assert.equal(result.unknown, (sender.requests.length - 1) * 100);
  assert.equal(result.confirmed + result.unknown + result.unsent, 1000);
});

test("a response that arrives with the cancel is delivered before it", async () => {
  const sender = held();
  const cancel = new AbortController();
  const run = hostOf(removeContacts, sender.send).run<RemovalResult>({
    action: "remove_contacts",
    input: { sequenceId: "s", contactIds: contactIds(100) },
    connections: SKIPCALL_CONNECTION,
    signal: cancel.signal,
  });
  await sender.sent(1);
  cancel.abort();
  sender.answer(0, removed(sender.requests[0]!));
  assert.equal((await run).result.confirmed, 100);
});

test("a run whose signals are aborted before it begins sends nothing", async () => {
  const aborted = AbortSignal.abort();
  const host = hostOf(actions, () => assert.fail("it was sent"));
  assert.equal((await host.run(start("three", { signal: aborted }))).text, "cancelled");
  assert.equal((await host.run(start("three", { stopSignal: aborted }))).text, "cancelled");
});

test("a stopped run sends nothing new, accepts the open response, and does not send what was held back", async () => {
  const sender = held();
  const stop = new AbortController();
  const run = hostOf(actions, sender.send).run(start("three", { stopSignal: stop.signal }));
  await sender.sent(1);
  stop.abort();
  sender.answer(0, answer(200));
  assert.equal((await run).text, "cnn");
  assert.equal(sender.requests.length, 1);
});

test("an open request that outlasts the grace is given up", async () => {
  const sender = held();
  const stop = new AbortController();
  const clock = new JumpingClock();
  const began = clock.now();
  const run = hostOf(actions, sender.send, clock).run(start("three", { stopSignal: stop.signal, graceMs: 300 }));
  await sender.sent(1);
  stop.abort();
  assert.equal((await run).text, "cancelled");
  assert.equal(clock.now() - began, 300);
  assert.equal(sender.signals[0]?.aborted, true);
});

test("a callback that throws ends its run and no other", async () => {
  const host = hostOf(actions, echo);
  const onProgress = (): never => {
    throw new RangeError("thrown by the test");
  };
  await assert.rejects(host.run(start("echo", { onProgress })), RangeError);
  assert.equal((await host.run(start("three"))).text, "ccc");
});

const CANCEL = '(func (export "action_cancel") (param $run i32) (param $now i64) (result i32)';
const announcing: [name: string, exchanged: [string, string][], why: RegExp][] = [
  [
    "_initialize",
    [['(func (export "_initialize")', '(func (export "_initialize") (call $send)']],
    /called http_send where it must not/,
  ],
  ["an action", [["(global.set $exchange (i32.const 0))", "(call $send)"]], /called http_send where it must not/],
  [
    "action_alloc",
    [["(local $block i32)", "(local $block i32) (call $http_cancel (i32.const 1) (i32.const 1))"]],
    /called http_cancel where it must not/,
  ],
  ["action_cancel", [[CANCEL, `${CANCEL} (call $send)`]], /called http_send where it must not/],
];

test("a module that announces something outside a wake and a response is ended", async () => {
  for (const [name, exchanged, why] of announcing) {
    const host = hostOf(await guest(exchanged), () => Promise.resolve(answer(200, "")));
    const signal = AbortSignal.abort();
    const error = await fault(host.run(start("echo", name === "action_cancel" ? { signal } : {})));
    assert.equal(error.fault, "trap", name);
    assert.match(error.message, why);
  }
});

test("a start function that announces something is ended, though a compiled module does not show it", async () => {
  const bytes = guestBytes([["(func $done (param", "(start $first) (func $first (call $send)) (func $done (param"]]);
  const module = ActionModule.fromCompiled(await WebAssembly.compile(bytes));
  const error = await fault(hostOf(module, echo).run(start("echo")));
  assert.match(error.message, /called http_send where it must not/);
});

test("a state that does not exist, or not the run's, ends the instance", async () => {
  const wake = '(func (export "action_wake") (param $run i32) (param $now i64) (result i32)';
  for (const [exchanged, why] of [
    [[wake, `${wake} (return (i32.const 7))`], /a state 7, which does not exist/],
    [[wake, `${wake} (return (i32.const -1))`], /refused an event/],
    [[wake, `${wake} (return (i32.const 0))`], /another state than the run is in/],
    [
      [
        "(i32.store offset=4 (global.get $progress) (i32.const 1))",
        "(i32.store offset=4 (global.get $progress) (i32.const 7))",
      ],
      /a state 7, which does not exist/,
    ],
    [
      [
        "(i32.store offset=4 (global.get $progress) (i32.const 1))",
        "(i32.store offset=4 (global.get $progress) (i32.const -1))",
      ],
      /which does not exist/,
    ],
  ] as [[string, string], RegExp][]) {
    const error = await fault(hostOf(await guest([exchanged]), echo).run(start("echo")));
    assert.equal(error.fault, "trap");
    assert.match(error.message, why);
  }
});

test("announcements and open requests are bounded by their number too", async () => {
  const host = hostOf(actions, () => new Promise(() => undefined));
  const error = await fault(host.run(start("spam", { input: "" })));
  assert.match(error.message, /more than 1,000 times in one call/);
});

test("an empty body is not treated as whole if the headers announce one", async () => {
  const outcomes: [HttpAnswer, HttpError][] = [
    [answer(200, "", [["Content-Length", "10"]]), HttpError.PROTOCOL],
    [answer(200, "", [["content-length", "0"]]), HttpError.OK],
    [answer(200, ""), HttpError.OK],
    [answer(304, "", [["content-length", "10"]]), HttpError.OK],
    [answer(101, ""), HttpError.PROTOCOL],
    [answer(600, ""), HttpError.PROTOCOL],
  ];
  for (const [given, error] of outcomes) {
    const lines: string[] = [];
    const journal = { lines: [], append: (line: string) => void lines.push(line) };
    const host = hostOf(actions, () => Promise.resolve(given));
    await host.run({ action: "echo", input: "x", connections: TEST_CONNECTION, journal });
    assert.equal((JSON.parse(lines[2]!) as { error: number }).error, error);
  }
});

test("what a sender says about repeats reaches the module; one of ABI 1.0 ignores it", async () => {
  const input = { sequenceId: "A", contactIds: contactIds(2) };
  const run = { action: "remove_contacts", input, connections: SKIPCALL_CONNECTION };
  const old = await loadModule(readBytes("tests/module/remove_contacts_1.0.wasm"));
  assert.equal(old.abiVersion, "1.0");
  for (const [module, mayHaveRepeated, removedExact] of [
    [removeContacts, true, false],
    [removeContacts, false, true],
    [old, true, true],
  ] as const) {
    const send: Send = () => Promise.resolve({ ...answer(200, '{"removed":1}'), mayHaveRepeated });
    const { result } = await hostOf(module, send).run(run);
    const { status, removed: count, removedExact: exact } = result as RemovalResult & { removedExact: boolean };
    assert.deepEqual([status, count, exact], ["completed", 1, removedExact]);
  }
});
