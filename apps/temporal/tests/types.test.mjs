// The types of the package, as a user's compiler reads them.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url));

// The second setting is that of older projects, which do not read "exports".
for (const setting of ["--module nodenext", "--module commonjs --moduleResolution node10"]) {
  test(`a program of a user compiles with ${setting}`, () => {
    // Outside of the package, which would find itself by its name.
    const project = mkdtempSync(join(tmpdir(), "types-"));
    try {
      symlinkSync(pathOf("../../../node_modules"), join(project, "node_modules"));
      copyFileSync(pathOf("consumer.ts"), join(project, "consumer.ts"));
      // Temporal's own types do not pass with skipLibCheck off.
      const options = ["--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--types", "node"];
      const tsc = fileURLToPath(import.meta.resolve("typescript/bin/tsc"));
      const args = [tsc, ...options, ...setting.split(" "), "consumer.ts"];
      assert.equal(spawnSync(process.execPath, args, { cwd: project, encoding: "utf8" }).stdout, "");
    } finally {
      rmSync(project, { recursive: true });
    }
  });
}

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
