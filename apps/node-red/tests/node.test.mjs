// The node in Node-RED's runtime: what a message means, what is refused, and what comes out.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { after, afterEach, before, describe, test } from "node:test";
import { contactIds, runFlow, sandboxOf } from "./support/flow.mjs";
import { packageRoot } from "./support/install_node_red.mjs";

const ids = contactIds(3);
let sandbox;
let flow;

const rows = (list, sequenceId = "spring") => list.map((contactId) => ({ contactId, sequenceId }));
const start = async (definition, more) => (flow = await runFlow(sandbox, definition, more));
const deletes = () => sandbox.requests().length;

before(async () => (sandbox = await sandboxOf({ spring: contactIds(500), autumn: contactIds(5, 1) })));
after(() => sandbox.stop());
afterEach(async () => {
  await flow?.end();
  flow = undefined;
});

describe("what a payload may be", () => {
  const forms = {
    "one id": [{ sequence: "spring" }, { payload: ids[0] }, 1],
    "a text of ids": [{ sequence: "spring" }, { payload: ` ${ids.join(", ")}\n` }, 3],
    "a list, sequence in the message": [{}, { payload: ids, sequenceId: "spring" }, 3],
    rows: [{}, { payload: rows(ids) }, 3],
    "one row": [{}, { payload: rows(ids)[0] }, 1],
    "rows with other columns": [
      { contactColumn: "Kontakt", sequenceColumn: "Kampagne" },
      { payload: [{ Kontakt: ids[0], Kampagne: "spring", name: "Zoë" }] },
      1,
    ],
    "rows, one sequence": [{ sequence: "spring" }, { payload: [{ contactId: ids[0], name: "Zoë" }] }, 1],
    "the action's form": [{}, { payload: { removals: [{ sequenceId: "spring", contactIds: ids }] } }, 3],
    "the action's short form": [{}, { payload: { sequenceId: "spring", contactIds: ids, options: {} } }, 3],
  };
  for (const [name, [definition, message, count]] of Object.entries(forms)) {
    test(name, async () => {
      await start(definition);
      flow.send({ ...message, topic: "kept" });
      await flow.until((out) => out.removed.length === 1);
      const [{ payload, topic, skipcall }] = flow.out.removed;
      assert.deepEqual(
        payload,
        contactIds(count).map((contactId) => ({ sequenceId: "spring", contactId })),
      );
      assert.equal(topic, "kept");
      assert.equal(skipcall.confirmed, count);
      assert.equal(flow.out.notRemoved.length + flow.out.caught.length, 0);
    });
  }
});

describe("nothing is sent where it is not certain who is meant", () => {
  const refusals = {
    "no row has the column": [{ contactColumn: "id" }, rows(ids), /No row has the column "id"/],
    "rows and ids are mixed": [{}, [...rows(ids), ids[0]], /mixes rows and ids/],
    "a number": [{ sequence: "spring" }, 7, /neither an id, nor/],
    nothing: [{ sequence: "spring" }, undefined, /neither an id, nor/],
    "ids without a sequence": [{}, ids, /needs a sequence/],
    "a column that may hold sequences": [
      { sequence: "spring" },
      [{ contactId: ids[0], Kampagne: "autumn" }],
      /may hold sequences/,
    ],
    "one column for both": [{ sequenceColumn: "contactId" }, rows(ids), /are the same/],
    "a character that cannot be seen": [{}, rows(ids, "spr\u200bing"), /cannot be seen \(U\+200B\)/],
    "an error of a sheet as the sequence": [{}, rows(ids, "#N/A"), /"#N\/A" is not an id/],
    "a word for nothing as the sequence": [{ sequence: "undefined" }, ids, /"undefined" is not an id/],
    "an unknown member of the form": [{}, { removals: [], contacts: ids }, /no member "contacts"/],
    "both forms": [{}, { removals: [], sequenceId: "spring", contactIds: ids }, /either sequenceId/],
  };
  for (const [name, [definition, payload, pattern]] of Object.entries(refusals)) {
    test(name, async () => {
      const sentBefore = deletes();
      await start(definition);
      flow.send({ payload });
      await flow.until((out) => out.caught.length === 1);
      assert.match(flow.out.caught[0].error.message, pattern);
      assert.match(flow.out.caught[0].error.message, /Nothing was sent/);
      assert.equal(flow.out.removed.length + flow.out.notRemoved.length, 0);
      assert.equal(deletes(), sentBefore);
    });
  }
});

