// What is said about a run: nodes/Skipcall/summary.ts, reasons.ts, bad_rows.ts, tool.ts, and the errors of failures.ts.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";

import { ItemFailures, runFailure } from "../../dist/nodes/Skipcall/failures.js";
import { removalOf } from "../support/removal.mjs";
import { itemsOf } from "../../dist/nodes/Skipcall/output.js";
import { localTime, reasonOf } from "../../dist/nodes/Skipcall/reasons.js";
import { countsOf, itemsText, toldOf } from "../../dist/nodes/Skipcall/summary.js";
import { tooMany, toolAnswer } from "../../dist/nodes/Skipcall/tool.js";
import { execute, expression } from "../support/context.mjs";
import { answers, runModule } from "../support/module.mjs";
import { execution, outcomesBy, reportOf, SCENE } from "../support/report.mjs";

const { NodeOperationError } = createRequire(import.meta.url)("n8n-workflow");
const id = (n) => `123e4567-e89b-12d3-a456-${String(n).padStart(12, "0")}`;
const node = { id: "1", name: "Skipcall", type: "skipcall", typeVersion: 1, position: [0, 0], parameters: {} };
// n8n's style guide: texts say what happened and what to do, without these words. n8n treats an error whose text has
// "canceled" as a manual stop.
const UNWANTED = /\b(errors?|problems?|failures?|failed|mistakes?|canceled)\b/i;

test("the counts in one line", async () => {
  const removals = [removalOf("a", `${id(1)},${id(1)},${id(2)}`), removalOf("b", id(3))];
  const run = await reportOf(removals, {}, answers({ status: 200, body: '{"removed":1}' }));
  assert.equal(
    countsOf(run),
    "3 of 3 contacts confirmed in 2 sequences (2 removed now), 2 requests; 1 listed more than once.",
  );
  const dry = await reportOf(removals, { dryRun: true }, answers({ status: 200, body: "" }));
  assert.match(countsOf(dry), /^Dry run: 3 contacts of 2 sequences would be removed, nothing was sent/);
});

test("a message names 20 items and counts the rest", () => {
  assert.equal(itemsText([4]), "item 4");
  assert.match(itemsText(Array.from({ length: 25 }, (_, n) => n)), /^items 0, 1, .*, 19 and 5 more$/);
});

// The status, the body, and the headline that it has to have.
const HEADLINES = [
  [400, "", "Skipcall refused these contacts (HTTP 400) (1 of 2 removed)"],
  [401, "", "Skipcall does not accept the API key (1 of 2 removed)"],
  [402, "", "The Skipcall account has no active subscription (1 of 2 removed)"],
  [403, "", "Skipcall does not let this API key remove contacts (HTTP 403) (1 of 2 removed)"],
  [
    403,
    '{"error":{"code":"PLAN_NOT_ELIGIBLE"}}',
    "The plan of the Skipcall account does not include the API (1 of 2 removed)",
  ],
  [404, "", 'Skipcall did not find the sequence "b" (1 of 2 removed)'],
  [407, "", "The proxy in front of Skipcall requires a login (HTTP 407) (1 of 2 removed)"],
  [302, "", "api.example.com did not respond the way Skipcall does (HTTP 302) (1 of 2 removed)"],
  [429, "", "The API key has no requests left for now (1 of 2 removed)"],
  [500, "", "Skipcall could not handle the request (HTTP 500) (1 of 2 removed)"],
];

test("the headline is the reason and how much is done; then what to do, then which items", async () => {
  for (const [status, body, headline] of HEADLINES) {
    const send = answers((request) =>
      request.url.includes("/b/") ? { status, body } : { status: 200, body: '{"removed":1}' },
    );
    const removals = [removalOf("a", id(1)), removalOf("b", id(2))];
    const report = await reportOf(removals, { maxStallMs: 0, maxDurationMs: 2000, concurrency: 1 }, send);
    const told = toldOf(report);
    assert.equal(told.headline, headline);
    assert.match(told.description, /^[A-Z].*\. This affects item 1\.$/, headline);
    const failure = runFailure(node, told);
    const own = new ItemFailures(node).of(report.outcomes[1], report.outcomes[1].reason, 1);
    for (const one of [failure, own]) {
      assert.doesNotMatch(`${one.message} ${one.description ?? ""}`, UNWANTED, headline);
      assert.equal(one.constructor.name, status === 407 ? "NodeOperationError" : "NodeApiError", headline);
    }
    assert.equal(failure.message, headline);
  }
});

