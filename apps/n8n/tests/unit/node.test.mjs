// The node as a whole under a simulated n8n: which rows go where, and with what. tests/n8n checks that n8n routes so.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Skipcall } from "../../dist/nodes/Skipcall/Skipcall.node.js";
import { CREDENTIAL, contextOf, execute, expression, prepared, routed } from "../support/context.mjs";
import { FIELDS } from "../support/fields.mjs";

const id = (n) => `123e4567-e89b-12d3-a456-${String(n).padStart(12, "0")}`;
const row = (n, sequenceId = "vip", contactId = id(n)) => ({ name: `row ${n}`, sequenceId, contactId });
const toError = { onError: "continueErrorOutput" };
const goOn = { onError: "continueRegularOutput" };
const lost = expression('{{ $("Sheet").item.json.contactId }}', () => {
  throw Object.assign(new Error("Paired item data for item from node 'Sheet' is unavailable."), {
    description: "Did a <b>Code</b> node lose it?",
  });
});
const told = ({ out }) => out.map(({ json }) => [json.name, json.skipcall.outcome, json.skipcall.cause]);

test("an expression that throws for every item: nothing leaves by the success output, nothing is sent", async () => {
  const { out, requests, hints } = await execute([row(1), row(2)], { parameters: { contactIds: lost }, node: toError });
  const [success, error] = routed(out);
  assert.deepEqual(success, []);
  assert.equal(error.length, 2);
  for (const { json } of error) {
    assert.deepEqual([json.skipcall.outcome, json.skipcall.cause], ["invalid", "invalid-input"]);
    assert.match(json.error, /^Contact IDs: the expression .*Sheet.* could not be evaluated: Paired item data/);
    assert.equal(json.message, json.skipcall.message);
    assert.ok(!json.message.includes("<b>"), "foreign markup");
  }
  assert.equal(requests.length, 0);
  assert.equal(hints[0].type, "warning");
});

test("an older n8n, which lacks what its types promise: its rows are removed and accounted for all the same", async () => {
  for (const credential of [CREDENTIAL, { ...CREDENTIAL, apiKey: "" }]) {
    const context = contextOf([row(1)], { node: toError, credential });
    for (const newer of ["addExecutionHints", "getExecutionContext", "getExecutionDataById", "isToolExecution"]) {
      delete context[newer];
    }
    const [success, error] = routed((await new Skipcall().execute.call(context))[0]);
    const isUsable = credential === CREDENTIAL;
    assert.deepEqual([success.length, error.length, context.requests.length], isUsable ? [1, 0, 1] : [0, 1, 0]);
  }
});

test("an expression that throws for some items: these go to the error output, the others are removed", async () => {
  const contactIds = expression("{{ $json.contactId.trim() }}", (json, at) => {
    if (at === 1) throw new Error("Cannot read properties of undefined");
    return json.contactId;
  });
  const { out, requests } = await execute([row(1), row(2), row(3)], { parameters: { contactIds }, node: toError });
  const [success, error] = routed(out);
  assert.deepEqual(
    success.map(({ json }) => json.name),
    ["row 1", "row 3"],
  );
  assert.deepEqual(
    error.map(({ json, pairedItem }) => [json.name, pairedItem.item]),
    [["row 2", 1]],
  );
  assert.deepEqual(
    requests.map(({ body }) => body.contactIds),
    [[id(1), id(3)]],
  );
});

test("the same with Continue: the row says that it was not removed; without: one error, nothing sent", async () => {
  const parameters = { contactIds: lost };
  const { out } = await execute([row(1)], { parameters, node: goOn });
  assert.deepEqual(told({ out }), [["row 1", "invalid", "invalid-input"]]);
  assert.match(out[0].json.error, /could not be evaluated/);
  const { error, requests } = await execute([row(1)], { parameters });
  assert.match(error.message, /^Contact IDs: the expression .* could not be evaluated/);
  assert.equal(error.context.itemIndex, 0);
  assert.equal(requests.length, 0);
});

test("n8n goes on for the older setting whatever the newer one says, so the node says what was not done, too", async () => {
  const fates = { undefined: ["confirmed", null], stopWorkflow: ["unsent", "invalid-input"] };
  for (const [onError, fate] of Object.entries(fates)) {
    const node = { continueOnFail: true, ...(onError === "undefined" ? {} : { onError }) };
    const { out, error } = await execute([row(1, "vip", "Ada"), row(2)], { node });
    assert.equal(error, undefined, "n8n would pass the items on as they came");
    assert.deepEqual(told({ out }), [
      ["row 1", "invalid", "invalid-input"],
      ["row 2", ...fate],
    ]);
    assert.ok(out[0].json.error);
  }
});

