// Builds what can be served, loaded or installed as it is: dist/playground, dist/extension, and of the examples dist/page
// and dist/userscript. Also build/pages, which only the tests load. The action's module and the JavaScript host's one
// file are used as they were built.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { modulePath } from "../../module_path.mjs";
import { alias, buildExtension } from "./build_extension.mjs";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const host = path("../../../hosts/js/dist/browser.js");

if (!existsSync(host)) {
  console.error(`There is no ${host} yet. Run npm ci and npm run build in hosts/js first.`);
  process.exit(1);
}

const { version } = JSON.parse(readFileSync(path("../package.json"), "utf8"));
const options = { bundle: true, target: "es2022", logLevel: "warning", alias };

/** An empty folder of dist. */
function freshFolder(name) {
  const folder = path(`../dist/${name}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

async function buildPlayground() {
  const from = path("../playground");
  const to = freshFolder("playground");
  const entryPoints = [`${from}/main.ts`, `${from}/main.css`];
  await build({ ...options, entryPoints, outdir: to, minify: true, format: "esm" });
  cpSync(`${from}/index.html`, `${to}/index.html`);
  cpSync(modulePath, `${to}/remove_contacts.wasm`);
}

/** Nothing is bundled: the example shows that nothing has to be. */
function buildPage() {
  const to = freshFolder("page");
  cpSync(path("../examples/page"), to, { recursive: true });
  cpSync(host, `${to}/skipcall-action-host.js`);
  cpSync(modulePath, `${to}/remove_contacts.wasm`);
}

/** One file, with the module in it, since a manager installs one file. */
async function buildUserscript() {
  const from = path("../examples/userscript");
  await build({
    ...options,
    entryPoints: [`${from}/main.ts`],
    outfile: `${freshFolder("userscript")}/remove_contacts.user.js`,
    format: "iife",
    banner: { js: readFileSync(`${from}/header.txt`, "utf8").replace("VERSION", version) },
    alias: { ...alias, "remove_contacts.wasm": modulePath },
    loader: { ".wasm": "binary" },
  });
}

async function buildTestPages() {
  const from = path("../tests/pages");
  const names = readdirSync(from).filter((name) => name.endsWith(".ts"));
  const entryPoints = names.map((name) => `${from}/${name}`);
  await build({ ...options, entryPoints, outdir: path("../build/pages"), format: "esm" });
  const reader = path("../shared/contacts/contact_file.ts");
  await build({ ...options, entryPoints: [reader], outfile: path("../build/contact_file.mjs"), format: "esm" });
}

await buildPlayground();
buildPage();
await buildUserscript();
await buildExtension();
await buildTestPages();