test("done is not removed: a contact that was not in the sequence is not counted as removed", async () => {
  const send = answers((request) =>
    request.url.includes("/gone") ? { status: 404, body: "" } : { status: 200, body: '{"removed":1}' },
  );
  const removals = [removalOf("a", `${id(1)},${id(2)}`), removalOf("gone", id(3))];
  const { headline } = toldOf(await reportOf(removals, {}, send));
  assert.match(headline, /\(2 of 3 done, 1 removed now\)$/);
  let requests = 0;
  const again = answers(({ url }) => {
    if (url.includes("/gone")) return { status: 404, body: "" };
    return ++requests === 1 ? { status: 503, body: "" } : { status: 200, body: '{"removed":2}' };
  });
  assert.match(toldOf(await reportOf(removals, {}, again)).headline, /\(2 of 3 removed\)$/);
});

test("a count that is a lower bound says so, unless it is of all", async () => {
  const counted = async (removed) => {
    let requests = 0;
    const send = answers(() =>
      ++requests === 1 ? { status: 503, body: "" } : { status: 200, body: JSON.stringify({ removed }) },
    );
    return countsOf(await reportOf([removalOf("a", `${id(1)},${id(2)}`)], {}, send));
  };
  assert.match(await counted(1), /\(at least 1 removed now\)/);
  assert.match(await counted(2), /\(2 removed now\)/);
  const uncounted = await reportOf(
    [removalOf("a", id(1)), removalOf("b", "?")],
    { onInvalid: "skip" },
    answers({ status: 204, body: "" }),
  );
  assert.equal(countsOf(uncounted), "1 of 1 contact confirmed in 1 sequence, 1 request; 1 invalid.");
  assert.match(toldOf(uncounted).headline, /is not a contact ID \(1 other contact done\)$/);
});

test("several reasons: the one that ended the run first, the others with their items", async () => {
  const send = answers((request) =>
    request.url.includes("/gone") ? { status: 404, body: "" } : { status: 401, body: "" },
  );
  const removals = [removalOf("gone", id(1)), removalOf("gone2", id(2)), removalOf("b", id(3)), removalOf("b", id(4))];
  const told = toldOf(await reportOf(removals, { concurrency: 1 }, send));
  assert.equal(told.headline, "Skipcall does not accept the API key (0 of 4 removed)");
  assert.match(
    told.description,
    /This affects items 2, 3\. Also: Skipcall did not find the sequence "gone", and 1 more like it: items 0, 1\.$/,
  );
});

test("a break of the connection names host and cause, and says that nothing was sent if that is so", () => {
  const error = (code) => ({
    cause: code === "TLS" ? "configuration" : "network",
    code,
    httpStatus: null,
    retryable: code !== "TLS",
    retryAt: null,
    message: "",
    apiMessage: null,
  });
  const scene = (code, word, address) => ({ ...SCENE, breaks: new Map([[word, { code, address }]]) });
  const cases = [
    ["DNS", "ENOTFOUND", undefined, "The host api.example.com was not found", true],
    ["CONNECT", "ECONNREFUSED", "10.0.0.1:443", "Could not connect to api.example.com at 10.0.0.1:443", true],
    ["TLS", "CERT_HAS_EXPIRED", undefined, "Could not make a secure connection to api.example.com", true],
    ["TIMEOUT", "ECONNABORTED", undefined, "api.example.com did not respond in time", false],
    [
      "RESET",
      "ECONNRESET",
      undefined,
      "The connection to api.example.com was lost before the response was complete",
      false,
    ],
  ];
  for (const [word, code, address, headline, notSent] of cases) {
    const reason = reasonOf(
      error(word),
      { sequenceId: "a", outcome: notSent ? "unsent" : "unknown" },
      scene(code, word, address),
    );
    assert.equal(reason.headline, headline);
    assert.equal(/^These contacts were not sent\./.test(reason.advice), notSent, headline);
    assert.equal(/^It is not known whether these contacts were removed\./.test(reason.advice), !notSent, headline);
    assert.ok(!/arrived/.test(reason.advice));
    assert.ok(reason.advice.endsWith(` n8n reports ${code}.`), reason.advice);
    const failure = runFailure(node, { reason, headline, description: reason.advice, items: [0] });
    assert.equal(failure.message, headline, "n8n replaces a message in which it finds a code");
  }
});