test("braces without an =, and a variable without braces, are called that, and not sent as a sequence ID", async () => {
  const unevaluated = {
    "{{ $json.field }}": "Switch the field from Fixed to Expression.",
    "$json.field": "Switch the field from Fixed to Expression. Put {{ and }} around it.",
    "=$json.field": "Put {{ and }} around it.",
    "={ $json.field }": "Put {{ and }} around it.",
    "=$('Sheet').item.json.field": "Put {{ and }} around it.",
  };
  for (const [name, title] of Object.entries({ sequenceId: "Sequence ID", contactIds: "Contact IDs" })) {
    for (const [text, advice] of Object.entries(unevaluated)) {
      const { error, requests } = await execute([row(1)], { parameters: { [name]: text } });
      assert.equal(error.message, `${title} is the text "${text.replace(/^=/, "")}", which n8n does not evaluate`);
      assert.ok(error.description.startsWith(`Nothing was sent. ${advice} This`), error.description);
      assert.equal(requests.length, 0);
    }
  }
  const own = await execute([row(1)], { parameters: { sequenceId: "$100k-deals" } });
  assert.match(own.requests[0].url, /%24100k-deals/);
});

test("what a table has in place of a sequence ID is not sent", async () => {
  for (const text of [
    "undefined",
    "NULL",
    "N/A",
    "#N/A",
    "#REF!",
    "-",
    "1.2E+15",
    "https://app.example.com/sequences/1",
  ]) {
    const { out, requests } = await execute([row(1, text), row(2)], { node: toError });
    assert.deepEqual(
      requests.map(({ body }) => body.contactIds),
      [[id(2)]],
      text,
    );
    assert.equal(out[0].json.error, `Sequence ID: "${text}" is not a sequence ID`);
  }
  const { requests } = await execute([row(1, "nullify"), row(2, "'N-A'")], {});
  assert.equal(requests.length, 2);
});

test("a list of expressions is evaluated for each item: no row is confirmed by another one's contacts", async () => {
  const rows = [1, 2, 3].map((n) => ({ ...row(n), second: id(n + 10) }));
  const contactIds = [
    expression("{{ $json.contactId }}", (json) => json.contactId),
    expression("{{ $json.second }}", (json) => json.second),
  ];
  const { out, requests } = await execute(rows, { parameters: { contactIds } });
  assert.deepEqual(
    out.map(({ json }) => json.skipcall.confirmed),
    [2, 2, 2],
  );
  assert.deepEqual(requests[0].body.contactIds, [id(1), id(11), id(2), id(12), id(3), id(13)]);
  const { error } = await execute([{ ...row(1), second: "" }], { parameters: { contactIds } });
  assert.equal(error.message, "Contact IDs: the list has an empty entry (nothing was sent)");
});

test("an id that the module could not read affects no other item: none is called confirmed, or held back", async () => {
  const deep = {};
  Array.from({ length: 3000 }).reduce((at) => (at.deeper = {}), deep);
  const bad = {
    "half a character": `${id(1).slice(0, 35)}\ud800`,
    "a long text": "x".repeat(200_000),
    "a deep value": deep,
  };
  for (const [what, value] of Object.entries(bad)) {
    for (const one of [row(1, "vip", value), row(1, value)]) {
      const { out, requests } = await execute([one, row(2)], { node: toError });
      const [success, error] = routed(out);
      assert.deepEqual(told({ out: success }), [["row 2", "confirmed", null]], what);
      assert.deepEqual(told({ out: error }), [["row 1", "invalid", "invalid-input"]], what);
      assert.equal(requests.length, 1, what);
      const stopped = await execute([one, row(2)]);
      assert.match(stopped.error.message, /is not a (contact|sequence) ID|invisible character/, what);
      assert.equal(stopped.requests.length, 0, what);
    }
  }
});

test("a row with an empty list: nothing to do, which is not a removal", async () => {
  const { out, hints, requests } = await execute([row(1, "vip", []), row(2, "vip", "[]"), row(3)]);
  assert.deepEqual(told({ out }), [
    ["row 1", "empty", null],
    ["row 2", "empty", null],
    ["row 3", "confirmed", null],
  ]);
  assert.deepEqual([out[0].json.skipcall.requested, out[0].json.skipcall.confirmed], [0, 0]);
  assert.match(out[0].json.skipcall.message, /^Nothing to do: the list of contact IDs is empty/);
  assert.match(hints[0].message, /^1 of 1 contact confirmed .*; 2 items have an empty list of contact IDs\.$/);
  assert.equal(requests.length, 1);
  const nobody = await execute([row(1, "vip", [])], { parameters: { options: { dryRun: true } } });
  assert.deepEqual(told(nobody), [["row 1", "empty", null]]);
  assert.equal(nobody.hints[0].message, "Nothing to do: 1 item has an empty list of contact IDs.");
  const unnamed = await execute([row(1, null, [])], { node: goOn });
  assert.doesNotMatch(unnamed.hints[0].message, /Nothing to do/);
  const nowhere = await execute([row(1, null, []), row(2)]);
  assert.match(nowhere.error.message, /^Sequence ID: the expression .* returned nothing/);
  assert.match(nowhere.error.description, /This affects item 0\./);
});

