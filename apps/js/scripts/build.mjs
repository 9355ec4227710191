// Builds dist/: an ES module and its types, dist/cjs: the same as CommonJS; each with the WebAssembly module as base64.
// Build hosts/js first.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { modulePath } from "../../module_path.mjs";

const here = fileURLToPath(new URL("..", import.meta.url));

const dist = join(here, "dist");
rmSync(dist, { recursive: true, force: true });
mkdirSync(join(dist, "cjs"), { recursive: true });
writeFileSync(join(dist, "cjs/package.json"), '{ "type": "commonjs" }\n');
const text = JSON.stringify(readFileSync(modulePath, "base64"));
writeFileSync(join(dist, "module_text.js"), `export const moduleText = ${text};\n`);
writeFileSync(join(dist, "cjs/module_text.js"), `exports.moduleText = ${text};\n`);
for (const folder of [dist, join(dist, "cjs")]) {
  copyFileSync(join(here, "../../plugin-manifest/remove_contacts.d.ts"), join(folder, "remove_contacts.d.ts"));
}
const tsc = fileURLToPath(import.meta.resolve("typescript/bin/tsc"));
for (const project of ["tsconfig.json", "tsconfig.cjs.json"]) {
  const { status } = spawnSync(process.execPath, [tsc, "-p", project], { cwd: here, stdio: "inherit" });
  if (status !== 0) process.exit(1);
}
