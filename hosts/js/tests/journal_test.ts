// A recorded run is resumed after a crash at any point, and sends again only what had no response.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { type ActionModule, HostError, type HttpRequest, type Journal, loadModule } from "../src/index.js";
import type { RemovalResult } from "../../../plugin-manifest/remove_contacts.js";
import { contactIds } from "skipcall-test-support/contacts";
import { type Connection, guardConnections } from "../src/core/connection.js";
import { allValues, LineSums } from "../src/core/journal.js";
import type { Manifest } from "../src/core/manifest.js";
import { FileJournal } from "../src/node/index.js";
import { guest } from "./support/guest.js";
import { MODULES, readBytes, readJson, REMOVE_CONTACTS } from "skipcall-test-support/repository";
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
  constructor(
    readonly lines: string[] = [],
    readonly keepsAll = true,
  ) {}

  append(line: string): Promise<void> {
    assert.ok(!line.includes("\n"));
    this.lines.push(line);
    return Promise.resolve();
  }

  cut(count: number): void {
    this.lines.length = count;
  }
}

/** Fails the second request, and confirms the others; records what was sent. */
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

/** What had been answered by the time the journal ended after this many lines. */
function answeredIn(lines: string[]): number {
  return lines.filter((line) => line.includes('"event":"response"')).length;
}

