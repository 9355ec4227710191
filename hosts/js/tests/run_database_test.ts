// A run kept in IndexedDB, beside what its app keeps. The apps' own tests do the same in Chromium.
import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { test } from "node:test";
import { HostError, type Journal, loadModule, RunDatabase } from "../src/index.js";
import type { RemovalResult } from "../../../plugin-manifest/remove_contacts.js";
import { contactIds } from "skipcall-test-support/contacts";
import { readBytes, REMOVE_CONTACTS } from "skipcall-test-support/repository";
import { hostOf, JumpingClock, removed, SKIPCALL_CONNECTION } from "./support/scripted.js";

const module = await loadModule(readBytes(REMOVE_CONTACTS));
const run = { action: "remove_contacts", connections: SKIPCALL_CONNECTION };
const input = { sequenceId: "s", contactIds: contactIds(300) };
const KEY = SKIPCALL_CONNECTION.skipcall.secret;

/** Begins a run whose third line cannot be written, as if the process had ended there. */
async function cutOff(journal: Journal): Promise<void> {
  const error = new Error("cut off");
  let lines = 0;
  const append = async (line: string): Promise<void> => {
    if (++lines === 3) throw error;
    await journal.append(line);
  };
  const host = hostOf(module, (request) => Promise.resolve(removed(request)), new JumpingClock());
  await assert.rejects(host.run({ ...run, input, journal: { ...journal, append } }), error);
}

async function resumed(journal: Journal, secret = KEY): Promise<RemovalResult> {
  const host = hostOf(module, (request) => Promise.resolve(removed(request)), new JumpingClock());
  const connections = { skipcall: { ...SKIPCALL_CONNECTION.skipcall, secret } };
  return (await host.resume<RemovalResult>({ journal, connections })).result;
}

test("a run is resumed from its database, and with its own key alone", async () => {
  await cutOff(new RunDatabase("resumed").create((store) => store.put({ contacts: 300 }, "facts")));
  const database = new RunDatabase("resumed");
  assert.deepEqual(await database.get("facts"), { contacts: 300 });
  assert.equal(await database.isOf(KEY), true);
  assert.equal(await database.isOf("sk_test_9876543210"), false);
  await assert.rejects(resumed(await database.open(), "sk_test_9876543210"), (error) => {
    return error instanceof HostError && error.fault === "journal" && error.message.endsWith("with another key");
  });
  const { lines } = await database.open();
  assert.equal(lines.length, 2);
  assert.ok(!lines.join().includes(KEY));

  const result = await resumed(await database.open());
  assert.equal(result.status, "completed");
  assert.equal(result.confirmed, 300);
  assert.ok((await database.open()).lines.length > 2);
});

test("a new run comes in place of the old one when its first line is written, and not before", async () => {
  const database = new RunDatabase("replaced");
  await cutOff(database.create((store) => store.put("old", "facts")));
  const journal = database.create((store) => store.put("new", "more"));
  assert.equal(await database.get("facts"), "old");
  await journal.append("first");
  await journal.append("second");
  assert.deepEqual([...(await database.open()).lines], ["first", "second"]);
  assert.equal(await database.get("facts"), undefined);
  assert.equal(await database.get("more"), "new");
});

test("what the app cannot write, no first line is there for", async () => {
  const database = new RunDatabase("failed");
  const journal = database.create((store) => store.put(() => "a function cannot be stored", "facts"));
  await assert.rejects(async () => journal.append("first"), { name: "DataCloneError" });
  assert.deepEqual([...(await database.open()).lines], []);
});

test("an end leaves what is written beside it, and a change only replaces", async () => {
  const database = new RunDatabase("ended");
  await cutOff(database.create((store) => store.put(1, "count")));
  await database.change<number>("count", (count) => (count ?? 0) + 1);
  assert.equal(await database.get("count"), 2);
  await database.change("count", () => undefined);
  assert.equal(await database.get("count"), 2);
  await database.end((store) => store.put("done", "outcome"));
  assert.equal(await database.get("count"), undefined);
  assert.equal(await database.get("outcome"), "done");
  assert.deepEqual([...(await database.open()).lines], []);
  assert.equal(await database.isOf("any key"), true, "there is no run that would say otherwise");
});
