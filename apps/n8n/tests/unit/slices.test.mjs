// Many items do not block n8n's event loop: nodes/Skipcall/execution.ts and rows.ts, on the test's own clock.
import assert from "node:assert/strict";
import { test } from "node:test";

import { eachInSlices, Execution, LONGEST_SLICE_MS } from "../../dist/nodes/Skipcall/execution.js";
import { contactIdsOf } from "../../dist/nodes/Skipcall/items.js";
import { outcomesOf } from "../../dist/nodes/Skipcall/outcomes.js";
import { fieldTexts, readRows } from "../../dist/nodes/Skipcall/rows.js";
import { contextOf, execute, expression } from "../support/context.mjs";

const id = (n) => `123e4567-e89b-12d3-a456-${String(n).padStart(12, "0")}`;
const rowsOf = (count) => Array.from({ length: count }, (_, n) => ({ sequenceId: "vip", contactId: id(n) }));

/** A loop whose time only passes as the test says, and that knows the longest time between two turns. */
function testLoop() {
  const loop = { time: 0, turns: 0, longest: 0, last: 0 };
  loop.now = () => loop.time;
  loop.turn = async () => {
    loop.turns += 1;
    loop.longest = Math.max(loop.longest, loop.time - loop.last);
    loop.last = loop.time;
  };
  return loop;
}

test("50,000 expressions of 2 ms each: the loop keeps turning, and no slice is longer than it may be", async () => {
  const loop = testLoop();
  const contactIds = expression("{{ $json.contactId.trim() }}", (json) => {
    loop.time += 2;
    return json.contactId;
  });
  const context = contextOf(rowsOf(50_000), { parameters: { contactIds } });
  const rows = await readRows(context, context.getInputData(), fieldTexts(context), new Execution(context, loop));
  assert.equal(rows.length, 50_000);
  assert.equal(rows[49_999].contactIds[0], id(49_999));
  assert.ok(loop.turns >= (50_000 * 2) / (LONGEST_SLICE_MS + 2), `${loop.turns} turns`);
  assert.ok(loop.longest <= LONGEST_SLICE_MS + 2, `${loop.longest} ms without a turn`);
});

test("what follows the run goes in slices as well", async () => {
  const loop = testLoop();
  await eachInSlices(Array.from({ length: 1000 }), new Execution(contextOf([]), loop), () => (loop.time += 5));
  assert.ok(loop.longest <= LONGEST_SLICE_MS + 5);
  assert.ok(loop.turns >= 200);
});

test("one item that names 100,000 contacts goes in slices, whatever its list looks like", async () => {
  const ids = Array.from({ length: 100_000 }, (_, n) => id(n));
  const lists = { list: ids, commas: ids.join(","), blanks: ids.join(" "), JSON: JSON.stringify(ids) };
  for (const [what, contactId] of Object.entries(lists)) {
    const loop = testLoop();
    loop.now = () => (loop.time += 0.01); // an id takes that long
    const execution = new Execution(contextOf([]), loop);
    const contactIds = await contactIdsOf(contactId, execution);
    assert.equal(contactIds.length, 100_000, what);
    const read = loop.turns;
    assert.ok(read >= 40, `${what}: ${read} turns`);
    const result = { requested: 100_000, refused: 0, unknown: 0, unsent: 0, invalidIds: [] };
    const lists = { remaining: { removals: [] }, refusedIds: { removals: [] } };
    await outcomesOf([{ sequenceId: "vip", contactIds }], { ...result, ...lists }, {}, undefined, undefined, execution);
    assert.ok(loop.turns - read >= 40, `${what}: ${loop.turns - read} turns`);
    assert.ok(loop.longest <= LONGEST_SLICE_MS + 0.1, `${what}: ${loop.longest} ms without a turn`);
  }
});

test("a value with a long run of what is removed from its ends, or with many brackets, is read at once", async () => {
  const long = 100_000;
  for (const value of [
    `a${" ".repeat(long)}b`,
    `a${"\u200b".repeat(long)}b`,
    `${"[{".repeat(long)}a${"}]".repeat(long)}`,
  ]) {
    const began = performance.now();
    const { out } = await execute([{ sequenceId: value, contactId: value }], {
      node: { onError: "continueErrorOutput" },
    });
    assert.equal(out[0].json.skipcall.outcome, "invalid");
    assert.ok(performance.now() - began < 2000, "it takes the square of its length");
  }
});