test("what a node before this one left beside an item's data stays, except its error", async () => {
  const item = { binary: { file: { mimeType: "text/plain", data: "" } }, error: new Error("of the node before") };
  const { out } = await execute([row(1)], { node: toError, item });
  assert.deepEqual(out[0].binary, item.binary);
  assert.equal(routed(out)[0].length, 1, "it leaves by the success output");
  const refused = await execute([row(1)], { node: goOn, item, answer: () => ({ status: 404 }) });
  assert.ok(!("error" in refused.out[0]), "n8n would put it in place of the row's data");
});

test("whatever throws on the way, each item has its outcome, and the success output none of it", async () => {
  const boom = () => {
    throw new Error("boom");
  };
  for (const [what, given] of Object.entries({
    options: { parameters: { options: expression("{{ $x }}", boom) } },
    "an option": { parameters: { options: { dryRun: expression("{{ $x }}", boom) } } },
    credential: { credential: boom },
  })) {
    const { out, requests } = await execute([row(1), row(2)], { ...given, node: toError });
    const [success, error] = routed(out);
    assert.deepEqual([success.length, error.length, requests.length], [0, 2, 0], what);
    assert.equal(error[0].json.skipcall.outcome, "unsent", what);
    assert.equal(error[0].json.skipcall.cause, "configuration", what);
    assert.match(error[0].json.error, /boom/, what);
  }
});

test("a row's own fields stay as they came, whatever their names", async () => {
  const own = {
    ...row(1),
    outcome: "ours",
    cause: "ours",
    confirmed: "ours",
    contactIds: "ours",
    retryable: "ours",
    requested: "ours",
    message: "ours",
    error: "ours",
  };
  const { out } = await execute([own], { node: toError });
  const { skipcall, ...rest } = out[0].json;
  assert.deepEqual(rest, own);
  assert.equal(skipcall.outcome, "confirmed");
  const refused = await execute([own], { node: toError, answer: () => ({ status: 404 }) });
  const { skipcall: told, ...same } = refused.out[0].json;
  assert.deepEqual(same, own);
  assert.match(told.message, /did not find the sequence "vip"/);
  assert.ok(refused.out[0].error);
});

test("the name of the result is an option; a row's own field of that name is not overwritten, and nothing is sent", async () => {
  const { out } = await execute([row(1)], { parameters: { options: { resultField: " removal " } } });
  assert.equal(out[0].json.removal.outcome, "confirmed");
  assert.ok(!("skipcall" in out[0].json));
  const taken = await execute([row(1), { ...row(2), skipcall: "mine" }], { node: toError });
  assert.equal(taken.requests.length, 0);
  assert.equal(taken.out[1].json.skipcall, "mine");
  assert.match(taken.out[0].json.error, /^Put Result in Field is "skipcall", and item 1 has a field of this name/);
  for (const name of ["error", "message", "details"]) {
    const { error } = await execute([row(1)], { parameters: { options: { resultField: name } } });
    assert.match(error.message, /n8n uses this field itself/, name);
  }
});

test("an empty field of the result's name is where the result goes", async () => {
  for (const skipcall of ["", " ", null]) {
    const { out } = await execute([{ ...row(1), skipcall }], {});
    assert.equal(out[0].json.skipcall.outcome, "confirmed");
    const refused = await execute([{ ...row(1), skipcall }], { node: goOn, answer: () => ({ status: 404 }) });
    assert.equal(refused.out[0].json.skipcall.outcome, "refused");
  }
});

test("a row that comes round again has the new result, and nothing of the old one", async () => {
  const first = await execute([row(1)], { node: toError, answer: () => ({ status: 404 }) });
  const [{ json }] = first.out;
  assert.ok(json.error && json.message);
  const second = await execute([json], { node: toError });
  const { skipcall, ...rest } = second.out[0].json;
  assert.deepEqual(rest, row(1));
  assert.equal(skipcall.outcome, "confirmed");
});

test("two nodes with a field each: `error` and `message` are those of the last one that has something to report", async () => {
  const gone = () => ({ status: 404 });
  const parameters = { sequenceId: "other", options: { resultField: "second" } };
  const [{ json }] = (await execute([row(1)], { node: goOn, answer: gone })).out;
  const failed = await execute([json], { node: goOn, parameters, answer: () => ({ status: 401 }) });
  assert.equal(failed.out[0].json.error, "Skipcall does not accept the API key");
  assert.equal(failed.out[0].json.message, failed.out[0].json.second.message);
  assert.deepEqual(failed.out[0].json.skipcall, json.skipcall);
  const done = await execute([json], { node: goOn, parameters });
  assert.deepEqual([done.out[0].json.second.outcome, done.out[0].json.error], ["confirmed", json.error]);
});

