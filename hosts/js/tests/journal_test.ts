// A run that is written down goes on after a crash at any place, and sends again only what had no answer.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type ActionModule, HostError, type HttpRequest, type Journal, loadModule } from "../src/index.js";
import { contactIds, type RemovalResult } from "./support/contacts.js";
import { guest } from "./support/guest.js";
import { MODULES, readBytes, REMOVE_CONTACTS } from "./support/repository.js";
import {
  answer,
  bodyText,
  hostOf,
  JumpingClock,
  removed,
  SKIPCALL_CONNECTION,
  TEST_CONNECTION,
} from "./support/scripted.js";

class Lines implements Journal {
  constructor(readonly lines: string[] = []) {}

  append(line: string): Promise<void> {
    assert.ok(!line.includes("\n"));
    this.lines.push(line);
    return Promise.resolve();
  }
}

/** Fails the second request, and is otherwise content; tells what was sent. */
function server(requests: string[]) {
  let seen = 0;
  return (request: HttpRequest) => {
    requests.push(bodyText(request));
    return Promise.resolve(++seen === 2 ? answer(500, "later") : removed(request));
  };
}

const input = { sequenceId: "s", contactIds: contactIds(600) };

async function journalled(
  module: ActionModule,
): Promise<{ lines: string[]; requests: string[]; result: RemovalResult }> {
  const journal = new Lines();
  const requests: string[] = [];
  const host = hostOf(module, server(requests), new JumpingClock());
  const run = { action: "remove_contacts", input, connections: SKIPCALL_CONNECTION, seed: 7n, journal };
  const { result } = await host.run<RemovalResult>(run);
  return { lines: journal.lines, requests, result };
}

/** What had been answered when the journal ended after so many lines. */
function answeredIn(lines: string[]): number {
  return lines.filter((line) => line.includes('"kind":"answer"')).length;
}

for (const [build, path] of Object.entries(MODULES)) {
  test(`a run is gone on with from every event of its journal, module by ${build}`, async () => {
    const module = await loadModule(readBytes(path));
    const whole = await journalled(module);
    assert.equal(whole.result.status, "completed");
    assert.equal(whole.result.retries, 1);
    assert.equal(whole.requests.length, 7);
    for (let kept = 1; kept <= whole.lines.length; ++kept) {
      for (const torn of [[], ['{"n":99,"kind":"ans']]) {
        const journal = new Lines([...whole.lines.slice(0, kept), ...torn]);
        const answered = answeredIn(journal.lines.slice(0, kept));
        const requests: string[] = [];
        const content = (request: HttpRequest) => {
          requests.push(bodyText(request));
          return Promise.resolve(removed(request));
        };
        const host = hostOf(module, content, new JumpingClock());
        const { result } = await host.resume<RemovalResult>({ journal, connections: SKIPCALL_CONNECTION });
        assert.equal(result.status, "completed");
        assert.equal(result.confirmed, 600);
        // With the failed answer in the journal there is one request more to come than without.
        const failed = journal.lines.slice(0, kept).some((line) => line.includes('"status":500'));
        assert.equal(requests.length, 6 + (failed ? 1 : 0) - answered, `after ${String(kept)} lines`);
        // What was open is a try of its own, which may have removed what the next one finds gone.
        const open = result.requests - answered - requests.length;
        assert.equal(result.removedExact, open === 0 && !failed, `after ${String(kept)} lines`);
        // What was resumed can be resumed again, to the same result and without a request.
        const again = hostOf(module, () => assert.fail("it was sent"), new JumpingClock());
        const { result: same } = await again.resume({ journal, connections: SKIPCALL_CONNECTION });
        assert.deepEqual(same, result);
      }
    }
  });
}

test("a run that is stopped when it is gone on with does not claim that what was open before was never sent", async () => {
  const module = await loadModule(readBytes(REMOVE_CONTACTS));
  const { lines } = await journalled(module);
  // The first request goes alone. Where the journal ends behind its answer, the other five were announced.
  const journal = new Lines(lines.slice(0, 3));
  assert.equal(answeredIn(journal.lines), 1);
  const host = hostOf(module, () => assert.fail("it was sent"), new JumpingClock());
  const stopSignal = AbortSignal.abort();
  const { result } = await host.resume<RemovalResult>({ journal, connections: SKIPCALL_CONNECTION, stopSignal });
  assert.equal(result.confirmed, 100);
  assert.equal(result.unknown, 500);
  assert.equal(result.unsent, 0);
});