test("n8n is asked for an expression only: not for a value, nor for a plain field of the item", async () => {
  const asked = async (parameters) => {
    const { context, requests } = await execute(rowsOf(100), { parameters });
    assert.equal(requests[0].body.contactIds.length, 100);
    return context.asked;
  };
  const options = 1;
  assert.equal(await asked({}), options);
  assert.equal(await asked({ sequenceId: "vip" }), options + 1);
  assert.equal(await asked({ contactIds: expression('{{ $json["contactId"] }}', (json) => json.contactId) }), options);
  assert.equal(
    await asked({ contactIds: expression("{{ $json.contactId.trim() }}", (json) => json.contactId) }),
    options + 100,
  );
});

test("a plain field may be inside of another, and in a list", async () => {
  const row = { sequenceId: "vip", fields: { "Contact (ID)": [id(1)], b: { c: id(2) }, "a.b": id(3) }, none: null };
  const cases = {
    "$json.fields['Contact (ID)']": id(1),
    '$json["fields"]["Contact (ID)"][0]': id(1),
    "$json.fields.b.c": id(2),
    "$json?.fields?.b?.c": id(2),
    '$json.fields["a.b"]': id(3),
    "$json.fields.a.b": undefined,
    "$json.none.at.all": undefined,
    "$json.fields.b.c.d": undefined,
    "$json.fields[0]": undefined,
    "$json.fields.b.constructor": undefined,
  };
  for (const [text, wanted] of Object.entries(cases)) {
    const contactIds = expression(`{{ ${text} }}`, () => assert.fail("n8n is not asked"));
    const { error, requests } = await execute([row], { parameters: { contactIds } });
    if (wanted === undefined) assert.match(error.message, /returned nothing/, text);
    else assert.deepEqual(requests[0]?.body.contactIds, [wanted], `${text} ${error?.message}`);
  }
  for (const text of ["$json.fields.b .c", "$json.fields[$itemIndex]", "$json.a ?? $json.b", "$json.a[-1]", "$json"]) {
    let asked = 0;
    const contactIds = expression(`{{ ${text} }}`, () => ((asked += 1), id(4)));
    await execute([row], { parameters: { contactIds } });
    assert.equal(asked, 1, text);
  }
});

test("a field whose name looks the same is named, and not taken", async () => {
  const rows = {
    "$json.contactId": [{ "\ufeffcontactId": id(1) }, "\\u{feff}contactId"],
    "$json['Contact ID']": [{ "Contact ID ": id(1) }, "Contact ID "],
    "$json.contactId ": [{ contact_id: id(1) }, "contact_id"],
    "$json.contact.id": [{ contact: { ID: id(1) } }, "ID"],
    "$json.list[0].id": [{ List: [{ id: id(1) }] }, "List"],
    "$json.body.contacts": [{ body: { "contacts[]": [id(1)] } }, "contacts[]"],
  };
  for (const [text, [row, name]] of Object.entries(rows)) {
    const contactIds = expression(`{{ ${text} }}`, () => assert.fail("n8n is not asked"));
    const { error, requests } = await execute([{ sequenceId: "vip", ...row }], { parameters: { contactIds } });
    assert.match(error.message, /returned nothing/, text);
    assert.ok(
      error.description.startsWith(`The item has "${name}": drag that field into the expression`),
      error.description,
    );
    assert.equal(requests.length, 0);
  }
});

test("a plain field is the row's own: not a prototype's, and a missing one is undefined", async () => {
  for (const name of ["constructor", "toString", "__proto__", "missing"]) {
    const contactIds = expression(`{{ $json.${name} }}`, () => assert.fail("n8n is not asked"));
    const { error } = await execute([{ sequenceId: "vip" }], { parameters: { contactIds } });
    assert.match(error.message, /returned nothing/, name);
  }
});