test("a second node that removes from another sequence is refused, and says so itself, beside the first one's account", async () => {
  const first = await execute([row(1), row(2)], { node: goOn, answer: () => ({ status: 404 }) });
  const rows = first.out.map(({ json }) => json);
  const other = { sequenceId: "other" };
  let taken = { out: first.out };
  for (const round of [1, 2]) {
    taken = await execute(
      taken.out.map(({ json }) => json),
      { parameters: other, node: goOn },
    );
    assert.equal(taken.requests.length, 0);
    const { skipcall, error, message, ...own } = taken.out[0].json;
    assert.deepEqual(own, row(1));
    assert.deepEqual([skipcall.outcome, skipcall.cause, skipcall.sequenceId], ["unsent", "configuration", "other"]);
    assert.match(error, /^Put Result in Field is "skipcall", and item 0 has a field of this name/);
    assert.equal(message, skipcall.message);
    assert.deepEqual(skipcall.earlier, [rows[0].skipcall], `round ${round}`);
  }
  assert.match(taken.hints[0].message, /^Put Result in Field is "skipcall", and item 0 has a field of this name/);
  const parameters = { ...other, options: { resultField: "other" } };
  const { out } = await execute(rows, { parameters, node: goOn });
  assert.deepEqual([out[0].json.skipcall.outcome, out[0].json.other.outcome], ["refused", "confirmed"]);
  assert.equal(out[0].json.error, 'Skipcall did not find the sequence "vip"');
});

test("a result of which only the outcome is left does not pass for that of a node that was refused", async () => {
  const shortened = { ...row(1), skipcall: { outcome: "confirmed" } };
  let json = shortened;
  for (const sequenceId of ["other", "third"]) {
    const { out, requests } = await execute([json], { parameters: { sequenceId }, node: goOn });
    [{ json }] = out;
    assert.equal(requests.length, 0);
    assert.deepEqual([json.skipcall.outcome, json.skipcall.cause], ["unsent", "configuration"], sequenceId);
    assert.deepEqual(json.skipcall.earlier[0], shortened.skipcall, sequenceId);
  }
  const own = { ...row(1), skipcall: { outcome: "won" } };
  assert.deepEqual((await execute([own], { node: goOn })).out[0].json.skipcall, own.skipcall);
});

test("an API key in place of an ID is not passed on", async () => {
  for (const key of ["sk_live_0123456789abcdef", " Bearer sk_test_0123456789abcdef"]) {
    for (const one of [{ ...row(1), sequenceId: key }, row(1, "vip", key)]) {
      const { out, requests } = await execute([one], { node: toError });
      const { skipcall, error } = out[0].json;
      assert.deepEqual([skipcall.outcome, skipcall.cause, requests.length], ["invalid", "invalid-input", 0]);
      assert.doesNotMatch(JSON.stringify([skipcall, error]), /0123456789abcdef/);
    }
    const tool = await execute([row(1, key, key)], { asTool: true });
    assert.doesNotMatch(JSON.stringify(tool.out[0].json), /0123456789abcdef/);
  }
});

// As in the example workflow.
const remaining = expression(
  "{{ $json.skipcall?.contactIds ?? $json.contactId }}",
  (json) => json.skipcall?.contactIds ?? json.contactId,
);

test("what was refused before the items were read does not leave an earlier result in its place", async () => {
  const [{ json }] = (await execute([row(1)], {})).out;
  assert.equal(json.skipcall.outcome, "confirmed");
  for (const given of [
    { parameters: { options: { batchSize: 0 } } },
    { credential: { ...CREDENTIAL, apiKey: "" } },
    { parameters: { sequenceId: "{{ $json.sequenceId }}" } },
  ]) {
    const { out } = await execute([json], { ...given, node: goOn });
    const { outcome, cause, contactIds, earlier } = out[0].json.skipcall;
    assert.deepEqual([outcome, cause, earlier], ["unsent", "configuration", [json.skipcall]]);
    assert.equal(contactIds, null, "not a list that says that nothing is left");
    const again = await execute([out[0].json], { parameters: { contactIds: remaining } });
    const { skipcall, ...own } = again.out[0].json;
    assert.deepEqual(own, row(1));
    assert.deepEqual(skipcall, json.skipcall, "and the next round replaces all of it");
  }
});

test("the result is in the chosen field, whatever else is refused", async () => {
  const options = { resultField: "removal", batchSize: 0 };
  const { out } = await execute([{ ...row(1), skipcall: "mine" }], { parameters: { options }, node: toError });
  assert.equal(out[0].json.removal?.cause, "configuration");
  assert.equal(out[0].json.skipcall, "mine");
});

