// Which expressions of a tool are refused: nodes/Skipcall/tool_fields.ts. What n8n does was seen in n8n 2.41.1, with its
// agents of version 2.2 and 3.
import assert from "node:assert/strict";
import { test } from "node:test";

import { execute, expression } from "../support/context.mjs";

const id = (n) => `123e4567-e89b-12d3-a456-${String(n).padStart(12, "0")}`;
const contactIds = expression("{{ $fromAI('contactIds', 'The ids (UUIDs)', 'string') }}", () => id(1));
const sequence = (text) => expression(text, () => "vip");

/** Called by a newer agent: its item with the model's arguments in it; counts: how many items the nodes have. */
function calledWith(given, { counts = {}, parameters, item = {}, caller = {} }) {
  const json = { ...item, ...caller, ...given, toolCallId: "call_1" };
  const run = (previousNode, previousNodeRun, args) => ({
    source: [{ previousNode, previousNodeRun }],
    inputOverride: { ai_tool: [[{ json: args }]] },
  });
  const runData = { Skipcall: [run("Helper", 1, given)], Helper: [{}, run("Agent", 0, caller)] };
  const evaluate = (text) => counts[/^\{\{ (.+)\.all\(\)\.length \}\}$/.exec(text)[1]];
  const runExecutionData = { resultData: { runData } };
  return execute([json], { asTool: true, parameters: { contactIds, ...parameters }, evaluate, runExecutionData });
}

test("a newer agent: another node's paired item is the first one, so it is refused if there are more", async () => {
  for (const text of ["$('Rows').item.json.id", '$("Rows").item.json.id', "$( 'Rows' ).pairedItem().json.id"]) {
    const parameters = { sequenceId: sequence(`{{ ${text} }}`) };
    const node = /^\$\([^)]*\)/.exec(text)[0];
    const several = await calledWith({ contactIds: id(1) }, { parameters, counts: { [node]: 2 } });
    assert.match(
      several.out[0].json.message,
      /^Sequence ID: of 2 items, n8n takes the first in a tool.*\{\{ \$json\.… \}\}/,
    );
    assert.deepEqual([several.out[0].json.outcome, several.out[0].json.cause], ["unsent", "configuration"]);
    assert.equal(several.requests.length, 0);
    const one = await calledWith({ contactIds: id(1) }, { parameters, counts: { [node]: 1 } });
    assert.equal(one.out[0].json.outcome, "confirmed", text);
  }
  const first = sequence("{{ $('Rows').first().json.id }}");
  const chosen = await calledWith({ contactIds: id(1) }, { parameters: { sequenceId: first } });
  assert.equal(chosen.out[0].json.outcome, "confirmed");
});

test("a newer agent: an argument of the model's own does not take the place of the item's field", async () => {
  const item = { sequenceId: "vip", dry: true };
  const forms = ["$json.sequenceId", "$json?.sequenceId", "$json['sequenceId']", '$input.item.json["sequenceId"]'];
  for (const form of forms) {
    const parameters = { sequenceId: sequence(`{{ ${form} }}`) };
    const own = await calledWith({ contactIds: id(1), sequenceId: "other" }, { parameters, item });
    assert.match(own.out[0].json.message, /^Sequence ID: the model gave the argument "sequenceId"/, form);
    assert.equal(own.requests.length, 0);
    const none = await calledWith({ contactIds: id(1), sequence: "other" }, { parameters, item });
    assert.equal(none.out[0].json.outcome, "confirmed", form);
  }
  const read = { sequenceId: sequence("{{ $json.sequenceId }}") };
  const nested = await calledWith({ contactIds: id(1) }, { parameters: read, item, caller: { sequenceId: "other" } });
  assert.match(nested.out[0].json.message, /^Sequence ID: the model gave the argument "sequenceId"/);
  const parameters = { sequenceId: "vip", options: { dryRun: expression("{{ $json.dry }}", (json) => json.dry) } };
  const dry = await calledWith({ contactIds: id(1), dry: false }, { parameters, item });
  assert.match(dry.out[0].json.message, /^Options: the model gave the argument "dry"/);
  assert.equal(dry.requests.length, 0);
  const filled = { sequenceId: expression("{{ $fromAI('sequenceId') }}", (json) => json.sequenceId) };
  const byModel = await calledWith({ contactIds: id(1), sequenceId: "vip" }, { parameters: filled });
  assert.equal(byModel.out[0].json.outcome, "confirmed");
});

test("an older agent: fields are those of its first item, not of the model's arguments, which are the tool's item", async () => {
  const parameters = { contactIds, sequenceId: sequence("{{ $json.sequenceId }}") };
  const called = (count) => {
    const evaluate = (text) => (assert.equal(text, "{{ $input.all().length }}"), count);
    return execute([{ contactIds: id(1), sequenceId: "other" }], { asTool: true, parameters, evaluate });
  };
  const one = await called(1);
  assert.equal(one.out[0].json.sequenceId, "vip");
  assert.equal(one.out[0].json.outcome, "confirmed");
  const several = await called(2);
  assert.match(
    several.out[0].json.message,
    /^Sequence ID: of 2 items, .* Put Loop Over Items, with a Batch Size of 1,/,
  );
  assert.equal(several.requests.length, 0);
});
