// What Node-RED's own tool says of the package, as its library of nodes will.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { folder, installNodeRed, packageRoot } from "../support/install_node_red.mjs";

test("node-red-dev validate", () => {
  installNodeRed();
  const program = join(folder, "node_modules/.bin/node-red-dev");
  const preload = fileURLToPath(new URL("../support/offline_registry.cjs", import.meta.url));
  const { stdout, stderr, status } = spawnSync(program, ["validate", "--path", packageRoot], {
    encoding: "utf8",
    env: { ...process.env, NODE_OPTIONS: `--require ${preload}` },
  });
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /Complete\s*$/);
  // The name is the one that its users look for; a scope would be the maintainers' account.
  const warnings = (stdout + stderr).split("\n").filter((line) => /Warning|Error/.test(line));
  assert.deepEqual(
    warnings.map((line) => line.replace(/^\W+/, "")),
    ["Warning: P04 New Packages should use a scoped name"],
  );
});
