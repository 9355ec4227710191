// The project's vectors, tests/vectors/README.md: the same announcements and the same bytes of result as the native core.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { Instance } from "../src/core/instance.js";
import { ActionModule } from "../src/index.js";
import { nameOf, readVectors, replay } from "./support/replay.js";
import { MODULES, readBytes, repositoryFile } from "skipcall-test-support/repository";

for (const [build, path] of Object.entries(MODULES)) {
  describe(`vectors on the module by ${build}`, async () => {
    const instance = await Instance.create(await ActionModule.fromBytes(readBytes(path)));
    const files = readdirSync(repositoryFile("tests/vectors")).filter((name) => name.endsWith(".jsonl"));
    assert.ok(files.length >= 5);
    for (const file of files) {
      const vectors = readVectors(readFileSync(repositoryFile(`tests/vectors/${file}`), "utf8"));
      assert.ok(vectors.length > 0);
      for (const vector of vectors) {
        test(`${file}: ${nameOf(vector)}`, () => assert.deepEqual(replay(vector, instance), vector));
      }
    }
  });
}
