// n8n's scanner for community packages, on the source and on the tarball as it would be published. It must report
// nothing; and it must report a node that breaks its rules, so that silence means something.
//
//     npm run scan        (after npm run build, and npm ci in this folder)
import { analyzePackage, SOURCE_FILE_PATTERNS } from "@n8n/scan-community-package/scanner/scanner.mjs";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const work = mkdtempSync(join(tmpdir(), "skipcall-scan-"));

function unpackedTarball() {
  execFileSync("npm", ["pack", "--silent", "--pack-destination", work], { cwd: root });
  const tarball = readdirSync(work).find((name) => name.endsWith(".tgz"));
  execFileSync("tar", ["-xzf", join(work, tarball), "-C", work]);
  return join(work, "package");
}

/** The tarball with a file that reads the disk and sets a timer. */
function spoiled(folder) {
  const copy = join(work, "spoiled");
  cpSync(folder, copy, { recursive: true });
  const bad = 'const fs = require("fs");\nsetTimeout(() => fs.readFileSync("/etc/hostname"), 1);\n';
  writeFileSync(join(copy, "dist/nodes/Skipcall/spoiled.js"), bad);
  return copy;
}

async function scan(what, folder, patterns, wanted) {
  const began = performance.now();
  const { passed, details = "", message = "" } = await analyzePackage(folder, patterns);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const good = passed === wanted && (wanted || /restricted/.test(details));
  console.log(`${good ? "ok    " : "not ok"} ${what} (${seconds} s)`);
  if (!good) {
    console.log(message, details);
    process.exitCode = 1;
  }
}

try {
  const tarball = unpackedTarball();
  await scan("source: nothing is reported", root, SOURCE_FILE_PATTERNS, true);
  await scan("tarball: nothing is reported", tarball, undefined, true);
  await scan("a spoiled tarball is reported", spoiled(tarball), undefined, false);
} finally {
  rmSync(work, { recursive: true, force: true });
}
