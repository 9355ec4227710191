// Builds dist/: one file with all dependencies, the module beside it, and the licences of what is in it.
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { modulePath } from "../../module_path.mjs";

const here = fileURLToPath(new URL("..", import.meta.url));
const root = join(here, "../..");

const dist = join(here, "dist");
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: [join(here, "src/main.ts")],
  outfile: join(dist, "main.js"),
  tsconfig: join(here, "tsconfig.json"),
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20.3",
  // CommonJS packages load Node's own modules by require.
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});
chmodSync(join(dist, "main.js"), 0o755);
copyFileSync(modulePath, join(dist, "remove_contacts.wasm"));

/** The folder of the package that a file is in: node_modules/NAME or node_modules/@SCOPE/NAME. */
function packageFolder(path) {
  const parts = path.split("/");
  const at = parts.lastIndexOf("node_modules");
  return at < 0 ? undefined : parts.slice(0, at + (parts[at + 1].startsWith("@") ? 3 : 2)).join(sep);
}

const folders = [...new Set(Object.keys(metafile.inputs).map(packageFolder))].filter((one) => one !== undefined).sort();
const licences = folders.map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  const files = readdirSync(join(root, folder)).filter((one) => /^(licen[cs]e|notice)/i.test(one));
  const texts = files.map((one) => readFileSync(join(root, folder, one), "utf8").trim());
  return [`${name} ${version} (${license})`, ...texts].join("\n\n");
});
writeFileSync(join(dist, "THIRD_PARTY_LICENSES.txt"), `${licences.join(`\n\n${"-".repeat(80)}\n\n`)}\n`);