test("bad IDs that are skipped: their rows are not passed on as removed, and the hint warns of them", async () => {
  const rows = [row(1), row(2, "vip", "nobody"), row(3)];
  const { out, hints } = await execute(rows, { parameters: { options: { skipBadIds: true } } });
  assert.deepEqual(told({ out }), [
    ["row 1", "confirmed", null],
    ["row 3", "confirmed", null],
  ]);
  assert.equal(hints[0].type, "warning");
  assert.match(
    hints[0].message,
    /^Contact IDs: "nobody" is not a contact ID \(2 other contacts done, 1 removed now\)\. .* This affects item 1\./,
  );
});

test("bad IDs that are skipped and no others: one error, since it is the wrong column", async () => {
  const rows = [row(1, "vip", "Ada"), row(2, "vip", "Grace")];
  const { error, requests } = await execute(rows, { parameters: { options: { skipBadIds: true } } });
  assert.match(error.message, /^Contact IDs: "Ada" is not a contact ID, and 1 more like it/);
  assert.equal(requests.length, 0);
});

test("bad IDs that are skipped in an item that names others, too: what could be removed is, which is no failure", async () => {
  const parameters = { options: { skipBadIds: true } };
  const { error, out, hints } = await execute([row(1, "vip", [id(1), "nobody"])], { parameters });
  assert.equal(error, undefined);
  assert.deepEqual(out, []);
  assert.match(hints[0].message, /^Contact IDs: "nobody" is not a contact ID \(1 other contact removed\)/);
});

test("items without data, which n8n should not give, go to the error output like others", async () => {
  const { out } = await execute([undefined, null, row(1)], { node: toError });
  const [success, error] = routed(out);
  assert.deepEqual([success.length, error.length], [1, 2]);
});

test("an option without a value, or with an invalid one, stops everything, whatever the option", async () => {
  const nothing = [undefined, null, "", " "];
  const options = {
    batchSize: [...nothing, 0, 101, 1.5, "many", NaN],
    concurrency: [...nothing, 0, -1, [], {}],
    dryRun: [...nothing, "yes", 1, 0, []],
    leaveRemaining: [...nothing, -1, "1e3"],
    maxDuration: [...nothing, 0, Infinity],
    resultField: [...nothing, 5, {}, "{{ $json.name }}"],
    skipBadIds: [...nothing, "no"],
    whenLimited: [...nothing, "later", true],
  };
  for (const [name, values] of Object.entries(options)) {
    for (const value of values) {
      const parameters = { options: { [name]: expression(`{{ $json.${name} }}`, () => value) } };
      const { error, requests } = await execute([row(1)], { parameters });
      assert.equal(requests.length, 0, `${name}: ${value}`);
      assert.equal(error?.constructor.name, "NodeOperationError", `${name}: ${value}`);
      const wanted = nothing.includes(value)
        ? / has no value: its expression .* returned nothing$/
        : / is .* but must be /;
      assert.match(error.message, wanted, `${name}: ${value}`);
      assert.doesNotMatch(error.message, /ids are not valid/i);
      const { out } = await execute([row(1)], { parameters, node: toError });
      assert.deepEqual([out[0].json.skipcall.outcome, out[0].json.skipcall.cause], ["unsent", "configuration"]);
    }
  }
});

test("options that n8n drops before the node runs are refused: a Dry Run among them would remove for real", async () => {
  const cases = [
    [{ options: "={{ { dryRun: true } }}" }, /^Options is "=\{\{ \{ dryRun: true \} \}\}" but must be an object/],
    [{ options: '{"dryRun":true}' }, /^Options is .* but must be an object/],
    [{ options: [{ dryRun: true }] }, /^Options is \[\{"dryRun":true\}\] but must be an object/],
    [{ options: { dry_run: true } }, /^Options: there is no option "dry_run"/],
    [{ options: { options: { dryRun: true } } }, /^Options: there is no option "options"/],
    [{ dryRun: true }, /^Dry Run \(dryRun\) is beside Options/],
    [{ dryRun: "={{ true }}", options: {} }, /^Dry Run \(dryRun\) is beside Options/],
    [{ maxDuration: 5 }, /^Max Duration \(Seconds\) \(maxDuration\) is beside Options/],
    [{ operation: "addContacts" }, /^This version of the node has no operation "addContacts"/],
    [{ resource: "contact" }, /^This version of the node has no resource "contact"/],
  ];
  for (const [given, wanted] of cases) {
    const parameters = prepared(given);
    const { error, requests } = await execute([row(1)], { parameters });
    assert.match(error?.message ?? "no error", wanted);
    assert.equal(requests.length, 0);
    const { out } = await execute([row(1)], { parameters, node: toError });
    assert.deepEqual(told({ out: routed(out)[1] }), [["row 1", "unsent", "configuration"]]);
  }
  for (const given of [{}, { options: {} }, { options: { dryRun: false, batchSize: 1 } }]) {
    const { out } = await execute([row(1)], { parameters: prepared({ ...FIELDS, ...given }) });
    assert.deepEqual(told({ out }), [["row 1", "confirmed", null]]);
  }
});

