// The types of the package, as a user's compiler reads them.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url));

test("a program of a user compiles", () => {
  // Temporal's own types do not pass with skipLibCheck off.
  const options = ["--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext"];
  const tsc = fileURLToPath(import.meta.resolve("typescript/bin/tsc"));
  const args = [tsc, ...options, "--types", "node", pathOf("consumer.ts")];
  const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
  assert.equal(stdout, "");
});

test("they need nothing that a user does not have", () => {
  const dist = pathOf("../dist/");
  const types = readdirSync(dist).filter((name) => name.endsWith(".d.ts"));
  const imported = types.flatMap((name) => [
    ...readFileSync(dist + name, "utf8").matchAll(/^(?:im|ex)port .* from "([^"]*)"/gm),
  ]);
  const foreign = imported.map(([, name]) => name).filter((name) => !/^(\.\/|@temporalio\/)/.test(name));
  assert.ok(types.length > 0);
  assert.deepEqual(foreign, []);
});