for (const [build, path] of Object.entries(MODULES)) {
  test(`a run is resumed from every event of its journal, module by ${build}`, async () => {
    const module = await loadModule(readBytes(path));
    const whole = await journalled(module);
    assert.equal(whole.result.status, "completed");
    assert.equal(whole.result.retries, 1);
    assert.equal(whole.requests.length, 7);
    for (let kept = 1; kept <= whole.lines.length; ++kept) {
      {
        const journal = new Lines(whole.lines.slice(0, kept));
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
        // With the failed response in the journal there is one more request to come than without.
        const failed = journal.lines.slice(0, kept).some((line) => line.includes('"status":500'));
        assert.equal(requests.length, 6 + (failed ? 1 : 0) - answered, `after ${String(kept)} lines`);
        // What was open counts as a try, which may have removed what the next one finds gone.
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

test("a run that is stopped when it is resumed does not claim that what was open before was never sent", async () => {
  const module = await loadModule(readBytes(REMOVE_CONTACTS));
  const { lines } = await journalled(module);
  // The first request goes alone. If the journal ends after its response, the other five were announced.
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
    append: (line: string) => (line.includes('"exchange":2') ? Promise.reject(new Error("full")) : undefined),
  };
  await assert.rejects(hostOf(module, server([]), new JumpingClock()).run({ ...run, journal: full }), /full/);
});

test("the key is not in the journal", async () => {
  const { lines } = await journalled(await loadModule(readBytes(REMOVE_CONTACTS)));
  assert.ok(!lines.join().includes(SKIPCALL_CONNECTION.skipcall.secret));
});

test("time continues from the journal's, even if the clock is behind it", async () => {
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
  assert.ok((all[all.length - 1] ?? 0) > last, "and it does not stop");
  assert.ok(early.now() - began < 600_000, "until the clock has caught up");
});

/** The lines with one of them changed, and new sums. */
function changed(lines: string[], at: number, from: RegExp, to: string): string[] {
  const sums = new LineSums();
  return lines.map((line, i) => {
    const object = line.replace(/,"sum":"[^"]*"/, "");
    const other = i === at ? object.replace(from, to) : object;
    assert.equal(other === object, i !== at);
    return sums.close(other);
  });
}

test("a journal of something else is refused", async () => {
  const module = await loadModule(readBytes(REMOVE_CONTACTS));
  const { lines } = await journalled(module);
  const resumed = async (with_: ActionModule, other: string[], connections = SKIPCALL_CONNECTION): Promise<string> => {
    const run = hostOf(with_, () => assert.fail("it was sent")).resume({ journal: new Lines(other), connections });
    const error: unknown = await run.catch((reason: unknown) => reason);
    assert.ok(error instanceof HostError, String(error));
    assert.equal(error.fault, "journal");
    return error.message;
  };
  assert.match(await resumed(module, []), /it is empty: there is no run to resume/);
  assert.match(await resumed(module, ["torn"]), /not a journal/);
  assert.match(await resumed(module, [lines[0]!.slice(0, -1)]), /cut off/);
  assert.match(await resumed(module, ["SKIPJRN1\u{1}"]), /older version/);
  assert.match(await resumed(module, ['{"journal":1,"module":"1","servers":{}}']), /older version/);
  assert.match(await resumed(module, ['{"journal":2}']), /format 2/);
  assert.match(await resumed(await loadModule(readBytes(MODULES.Emscripten)), lines), /another module file/);
  const elsewhere = { skipcall: { ...SKIPCALL_CONNECTION.skipcall, baseUrl: "https://other.example.com" } };
  assert.match(await resumed(module, lines, elsewhere), /another server/);
  assert.match(
    await resumed(module, changed(lines, 3, /"announced":"[^"]*"/, '"announced":"00000000"')),
    /differently/,
  );
  assert.match(await resumed(module, changed(lines, 2, /"exchange":1/, '"exchange":2')), /differently/);
  const used = hostOf(module, () => assert.fail("it was sent"));
  const again = { action: "remove_contacts", input, connections: SKIPCALL_CONNECTION, journal: new Lines(lines) };
  await assert.rejects(used.run(again), /has a run already/);
});

test("bytes that are not text survive the journal", async () => {
  const module = await guest();
  const body = Uint8Array.from({ length: 256 }, (_, i) => i);
  const journal = new Lines();
  const run = { action: "echo", input: body, connections: TEST_CONNECTION, journal };
  const { text } = await hostOf(module, () => Promise.resolve({ ...answer(200), body })).run(run);
  const again = hostOf(module, () => assert.fail("it was sent"));
  assert.equal((await again.resume({ journal, connections: TEST_CONNECTION })).text, text);
});

const folder = mkdtempSync(join(tmpdir(), "journal-"));
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, "run.journal");

test("a journal in a file that is cut off or damaged at any byte is refused, or its run is accounted for", async () => {
  const module = await loadModule(readBytes(REMOVE_CONTACTS));
  const gone = new Set<string>();
  const server = (request: HttpRequest) => {
    const { contactIds: ids } = JSON.parse(bodyText(request)) as { contactIds: string[] };
    const before = gone.size;
    for (const id of ids) gone.add(id);
    return Promise.resolve(answer(200, JSON.stringify({ removed: gone.size - before })));
  };
  const small = { sequenceId: "s", contactIds: contactIds(3), options: { batchSize: 1, concurrency: 2 } };
  const run = { action: "remove_contacts", input: small, connections: SKIPCALL_CONNECTION, seed: 7n };
  const journal = await FileJournal.create(file);
  const first = await hostOf(module, server, new JumpingClock()).run<RemovalResult>({ ...run, journal });
  await journal.close();
  assert.equal(first.result.removed, 3);
  const whole = readFileSync(file);

  /** Resumes it when everything was already removed. Returns undefined if it is refused. */
  const resumed = async (bytes: Uint8Array): Promise<RemovalResult | undefined> => {
    writeFileSync(file, bytes);
    const opened = await FileJournal.open(file);
    try {
      const host = hostOf(module, server, new JumpingClock());
      return (await host.resume<RemovalResult>({ journal: opened, connections: SKIPCALL_CONNECTION })).result;
    } catch (error) {
      assert.ok(error instanceof HostError && error.fault === "journal", String(error));
      return undefined;
    } finally {
      await opened.close();
    }
  };
  const firstLine = whole.indexOf("\n");
  const check = async (what: string, bytes: Uint8Array, at: number): Promise<void> => {
    const result = await resumed(bytes);
    assert.equal(result === undefined, at <= firstLine, what);
    if (result === undefined) return;
    assert.equal(result.status, "completed", what);
    assert.equal(result.confirmed, 3, what);
    assert.ok(!result.removedExact || result.removed === 3, `${what}: ${String(result.removed)} looks exact`);
    // What was written then is a whole journal again, of the same result.
    const written = readFileSync(file);
    if (!written.equals(bytes)) assert.match(written.toString(), /\{"end":true,"sum":"[0-9a-f]{8}"\}\n$/);
    assert.deepEqual(await resumed(written), result, what);
  };
  for (let at = 0; at < whole.length; ++at) {
    // Within a line, all positions are alike except the first and last bytes.
    const near = whole.subarray(Math.max(0, at - 2), at + 3).includes(10);
    if (near || at % 5 === 0) await check(`cut off at ${String(at)}`, whole.subarray(0, at), at);
    const turned = Uint8Array.from(whole);
    turned[at]! ^= 1 << (at % 8);
    if (near || at % 5 === 1) await check(`turned at ${String(at)}`, turned, at);
  }
  assert.equal((await resumed(whole))?.removedExact, true);
});

test("if lines may be missing, each request counts as sent before, even when it is resumed once more", async () => {
  const module = await loadModule(readBytes(REMOVE_CONTACTS));
  const { lines } = await journalled(module);
  const journal = new Lines(lines.slice(0, 1), false);
  const requests: string[] = [];
  const full: Journal = {
    lines: journal.lines,
    append: (line) => (journal.lines.length < 8 ? journal.append(line) : Promise.reject(new Error("full"))),
  };
  const connections = SKIPCALL_CONNECTION;
  await assert.rejects(
    hostOf(module, server(requests), new JumpingClock()).resume({ journal: full, connections }),
    /full/,
  );
  assert.match(journal.lines[1]!, /"event":"gap"/);
  // Now it keeps everything: the gap is still known.
  const again = new Lines(journal.lines);
  const { result } = await hostOf(module, server(requests), new JumpingClock()).resume<RemovalResult>({
    journal: again,
    connections,
  });
  assert.equal(result.confirmed, 600);
  assert.equal(result.removedExact, false);
  const lost = again.lines.filter((line) => line.includes('"event":"lost"')).length;
  assert.ok(lost >= 6, `each of six batches was lost once: ${String(lost)}`);
});

async function refused(act: () => Promise<unknown>): Promise<string> {
  try {
    await act();
  } catch (error) {
    assert.ok(error instanceof HostError && error.fault === "journal", String(error));
    return error.message;
  }
  return assert.fail("not refused");
}

test("a file is of one run at a time, and of the values that it began with", async () => {
  const folder = mkdtempSync(join(tmpdir(), "journal-"));
  after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "run.journal");
  const module = await loadModule(readBytes(REMOVE_CONTACTS));
  const host = hostOf(module, server([]), new JumpingClock());
  const journal = await FileJournal.create(path);
  await host.run({ action: "remove_contacts", input, connections: SKIPCALL_CONNECTION, journal });
  assert.match(await refused(() => FileJournal.open(path)), /another run is using it/);
  await journal.close();
  const text = readFileSync(path, "utf8");
  assert.match(text, /"key":\{"salt":"[0-9a-f]{32}","fingerprint":"[0-9a-f]{64}"\},"sum"/);
  assert.ok(!text.includes(SKIPCALL_CONNECTION.skipcall.secret));

  const resume = async (secret: string | undefined): Promise<unknown> => {
    const opened = await FileJournal.open(path);
    const skipcall = { ...SKIPCALL_CONNECTION.skipcall, secret };
    return host.resume({ journal: opened, connections: { skipcall } }).finally(() => opened.close());
  };
  assert.match(await refused(() => resume("sk_test_9876543210")), /began with another key$/);
  assert.match(await refused(() => resume(undefined)), /began with another key$/);
  await resume(SKIPCALL_CONNECTION.skipcall.secret);
});

interface KeySample {
  readonly connections: readonly { id: string; fields: string[]; values: Record<string, string> }[];
  readonly salt: string;
  readonly fingerprint: string;
}

test("the key's fingerprint is the one that all hosts make", async () => {
  const sample = readJson("tests/vectors/journal_key.json") as KeySample;
  const connections = sample.connections.map(({ id, fields }) => ({
    id,
    fields: fields.map((name) => ({ name, secret: false })),
    headers: Object.fromEntries(fields.map((name) => [`X-${name}`, `{${name}}`])),
  }));
  const given = sample.connections.map(({ id, values }) => [id, { baseUrl: `https://${id}.test`, fields: values }]);
  const guards = guardConnections(
    { connections } as unknown as Manifest,
    Object.fromEntries(given) as Record<string, Connection>,
  );
  const folder = mkdtempSync(join(tmpdir(), "journal-"));
  after(() => rmSync(folder, { recursive: true }));
  const journal = await FileJournal.create(join(folder, "run.journal"));
  assert.equal((await journal.fingerprint(allValues(guards), sample.salt)).fingerprint, sample.fingerprint);
  await journal.close();
});