test("a field that n8n drops, since its name is misspelt, leaves an empty one: nothing is sent", async () => {
  for (const given of [
    { contactID: id(2), sequenceId: "vip" },
    { contactIds: null, sequenceId: "vip" },
    { contactIds: id(1), sequenceID: "vip" },
  ]) {
    const { error, requests } = await execute([row(1)], { parameters: prepared(given) });
    assert.match(error?.message ?? "no error", /^(Contact IDs|Sequence ID) is empty \(nothing was sent\)$/);
    assert.equal(requests.length, 0);
  }
});

test("a sequence ID that no host sends is a bad ID of its own items, and keeps no others from being sent", async () => {
  for (const sequence of ["vip/../other", "..\\vip", "a/.;b", "%2e%2e"]) {
    const { out } = await execute([row(1, sequence), row(2)], { node: toError });
    const [done, left] = routed(out);
    assert.deepEqual(told({ out: done }), [["row 2", "confirmed", null]]);
    assert.deepEqual(told({ out: left }), [["row 1", "invalid", "invalid-input"]]);
    assert.match(left[0].json.message, /^Sequence ID: ".*" is not a sequence ID\. It is too long, or its parts/);
  }
});

test("an API key in place of a sequence ID is not sent, and is in no text", async () => {
  const { out, requests } = await execute([row(1, "sk_live_0123456789abcdef")], { node: toError });
  const [done, [{ json }]] = routed(out);
  assert.equal(done.length + requests.length, 0);
  assert.equal(
    json.message,
    'Sequence ID: "sk_live_***" is not a sequence ID. ' +
      "It looks like an API key, which belongs in the credential. Enter the ID of the sequence.",
  );
});

test("an expression without text is an empty field, and is not quoted", async () => {
  const { error } = await execute([row(1)], { parameters: { contactIds: expression("", () => "") } });
  assert.equal(error.message, "Contact IDs is empty (nothing was sent)");
  const options = { dryRun: expression("", () => "") };
  const other = await execute([row(1)], { parameters: { options } });
  assert.equal(other.error.message, "Dry Run has no value");
});

test("what n8n says ends without its full stop, since ours follows", async () => {
  const credential = () => {
    throw new Error('Credential with ID "x" does not exist.');
  };
  const { out } = await execute([row(1)], { credential, node: toError });
  assert.match(out[0].json.message, /^The Skipcall credential cannot be read: .* does not exist\. Nothing was sent\./);
});

test("a list with an empty entry says so, and a bad ID is quoted as it is in the row", async () => {
  const contactIds = [[id(1), null], `{"id":"${id(2)}"}`];
  const { out } = await execute(
    contactIds.map((contactId, n) => row(n, "vip", contactId)),
    { node: toError },
  );
  assert.match(out[0].json.error, /^Contact IDs: the list has an empty entry \(1 of 2 contacts done\)$/);
  assert.match(out[1].json.error, /^Contact IDs: "\{"id":"/);
  assert.deepEqual(out[1].json.skipcall.contactIds, [contactIds[1]]);
});

test("the value of a bad option is shown as it is, also one that JSON cannot hold", async () => {
  const circle = {};
  circle.self = circle;
  const shown = new Map([
    [NaN, "NaN"],
    [-Infinity, "-Infinity"],
    [5n, "5"],
    [[1], "[1]"],
    [circle, "an object"],
  ]);
  for (const [value, text] of shown) {
    const options = { batchSize: expression("{{ $json.size }}", () => value) };
    const { error } = await execute([row(1)], { parameters: { options } });
    assert.equal(error.message, `Batch Size is ${text} but must be a whole number from 1 to 100`);
  }
});

test("an option with another value for another item, and one that does not exist, stop everything", async () => {
  const dryRun = expression("{{ $json.dry }}", ({ dry }) => dry);
  const rows = [
    { ...row(1), dry: true },
    { ...row(2), dry: true },
    { ...row(3), dry: false },
  ];
  const { error, requests } = await execute(rows, { parameters: { options: { dryRun } } });
  assert.equal(requests.length, 0);
  assert.match(error.message, /^Dry Run is true for item 0 and false for item 2/);
  const same = await execute(rows.slice(0, 2), { parameters: { options: { dryRun } } });
  assert.equal(same.out[0].json.skipcall.outcome, "checked");
  const unknown = await execute([row(1)], { parameters: { options: { dryrun: true } } });
  assert.match(unknown.error.message, /there is no option "dryrun"/);
});