test("payloads that a function node may make: each is answered once, and nothing is sent", async () => {
  const cyclic = { contactId: ids[0] };
  cyclic.self = cyclic;
  cyclic.sequenceId = cyclic;
  const sparse = [ids[0]];
  sparse[5] = ids[1];
  const nested = Array.from({ length: 500 }).reduce((inner) => [inner], ids[0]);
  const form = (contactIds, more) => ({ removals: [{ sequenceId: "spring", contactIds }], ...more });
  const odd = [
    ...[null, true, NaN, 10n, Symbol("id"), () => ids[0], "", [], {}, new Date(0), new Map([[ids[0], "spring"]])],
    ...[new Set(ids), Buffer.from(ids[0]), new Uint8Array(36), sparse, nested, cyclic, [cyclic]],
    ...[
      [null],
      [[null]],
      [10n],
      ["\ud800"],
      ["\0"],
      ["x".repeat(1_000_000)],
      rows([{}]),
      rows(ids, null),
      rows(ids, []),
    ],
    ...[
      rows(ids, "\ud800"),
      rows(ids, "x".repeat(1_000_000)),
      { __proto__: { contactId: ids[0], sequenceId: "spring" } },
    ],
    ...[
      form([10n]),
      form([cyclic]),
      form([undefined, () => 1]),
      form("x"),
      form({}),
      form(nested),
      { removals: [null] },
    ],
    ...[
      form(ids, { options: [] }),
      form(ids, { options: { maxAttempts: "x" } }),
      form(ids, { options: { unknown: 1 } }),
      form(ids, { options: { maxAttempts: 10n } }),
    ],
  ];
  const sentBefore = deletes();
  await start({ sequence: "" });
  for (const [topic, payload] of odd.entries()) {
    // A list of ids has a sequence, so that it is its ids that are judged.
    flow.send({ payload, topic, ...(Array.isArray(payload) ? { sequenceId: "spring" } : {}) });
  }
  const isEmpty = (payload) => Array.isArray(payload) && payload.length === 0; // it names nobody
  const answered = () => new Set(flow.out.caught.map(({ topic }) => topic));
  await flow.until(() => answered().size === odd.filter((payload) => !isEmpty(payload)).length);
  for (const { error } of flow.out.caught) {
    assert.match(error.message, /Nothing was sent|IDs are not valid|^(Error: )?options: /);
  }
  assert.equal(flow.out.removed.length, 0);
  assert.equal(deletes(), sentBefore);
});

test("a bad id: nothing is sent, or the rest is, as chosen", async () => {
  const payload = [...rows(ids), { contactId: "Zoë", sequenceId: "spring" }, { contactId: ids[0], sequenceId: "" }, {}];
  payload.push({ contactId: ids[0], sequenceId: "sk_test_0123456789abcdef" });
  const sentBefore = deletes();
  await start({ onInvalid: "fail" });
  flow.send({ payload });
  await flow.until((out) => out.notRemoved.length === 1 && out.caught.length === 1);
  assert.equal(flow.out.removed.length, 0);
  assert.deepEqual(
    flow.out.notRemoved[0].payload.map(({ outcome }) => outcome),
    [...["unsent", "unsent", "unsent"], ...["invalid", "invalid", "invalid", "invalid"]],
  );
  assert.deepEqual(
    flow.out.notRemoved[0].payload.slice(3).map(({ message }) => message),
    [
      "The contact ID is not a UUID.",
      "The ID is empty.",
      "The ID is not text.",
      'The sequence ID is too long, has a part "." or "..", or looks like an API key.',
    ],
  );
  assert.equal(deletes(), sentBefore);
  await flow.end();
  await start({ onInvalid: "skip" });
  flow.send({ payload });
  await flow.until((out) => out.notRemoved.length === 1 && out.removed.length === 1);
  assert.equal(flow.out.removed[0].payload.length, 3);
  assert.equal(flow.out.notRemoved[0].payload.length, 4);
});