test("a row's own word does not make n8n replace the message, or call the execution canceled", async () => {
  const words = ["canceled", "Cancelled", "preexisting", "no-econnrefused", "freeaccess"];
  for (const word of words) {
    const headline = `Contact IDs: "${word}" is not a contact ID`;
    for (const cause of ["invalid-input", "not-found"]) {
      const reason = { cause, httpStatus: null, headline, advice: "Check it.", retryable: false, retryAt: null };
      const wrapped = new NodeOperationError(
        node,
        runFailure(node, { ...reason, reason, description: "Check it.", items: [0] }),
      );
      assert.match(
        wrapped.message,
        /^Contact IDs: "[^"]*…[^"]*" is not a contact ID$/,
        "n8n wraps that of a sub-workflow",
      );
      assert.doesNotMatch(wrapped.message, /cancell?ed/i);
      assert.equal(wrapped.description, `${headline}. Check it.`);
    }
  }
});

test("times are in the user's zone", async () => {
  assert.equal(localTime("2026-01-31T23:30:05.123Z", "Europe/Paris"), "2026-02-01 00:30:05 (Europe/Paris)");
  assert.equal(localTime("2026-01-31T23:30:05.123Z", "Nowhere/At_All"), "2026-01-31T23:30:05.123Z");
  const send = answers({ status: 429, headers: [["Retry-After", "30"]], body: "" });
  const told = toldOf(await reportOf([removalOf("a", id(1))], { maxStallMs: 0 }, send));
  assert.match(told.description, /It can continue from 2026-01-01 01:00:\d\d \(Europe\/Paris\)\./);
});

test("foreign text brings no markup, no key and no invisible character", async () => {
  const message = "<img src=x> key sk_live_1234567890abcdef \u202eevil\u200b";
  const send = answers({ status: 400, body: JSON.stringify({ error: { code: "X", message } }) });
  const { description } = toldOf(await reportOf([removalOf("a", id(1))], {}, send));
  assert.match(description, /‹img src=x›/);
  assert.doesNotMatch(description, /[<>\u202e\u200b]|1234567890abcdef/);
  const value = "<a href=x>sk_test_abcdefgh</a>";
  const { error } = await execute([{ sequenceId: "a", contactId: value }], {});
  assert.doesNotMatch(error.message, /[<>]|abcdefgh/);
});

