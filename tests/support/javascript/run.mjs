// run.mjs CONCURRENCY [ARGUMENT…]: compiles tests/ of the package in this folder into build/tests, and runs every
// *_test.js of it. Arguments go to node's test runner in front of the files, such as --test-reporter=junit
// --test-reporter-destination=FILE.
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [concurrency, ...args] = process.argv.slice(2);
const folder = join(process.cwd(), "build/tests");
// What an earlier checkout compiled may have no source any more.
rmSync(folder, { recursive: true, force: true });
const tsc = createRequire(join(process.cwd(), "package.json")).resolve("typescript/bin/tsc");
const compiled = spawnSync(process.execPath, [tsc, "-p", "tests"], { stdio: "inherit" });
if (compiled.status !== 0) process.exit(1);
const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith("_test.js"));
const { status } = spawnSync(
  process.execPath,
  [
    "--enable-source-maps",
    "--test",
    `--test-concurrency=${concurrency}`,
    ...args,
    ...files.map((name) => join(folder, name)),
  ],
  { stdio: "inherit" },
);
process.exit(status ?? 1);