test("a page, a text or JSON of another server, whatever its status, is called that", async () => {
  const page = "\ufeff\n<!DOCTYPE html><title>Sign in to the Wi-Fi</title>";
  const ours = { 400: "refused", 401: "credential-invalid", 403: "forbidden", 404: "not-found" };
  const given = (status, body) => ({ parameters: { options: { maxDuration: 3 } }, answer: () => ({ status, body }) });
  for (const body of [page, "404 page not found\n", '{"message":"no Route matched with those values"}']) {
    for (const status of [400, 401, 402, 403, 404, 409, 413, 422, 451, 302, 200, 511]) {
      const { out, hints } = await execute([row(1, "vip", "bad"), row(2)], { ...given(status, body), node: toError });
      const [success, [, { json }]] = routed(out);
      assert.deepEqual(success, []);
      const headline = `api.example.com did not respond the way Skipcall does (HTTP ${status})`;
      assert.deepEqual([json.error, json.skipcall.cause], [headline, "unexpected-response"]);
      assert.match(json.message, /Check the base URL in the credential, and whether a proxy/);
      assert.doesNotMatch(json.message, /Skipcall says/);
      assert.ok(hints[0].message.startsWith(headline), hints[0].message);
    }
  }
  for (const [status, cause] of Object.entries(ours)) {
    for (const body of ["", ` {"statusCode":${status},"message":"no"}`]) {
      const { out } = await execute([row(1)], { ...given(Number(status), body), node: toError });
      assert.equal(out[0].json.skipcall.cause, cause, `${status} ${body}`);
    }
  }
});