test("each event is in the journal before the module has it, and one that cannot be written ends the run", async () => {
  const module = await loadModule(readBytes(REMOVE_CONTACTS));
  const journal = new Lines();
  let events = 0;
  const onProgress = (): void => assert.equal(journal.lines.length, 1 + ++events);
  const run = { action: "remove_contacts", input, connections: SKIPCALL_CONNECTION };
  await hostOf(module, server([]), new JumpingClock()).run({ ...run, journal, onProgress });
  assert.ok(events > 7);

  const full = {
    lines: [],
    append: (line: string) => (line.includes('"n":3') ? Promise.reject(new Error("full")) : undefined),
  };
  await assert.rejects(hostOf(module, server([]), new JumpingClock()).run({ ...run, journal: full }), /full/);
});

test("the key is not in the journal", async () => {
  const { lines } = await journalled(await loadModule(readBytes(REMOVE_CONTACTS)));
  assert.ok(!lines.join().includes(SKIPCALL_CONNECTION.skipcall.secret));
});

test("time goes on from the journal's, also where the clock stands earlier", async () => {
  const module = await loadModule(readBytes(REMOVE_CONTACTS));
  const { lines } = await journalled(module);
  const journal = new Lines(lines.slice(0, 4));
  const times = (): number[] => journal.lines.slice(1).map((line) => (JSON.parse(line) as { now: number }).now);
  const last = Math.max(...times());
  const began = last - 3_600_000;
  const early = new JumpingClock(began);
  await hostOf(module, server([]), early).resume({ journal, connections: SKIPCALL_CONNECTION });
  const all = times();
  assert.ok(all.length > 4);
  assert.deepEqual(
    all,
    [...all].sort((a, b) => a - b),
  );
  assert.ok((all[all.length - 1] ?? 0) > last, "and it does not stand still");
  assert.ok(early.now() - began < 600_000, "until the clock has caught up");
});

test("a journal of something else is refused", async () => {
  const module = await loadModule(readBytes(REMOVE_CONTACTS));
  const { lines } = await journalled(module);
  const resumed = async (
    with_: ActionModule,
    changed: string[],
    connections = SKIPCALL_CONNECTION,
  ): Promise<string> => {
    const run = hostOf(with_, () => assert.fail("it was sent")).resume({ journal: new Lines(changed), connections });
    const error: unknown = await run.catch((reason: unknown) => reason);
    assert.ok(error instanceof HostError, String(error));
    assert.equal(error.fault, "journal");
    return error.message;
  };
  assert.match(await resumed(module, []), /start anew/);
  assert.match(await resumed(module, ["torn"]), /start anew/);
  assert.match(await resumed(await loadModule(readBytes(MODULES.Emscripten)), lines), /another module file/);
  const elsewhere = { skipcall: { ...SKIPCALL_CONNECTION.skipcall, baseUrl: "https://other.example.com" } };
  assert.match(await resumed(module, lines, elsewhere), /another server/);
  assert.match(await resumed(module, [...lines.slice(0, 2), ...lines.slice(3)]), /an event is missing/);
  const drifted = lines.map((line, i) => (i === 3 ? line.replace(/"announced":"[^"]*"/, '"announced":"0"') : line));
  assert.match(await resumed(module, drifted), /behaves differently/);
  const wrongExchange = lines.map((line, i) => (i === 2 ? line.replace('"exchange":1', '"exchange":2') : line));
  assert.match(await resumed(module, wrongExchange), /behaves differently/);
  const used = hostOf(module, () => assert.fail("it was sent"));
  const again = { action: "remove_contacts", input, connections: SKIPCALL_CONNECTION, journal: new Lines(lines) };
  await assert.rejects(used.run(again), /has a run already/);
});

test("bytes that are no text survive the journal", async () => {
  const module = await guest();
  const body = Uint8Array.from({ length: 256 }, (_, i) => i);
  const journal = new Lines();
  const run = { action: "echo", input: body, connections: TEST_CONNECTION, journal };
  const { text } = await hostOf(module, () => Promise.resolve({ ...answer(200), body })).run(run);
  const again = hostOf(module, () => assert.fail("it was sent"));
  assert.equal((await again.resume({ journal, connections: TEST_CONNECTION })).text, text);
});
