// Builds dist/: an ES module and its types, dist/cjs: the same as CommonJS; each with the WebAssembly module as base64.
// Build hosts/js first.
//
// Needs build/wasm/remove_contacts.wasm of the checkout, or the module that SKIPCALL_MODULE names.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL("..", import.meta.url));
const modulePath = process.env.SKIPCALL_MODULE ?? join(here, "../../build/wasm/remove_contacts.wasm");
if (!existsSync(modulePath)) {
  console.error("build.mjs: the module is not there; build it first: ./dev build");
  process.exit(1);
}

const dist = join(here, "dist");
rmSync(dist, { recursive: true, force: true });
mkdirSync(join(dist, "cjs"), { recursive: true });
writeFileSync(join(dist, "cjs/package.json"), '{ "type": "commonjs" }\n');
const text = JSON.stringify(readFileSync(modulePath, "base64"));
writeFileSync(join(dist, "module_text.js"), `export const moduleText = ${text};\n`);
writeFileSync(join(dist, "cjs/module_text.js"), `exports.moduleText = ${text};\n`);
const tsc = fileURLToPath(import.meta.resolve("typescript/bin/tsc"));
for (const project of ["tsconfig.json", "tsconfig.cjs.json"]) {
  const { status } = spawnSync(process.execPath, [tsc, "-p", project], { cwd: here, stdio: "inherit" });
  if (status !== 0) process.exit(1);
}
