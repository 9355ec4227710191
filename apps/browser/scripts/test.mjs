// Runs the compiled tests. Arguments go to node's test runner in front of the files, such as
// --test-reporter=junit --test-reporter-destination=FILE.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../build/tests/", import.meta.url));
const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith("_test.js"));
const { status } = spawnSync(
  process.execPath,
  [
    "--enable-source-maps",
    "--test",
    // One browser at a time: frames are measured.
    "--test-concurrency=1",
    ...process.argv.slice(2),
    ...files.map((name) => folder + name),
  ],
  { stdio: "inherit" },
);
process.exit(status ?? 1);
