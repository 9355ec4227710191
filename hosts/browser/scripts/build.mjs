// Builds dist/playground and dist/extension, each whole as a folder to be served or loaded, and build/pages, the pages
// that only the tests load. The action's module and the JavaScript host are taken as they were built.
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { buildExtension } from "./build_extension.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const module = fileURLToPath(new URL("../../../build/wasm/remove_contacts.wasm", import.meta.url));

if (!existsSync(module)) {
  console.error("There is no build/wasm/remove_contacts.wasm yet. Run ./dev build at the top of the repository first.");
  process.exit(1);
}

/** Scripts and styles of one folder are bundled, what is no source is copied, and the module is laid beside them. */
async function buildFolder(from, to, format) {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  const names = readdirSync(from);
  await build({
    entryPoints: names
      .filter((name) => /^(main|background|popup|options|content)\.(ts|css)$/.test(name))
      .map((name) => `${from}/${name}`),
    outdir: to,
    bundle: true,
    minify: true,
    format,
    target: "es2022",
    logLevel: "warning",
  });
  for (const name of readdirSync(from, { recursive: true })) {
    const isSource = /\.(ts|css|md)$/.test(name);
    if (!isSource && statSync(`${from}/${name}`).isFile()) cpSync(`${from}/${name}`, `${to}/${name}`);
  }
  cpSync(module, `${to}/remove_contacts.wasm`);
}

await buildFolder(`${root}/playground`, `${root}/dist/playground`, "esm");
await buildExtension();

const pages = `${root}/tests/pages`;
await build({
  entryPoints: readdirSync(pages)
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `${pages}/${name}`),
  outdir: `${root}/build/pages`,
  bundle: true,
  format: "esm",
  target: "es2022",
  logLevel: "warning",
});