for (const [busy, runs] of [
  ["wait", 4],
  ["merge", 2],
]) {
  test(`messages that come meanwhile: ${busy}`, async () => {
    const sentBefore = deletes();
    await start({ busy });
    for (let i = 0; i < 4; ++i) flow.send({ payload: rows(contactIds(100).slice(i * 10, i * 10 + 10)), topic: i });
    await flow.until((out) => out.removed.length === 4);
    assert.equal(deletes() - sentBefore, runs);
    assert.deepEqual(
      flow.out.removed.map(({ topic }) => topic),
      [0, 1, 2, 3],
    );
    for (const { payload, topic } of flow.out.removed) {
      assert.deepEqual(
        payload.map(({ contactId }) => contactId),
        contactIds(100).slice(topic * 10, topic * 10 + 10),
      );
    }
  });
}

test("a key that is not accepted reaches a catch node, and is in no text", async () => {
  await start({}, { key: "sk_test_of_nobody_at_all" });
  flow.send({ payload: rows(ids) });
  await flow.until((out) => out.caught.length === 1);
  assert.equal(flow.out.notRemoved[0].payload[0].cause, "credential-invalid");
  assert.ok(!JSON.stringify(flow.out).includes("of_nobody"));
});

test("a dry run sends nothing", async () => {
  const sentBefore = deletes();
  await start({});
  flow.send({ payload: { sequenceId: "spring", contactIds: ids, options: { dryRun: true } } });
  await flow.until((out) => out.notRemoved.length === 1);
  assert.deepEqual(
    flow.out.notRemoved[0].payload.map(({ cause }) => cause),
    ["dry-run", "dry-run", "dry-run"],
  );
  assert.equal(deletes(), sentBefore);
});

test("two nodes with one account share its window, and each gives its own account", async () => {
  const small = await sandboxOf({ spring: contactIds(1000), autumn: contactIds(1000, 1) }, { limit: 6, windowMs: 700 });
  try {
    flow = await runFlow(small, { sequence: "spring" }, { more: [{ id: "second", sequence: "autumn" }] });
    flow.send({ payload: contactIds(1000), topic: "spring" });
    flow.send({ payload: contactIds(1000, 1), topic: "autumn" }, "second");
    await flow.until((out) => out.removed.length === 2);
    for (const { topic, payload, skipcall } of flow.out.removed) {
      assert.ok(payload.length === 1000 && payload.every(({ sequenceId }) => sequenceId === topic));
      assert.deepEqual([skipcall.status, skipcall.confirmed, skipcall.removed], ["completed", 1000, 1000]);
    }
    const requests = flow.out.removed.map(({ skipcall }) => skipcall.requests);
    assert.equal(requests[0] + requests[1], small.requests().length);
    assert.equal(flow.out.notRemoved.length + flow.out.caught.length, 0);
  } finally {
    await small.stop();
  }
});

test("the French locale has each text of the English one", () => {
  const texts = (
    locale,
    value = JSON.parse(readFileSync(`${packageRoot}nodes/locales/${locale}/skipcall.json`, "utf8")),
  ) =>
    Object.entries(value).flatMap(([name, one]) =>
      typeof one === "string" ? [[name, one]] : texts(locale, one).map(([inner, text]) => [`${name}.${inner}`, text]),
    );
  const [english, french] = ["en-US", "fr"].map((locale) => new Map(texts(locale)));
  assert.deepEqual([...french.keys()], [...english.keys()]);
  assert.ok([...french.values()].every((text) => text !== ""));
  const used = readFileSync(`${packageRoot}nodes/skipcall.html`, "utf8").matchAll(/data-i18n="(?:\[\w+\])?([\w.]+)"/g);
  for (const [, key] of used) assert.ok(english.has(key), key);
});
