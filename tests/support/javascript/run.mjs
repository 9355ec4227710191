// run.mjs CONCURRENCY [ARGUMENT…]: runs build/tests/**/*_test.js of the package in this folder. Arguments go to node's
// test runner in front of the files, such as --test-reporter=junit --test-reporter-destination=FILE.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

const [concurrency, ...args] = process.argv.slice(2);
const folder = join(process.cwd(), "build/tests");
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
