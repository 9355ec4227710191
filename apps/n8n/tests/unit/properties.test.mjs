// The node's fields against the manifest: nodes/Skipcall/properties.ts.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { properties } from "../../dist/nodes/Skipcall/properties.js";
import { packageRoot, root } from "../support/places.mjs";

const manifest = JSON.parse(readFileSync(join(root, "plugin-manifest/remove_contacts.manifest.json"), "utf8"));
const [action] = manifest.actions;
const { properties: fields } = action.input.schema;
const options = properties.find(({ name }) => name === "options").options;
const option = (name) => options.find((one) => one.name === name);

// The manifest's options by the node's names. The others are left to the module.
const OFFERED = {
  batchSize: "batchSize",
  concurrency: "concurrency",
  dryRun: "dryRun",
  leaveRemaining: "leaveRemaining",
};
const OTHERWISE = ["onInvalid", "maxDurationMs", "maxStallMs", "maxAttempts", "requestTimeoutMs"];

test("every option of the manifest is offered, or left out on purpose", () => {
  const known = [...Object.keys(OFFERED), ...OTHERWISE].sort();
  assert.deepEqual(Object.keys(fields.options.properties).sort(), known);
});

test("limits and defaults are the manifest's", () => {
  for (const [theirs, ours] of Object.entries(OFFERED)) {
    const wanted = fields.options.properties[theirs];
    assert.equal(option(ours).typeOptions?.minValue, wanted.minimum, theirs);
    assert.equal(option(ours).typeOptions?.maxValue, wanted.maximum, theirs);
  }
  assert.equal(option("batchSize").default, fields.options.properties.batchSize.default);
  assert.equal(option("dryRun").default, fields.options.properties.dryRun.default);
  assert.equal(option("maxDuration").typeOptions.maxValue * 1000, fields.options.properties.maxDurationMs.maximum);
});

test("titles and the action's name are the manifest's", () => {
  for (const name of ["sequenceId", "contactIds"]) {
    for (const field of properties.filter((one) => one.name === name)) {
      assert.equal(field.displayName, fields[name].title);
    }
  }
  const [operation] = properties.find(({ name }) => name === "operation").options;
  assert.equal(operation.action, action.title);
});

test("titles of options are the manifest's, or its names as words", () => {
  for (const [theirs, ours] of Object.entries(OFFERED)) {
    if (theirs === "leaveRemaining") continue; // n8n's users do not know about windows
    const words = theirs.replace(/[A-Z]/g, " $&").replace(/^./, (first) => first.toUpperCase());
    assert.equal(option(ours).displayName, fields.options.properties[theirs].title ?? words);
  }
});

test("package, module and manifest are of one version", () => {
  const { version } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8"));
  assert.equal(version, manifest.version);
});

test("as a tool, an agent fills in two fields, and is told not to make up ids", () => {
  const filled = properties.filter((one) => String(one.default).includes("$fromAI"));
  assert.deepEqual(
    filled.map(({ name }) => name),
    ["sequenceId", "contactIds"],
  );
  for (const field of filled) assert.match(field.default, /Never invent/);
  const { default: text } = properties.find(({ name }) => name === "toolDescription");
  assert.match(text, /^Removes people .*never invent, guess or complete an id.*At most 1,000 contact ids/);
});
