// The project's vectors, tests/vectors/README.md: the same announcements and the same bytes of result as the native core.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, test } from "node:test";
import { Instance } from "../src/core/instance.js";
import { ActionModule } from "../src/index.js";
import { replay, type Vector } from "./support/replay.js";
import { MODULES, readBytes, readJson, repositoryFile } from "./support/repository.js";

for (const [build, path] of Object.entries(MODULES)) {
  describe(`vectors on the module by ${build}`, async () => {
    const instance = await Instance.create(await ActionModule.fromBytes(readBytes(path)));
    const files = readdirSync(repositoryFile("tests/vectors")).filter((name) => name.endsWith(".json"));
    assert.ok(files.length >= 5);
    for (const file of files) {
      const { vectors } = readJson(`tests/vectors/${file}`) as { vectors: Vector[] };
      assert.ok(vectors.length > 0);
      for (const vector of vectors) {
        // As text, so that the order of members counts too.
        test(`${file}: ${vector.name}`, () =>
          assert.equal(JSON.stringify(replay(vector, instance), null, 1), JSON.stringify(vector, null, 1)));
      }
    }
  });
}