test("a credential that cannot be used: unsent, and the text says what is wrong, without the key", async () => {
  const cases = [
    [{ ...CREDENTIAL, baseUrl: "http://example.com" }, /base URL must begin with https/],
    [{ ...CREDENTIAL, baseUrl: "" }, /base URL is empty/],
    [{ ...CREDENTIAL, baseUrl: undefined }, /base URL is empty/],
    [{ ...CREDENTIAL, apiKey: "sk_test_with blank" }, /API key contains a space or a line break/],
    [{ ...CREDENTIAL, apiKey: "sk_test_with\r\nX-Line: 1" }, /API key contains a space or a line break/],
    [{ ...CREDENTIAL, apiKey: "Bearer sk_test_unit_key" }, /API key begins with "Bearer", which n8n adds itself/],
    [{ ...CREDENTIAL, apiKey: "bearer:sk_test_unit_key" }, /API key begins with "Bearer", which n8n adds itself/],
    [{ ...CREDENTIAL, apiKey: "'sk_test_quoted'" }, /API key is in quotation marks/],
    [{ ...CREDENTIAL, apiKey: "“sk_test_quoted”" }, /API key is in quotation marks/],
    [{ ...CREDENTIAL, apiKey: "sk_test_with\u200bhidden" }, /invisible character \(U\+200B\)/],
    [{ ...CREDENTIAL, apiKey: "sk_test_é_accent" }, /a character that no key has/],
    [{ ...CREDENTIAL, apiKey: " " }, /API key is empty/],
    [{ ...CREDENTIAL, apiKey: undefined }, /API key is empty/],
    [{ ...CREDENTIAL, apiKey: "short" }, /too short/],
    [{ ...CREDENTIAL, apiKey: '"sk_test_quoted"' }, /API key is in quotation marks/],
    [{ ...CREDENTIAL, apiKey: "some_other_key" }, /API key is not one of Skipcall's, which begin with sk_live_ or/],
    [{ ...CREDENTIAL, environment: undefined }, /no environment is chosen/],
  ];
  for (const [credential, wanted] of cases) {
    const { out, requests } = await execute([row(1)], { credential, node: toError });
    assert.equal(requests.length, 0);
    const { outcome, cause, message } = out[0].json.skipcall;
    assert.deepEqual([outcome, cause], ["unsent", "configuration"], String(wanted));
    assert.match(message, wanted);
    assert.doesNotMatch(message, /sk_test_\w/);
    const { error } = await execute([row(1)], { credential });
    assert.match(error.message, wanted);
    assert.match(error.description, /Nothing was sent/);
  }
});

test("a credential that is changed while a run goes on: its requests keep the key that belongs to their server", async () => {
  let credential = { ...CREDENTIAL };
  const answer = () => {
    credential = { ...CREDENTIAL, baseUrl: "https://other.example.com", apiKey: "sk_test_another_key" };
    return { status: 200, body: '{"removed":1}' };
  };
  const parameters = { options: { batchSize: 1, concurrency: 1 } };
  const { requests } = await execute([row(1), row(2), row(3)], { credential: () => credential, parameters, answer });
  assert.deepEqual(
    requests.map(({ apiKey, url }) => [apiKey, new URL(url).host]),
    Array(3).fill([CREDENTIAL.apiKey, "api.example.com"]),
  );
});

test("a credential with an expression: one for all items, or nothing is sent", async () => {
  const rows = [row(1), row(2), row(3)];
  let asked = 0;
  const keyOf = (key) => (at) => {
    asked += 1;
    return { ...CREDENTIAL, apiKey: key(at) };
  };
  const differs = keyOf((at) => ["sk_test_unit_key", "sk_test_of_others", "sk_test_unit_key"][at]);
  const { out, requests } = await execute(rows, { credential: differs, node: toError });
  assert.equal(requests.length, 0);
  assert.deepEqual(
    routed(out).map(({ length }) => length),
    [0, 3],
  );
  assert.match(out[0].json.error, /^The Skipcall credential is not the same for item 0 and item 1$/);
  assert.ok(!JSON.stringify(out).includes("sk_test_"));
  const same = keyOf((at) => (at < rows.length ? "sk_test_unit_key" : undefined));
  assert.equal((await execute(rows, { credential: same })).out.length, 3);
  const fallback = keyOf((at) => (at === 2 ? "sk_test_of_others" : "sk_test_fallback"));
  assert.equal((await execute(rows, { credential: fallback, node: toError })).requests.length, 0);
  asked = 0;
  await execute([...rows, ...rows], { credential: keyOf(() => "sk_test_unit_key") });
  assert.equal(asked, 3, "once for the first item, and not for each");
});

test("a key and a base URL are trimmed, and a /v1 at the end is not asked for twice", async () => {
  for (const baseUrl of ["https://api.example.com/v1", " https://api.example.com/v1/ ", "https://api.example.com//"]) {
    const { requests } = await execute([row(1)], {
      credential: { ...CREDENTIAL, baseUrl, apiKey: " sk_test_unit_key\n" },
    });
    assert.equal(requests[0].url, "https://api.example.com/v1/sequences/vip/contacts", baseUrl);
  }
});

test("a workflow without time left sends nothing", async () => {
  const { out, requests } = await execute([row(1)], { node: toError, settings: { executionTimeout: 1 } });
  assert.equal(requests.length, 0);
  assert.deepEqual(told({ out }), [["row 1", "unsent", "deadline"]]);
});

test("a limit that is not waited for long enough: the text names the setting that helps", async () => {
  const answer = () => ({ status: 429, headers: { "retry-after": "30" } });
  const cases = [
    [{ whenLimited: "handOn" }, {}, "set When the Limit Is Reached to Wait"],
    [{ maxDuration: 2 }, {}, "raise Max Duration (Seconds)"],
    [{ maxDuration: 2, whenLimited: "wait" }, { executionTimeout: 3600 }, "raise Max Duration (Seconds)"],
    [{}, { executionTimeout: 20 }, "raise the timeout in the workflow's settings"],
  ];
  for (const [options, settings, wanted] of cases) {
    const { error } = await execute([row(1)], { parameters: { options }, settings, answer });
    assert.match(error.message, /^The API key has no requests left for now/);
    const named = cases.map(([, , text]) => text).filter((text) => error.description.includes(text));
    assert.deepEqual([...new Set(named)], [wanted]);
  }
  const options = { leaveRemaining: 2000, whenLimited: "handOn" };
  const { error } = await execute([row(1)], { parameters: { options }, answer });
  assert.match(
    error.description,
    / Leave Requests for Others keeps 2,000 of each minute's requests back: lower it to send more\. /,
  );
  const { out } = await execute([row(1)], { node: toError, settings: { executionTimeout: 1 } });
  assert.match(out[0].json.message, /To allow more time, raise the timeout in the workflow's settings\.$/);
});

test("a stop while items are read: no item is read after it, nothing is sent", async () => {
  const stop = new AbortController();
  let read = 0;
  const contactIds = expression("{{ $json.contactId.trim() }}", (json) => {
    read += 1;
    if (read === 3) stop.abort();
    const end = performance.now() + 25; // longer than a slice, so that each item is followed by a turn
    while (performance.now() < end);
    return json.contactId;
  });
  const rows = Array.from({ length: 20 }, (_, n) => row(n));
  const { out, requests } = await execute(rows, { parameters: { contactIds }, node: toError, signal: stop.signal });
  assert.equal(read, 3);
  assert.equal(requests.length, 0);
  assert.ok(out.every(({ json }) => json.skipcall.outcome === "unsent" && json.skipcall.cause === "cancelled"));
});

test("as a tool: no throw, whatever happens, and one item", async () => {
  const { out } = await execute([row(1)], { asTool: true, credential: { ...CREDENTIAL, apiKey: "" } });
  assert.equal(out.length, 1);
  assert.deepEqual([out[0].json.outcome, out[0].json.cause], ["unsent", "configuration"]);
  assert.match(out[0].json.message, /API key is empty/);
});