test("a wrong column: nothing given, or the first value that is not an id; contact and sequence are told apart", async () => {
  const given = async (row, parameters = {}) => (await execute([row], { parameters })).error;
  const cases = [
    [{ sequenceId: "vip" }, {}, /^Contact IDs: the expression \{\{ \$json\.contactId \}\} returned nothing/],
    [{ sequenceId: "vip", contactId: " " }, {}, /^Contact IDs: the expression .* returned nothing/],
    [{ contactId: id(1) }, {}, /^Sequence ID: the expression \{\{ \$json\.sequenceId \}\} returned nothing/],
    [{ sequenceId: "vip", contactId: id(1) }, { contactIds: "" }, /^Contact IDs is empty/],
    [{ sequenceId: "vip", contactId: `${id(1)};ada@example.com;bob` }, {}, /^Contact IDs: "ada@example\.com" is not a/],
    [{ sequenceId: "vip", contactId: 42 }, {}, /^Contact IDs: 42 is not a contact ID/],
    [{ sequenceId: "vip", contactId: { id: id(1) } }, {}, /^Contact IDs: \{"id":"123e/],
    [{ sequenceId: true, contactId: id(1) }, {}, /^Sequence ID: true is not a sequence ID/],
    [{ sequenceId: "..", contactId: id(1) }, {}, /^Sequence ID: "\.\." is not a sequence ID/],
    [
      { sequenceId: "vi\u200bp", contactId: id(1) },
      {},
      /^Sequence ID: "vi\\u\{200b\}p" contains an invisible character.*\(U\+200B\)/,
    ],
  ];
  for (const [row, parameters, wanted] of cases) {
    const error = await given(row, parameters);
    assert.match(error?.message ?? "no error", wanted);
    assert.match(error.message, /\(nothing was sent\)$/);
  }
  const bare = await given({ sequenceId: "vip", contactId: id(1).replaceAll("-", "") });
  assert.match(bare.description, /the digits of a UUID but no hyphens/);
  const unseen = await given({ sequenceId: "vip", contactId: id(1).replace("e89b", "e8\u200b9b") });
  assert.match(unseen.description, /invisible character \(U\+200B\)/);
  const large = await given({ sequenceId: 12345678901234567890, contactId: id(1) });
  assert.match(large.description, /^A number as large as this has lost its last digits/);
  const swapped = await given({ sequenceId: id(1), contactId: "vip" });
  assert.match(swapped.description, /the two fields may be swapped/);
  const many = await execute(
    Array.from({ length: 24 }, (_, n) => ({ sequenceId: "vip", contactId: `row ${n}` })),
    { parameters: { contactIds: expression("{{ $json.contactId.trim() }}", (json) => json.contactId) } },
  );
  assert.match(
    many.error.message,
    /^Contact IDs: "row 0" is not a contact ID, and 23 more like it \(nothing was sent\)$/,
  );
});

test("what is nearly right is told how to become right", async () => {
  const cases = [
    [
      { contactId: [{ id: id(1) }] },
      /^It is an object\. Let the expression name the field that has the ID; of a list, \{\{/,
    ],
    [{ contactId: [[id(1)], [id(2)]] }, /^It is a list inside of a list\. Make one list of them: \{\{/],
    [{ contactId: `${id(1)}|${id(2)}` }, /^It has several IDs\. Put commas, semicolons, spaces or line breaks between/],
    [{ contactId: `${id(1)}, ${id(2)} and ${id(3)}` }, /^It has several IDs\./],
    [{ contactId: `1. ${id(1)}` }, /^It has more than an ID\. Leave only the ID, without other text\./],
    [{ contactId: `urn:uuid:${id(1)}` }, /^It has more than an ID\./],
    [{ contactId: `${id(1)}0` }, /^A contact ID is a UUID/],
    [{ contactId: id(1), sequenceId: ["vip"] }, /^It is a list\. Let the expression name one entry of it/],
    [{ contactId: id(1), sequenceId: { id: "vip" } }, /^It is an object\. Let the expression name a field of it\./],
    [{ contactId: "" }, /^Check the column's name, .* and that the item has a value there\./],
    [
      { contactId: [id(1), ""] },
      /^Check .* If an entry may be empty, leave it out: \{\{ \$json\.contacts\.filter\(Boolean\)/,
    ],
  ];
  for (const [row, wanted] of cases) {
    const { error, requests } = await execute([{ sequenceId: "vip", ...row }]);
    assert.match(error.description, wanted);
    assert.equal(requests.length, 0);
  }
  for (const sequenceId of [{ __rl: true, mode: "id", value: "vip" }, ["vip"]]) {
    const { error } = await execute([{ contactId: id(1) }], { parameters: { sequenceId } });
    assert.match(error.description, /^A sequence ID is a string or a whole number\./, "the field is no expression");
  }
});

test("a request that is refused as a whole: what to do if only one of its contacts is at fault", async () => {
  const send = answers({ status: 400, body: "" });
  const { description } = toldOf(await reportOf([removalOf("a", `${id(1)},${id(2)}`)], {}, send));
  assert.match(description, /^Correct the items.*\. If only some of them are wrong, set Batch Size to 1/);
});

test("one bad item that holds up the others: the option that leaves it out is named", async () => {
  const rows = ["Ada", id(1), id(2)].map((contactId) => ({ sequenceId: "vip", contactId }));
  const { error } = await execute(rows);
  assert.match(
    error.description,
    /To leave such items out, turn on Skip Bad IDs\. This affects item 0\. Also: Nothing was/,
  );
  const all = await execute(rows.slice(0, 1));
  assert.doesNotMatch(all.error.description, /Skip Bad IDs/);
  const both = await execute([rows[0], rows[0]]);
  assert.match(both.error.description, / This affects both items\.$/);
});

test("a value that is no ID is quoted, and not called nothing, whatever it is", async () => {
  const circle = {};
  circle.self = circle;
  const values = [
    [new Date(0), '"1970-01-01T00:00:00.000Z"', '"1970-01-01T00:00:00.000Z"'],
    [NaN, "NaN", '"NaN"'],
    [-Infinity, "-Infinity", '"-Infinity"'],
    [Symbol("x"), "Symbol(x)", '"Symbol(x)"'],
    [circle, "an object", '"[object]"'],
  ];
  const parameterOf = (value) => expression("{{ $json.odd() }}", () => value);
  for (const [value, asSequence, asContact] of values) {
    const row = { sequenceId: "vip", contactId: id(1) };
    const sequence = await execute([row], { parameters: { sequenceId: parameterOf(value) } });
    assert.equal(sequence.error.message, `Sequence ID: ${asSequence} is not a sequence ID (nothing was sent)`);
    const contact = await execute([row], { parameters: { contactIds: parameterOf(value) } });
    assert.equal(contact.error.message, `Contact IDs: ${asContact} is not a contact ID (nothing was sent)`);
  }
});

test("an object that became text in a sequence ID is not sent", async () => {
  for (const sequenceId of ["camp-[object Object]", "[object Promise]"]) {
    const { error, requests } = await execute([{ sequenceId, contactId: id(1) }], {});
    assert.equal(error.message, `Sequence ID: "${sequenceId}" was made from an object (nothing was sent)`);
    assert.match(error.description, /^Let the expression name a field of the object/);
    assert.equal(requests.length, 0);
  }
});

test("an expression that came as text is not sent as a sequence ID", async () => {
  const { error, requests } = await execute([{ sequenceId: "{{ $json.sequence }}", contactId: id(1) }], {});
  assert.equal(
    error.message,
    'Sequence ID: "{{ $json.sequence }}" is an expression that was not evaluated (nothing was sent)',
  );
  assert.equal(requests.length, 0);
});

test("outside a tool, where no model fills in $fromAI, its expression returned nothing, and that is why", async () => {
  const filled = (name) => expression(`{{ $fromAI('${name}', 'The ids', 'string') }}`, () => "");
  for (const [name, title] of [
    ["contactIds", "Contact IDs"],
    ["sequenceId", "Sequence ID"],
  ]) {
    const row = { sequenceId: "vip", contactId: id(1) };
    const { error, requests } = await execute([row], { parameters: { [name]: filled(name) } });
    assert.match(error.message, new RegExp(`^${title}: the expression {{ \\$fromAI\\('${name}'.* returned nothing`));
    assert.match(error.description, /^A model fills in \$fromAI, and only in a tool of an AI agent\. Choose a field/);
    assert.equal(requests.length, 0);
  }
});

test("an item without any field is called that: the node before found nothing", async () => {
  const rows = [{}, { sequenceId: "vip", contactId: id(1) }];
  const { out } = await execute(rows, { node: { onError: "continueErrorOutput" } });
  assert.match(
    out[0].json.skipcall.message,
    /returned nothing\. The item has no fields\. Always Output Data, .*without data/,
  );
  assert.equal(out[1].json.skipcall.outcome, "confirmed");
  const contactIds = expression("{{ $json.ids.split(',') }}", () => undefined);
  const asked = await execute([{}], { parameters: { sequenceId: "vip", contactIds } });
  assert.match(asked.error.description, /^The item has no fields\./);
  const other = expression("{{ $('Sheet').item.json.id }}", () => undefined);
  const elsewhere = await execute([{}], { parameters: { sequenceId: "vip", contactIds: other } });
  assert.match(elsewhere.error.description, /^Check the column's name/);
});

test("a model that fills in nothing is not told about expressions and columns", async () => {
  const contactIds = expression("{{ $fromAI('contactIds', 'The ids', 'string') }}", () => "");
  const call = (ids) => execute([{}], { asTool: true, parameters: { sequenceId: "vip", contactIds: ids } });
  const { out } = await call(contactIds);
  assert.match(out[0].json.message, /^Contact IDs is empty \(nothing was sent\)\. Fill it in\. /);
  const objects = expression("{{ $fromAI('contactIds', 'The ids', 'json') }}", () => ({ id: id(1) }));
  const given = await call(objects);
  assert.doesNotMatch(given.out[0].json.message, /column|expression/);
});

test("invalid items are grouped by what is wrong with them, and no group is left out without a word", async () => {
  const bare = id(9).replaceAll("-", "");
  const contactIds = ["Ada", "", "Grace", "", bare, 42, [id(1), null], `x${id(1)}\u200by`];
  const { error } = await execute(
    [...contactIds.map((contactId) => ({ sequenceId: "vip", contactId })), { sequenceId: {}, contactId: id(2) }],
    {},
  );
  assert.equal(error.message, 'Contact IDs: "Ada" is not a contact ID, and 2 more like it (nothing was sent)');
  assert.match(
    error.description,
    /This affects items 0, 2, 5\. Also: Contact IDs: the expression .* nothing: items 1, 3\./,
  );
  assert.match(error.description, /And 1 more reason\.$/);
});

test("IDs that were to be skipped are not the reason why a run ends", async () => {
  const rows = [
    { sequenceId: "vip", contactId: "Ada" },
    { sequenceId: "vip", contactId: id(1) },
    { sequenceId: "gone", contactId: id(2) },
  ];
  const answer = ({ url }) => (url.includes("gone") ? { status: 404 } : { status: 200, body: '{"removed":1}' });
  const { error } = await execute(rows, { parameters: { options: { skipBadIds: true } }, answer });
  assert.equal(error.message, 'Skipcall did not find the sequence "gone" (1 of 2 removed)');
  assert.match(error.description, /This affects item 2\. Also: Contact IDs: "Ada" is not a contact ID: item 0\.$/);
});

test("lines of a foreign text become one", async () => {
  const body = JSON.stringify({ error: { code: "VALIDATION", message: "first\r\n\n second\tthird \n" } });
  const { error } = await execute([{ sequenceId: "a", contactId: id(1) }], { answer: () => ({ status: 422, body }) });
  assert.match(error.description, / The server says: first second third\./);
  const contactIds = expression('{{\n  $("Sheet")\n    .item.json.id\n}}', () => {
    throw Object.assign(new Error("lost"), { description: "first\n second?" });
  });
  const lost = await execute([{ sequenceId: "a" }], { parameters: { contactIds } });
  assert.match(
    lost.error.message,
    /^Contact IDs: the expression \{\{ \$\("Sheet"\) \.item\.json\.id \}\} could not be/,
  );
  assert.match(lost.error.description, / correct the expression\. first second\? This affects/);
  const credential = () => {
    throw new Error("first\nsecond\n");
  };
  const unread = await execute([{ sequenceId: "a", contactId: id(1) }], { credential });
  assert.equal(unread.error.message, "The Skipcall credential cannot be read: first second");
  assert.match(unread.error.description, /^Nothing was sent\. Choose a credential in the node, or correct it/);
});

test("n8n's routing sees an error of an item; what replaces the item's data does not", async () => {
  const removals = [removalOf("a", id(1)), removalOf("a", id(2))];
  const result = await runModule(removals, {}, answers({ status: 404, body: "" }));
  const outcomes = await outcomesBy(removals, result);
  const rows = [{ json: { name: "one" } }, { json: { name: "two" } }];
  const items = await itemsOf(rows, outcomes, "skipcall", new ItemFailures(node), execution());
  for (const item of items) {
    assert.equal(item.error.constructor.name, "NodeApiError");
    assert.equal(item.error.httpCode, "404");
    assert.ok(!("error" in { ...item }));
    assert.equal(item.json.error, 'Skipcall did not find the sequence "a"');
    assert.match(item.json.message, /^Skipcall did not find the sequence "a"\. Check the sequence ID/);
  }
  assert.equal(items[0].error, items[1].error, "equal items share an error");
  assert.equal(items[1].json.name, "two");
});

test("a tool accepts 1,000 ids, and says what to do with more", () => {
  const ids = (length) => [
    removalOf(
      "a",
      Array.from({ length }, (_, n) => id(n)),
    ),
  ];
  assert.equal(tooMany(ids(1000)), undefined);
  assert.match(tooMany(ids(1001)).headline, /1,001 contact ids.*at most 1,000/);
});

test("a tool answers in one item, with few ids", async () => {
  const ids = Array.from({ length: 300 }, (_, n) => id(n));
  const answer = toolAnswer(await reportOf([removalOf("a", ids)], {}, answers({ status: 404, body: "" })));
  assert.deepEqual([answer.requested, answer.confirmed, answer.outcome], [300, 0, "refused"]);
  assert.equal(answer.contactIds.length, 20);
  assert.match(answer.message, /^Skipcall did not find the sequence "a" \(0 of 300 removed\)\. Check .* 0 of 300/);
});

test("a tool whose call was not read does not say that no id is left", async () => {
  const { out } = await execute([{ sequenceId: "a", contactId: id(1) }], { asTool: true, credential: {} });
  assert.deepEqual([out[0].json.outcome, out[0].json.contactIds], ["unsent", null]);
});
