// Builds the extension, a folder to be loaded unpacked. As a program, for use against a sandbox on this machine:
//   node scripts/build_extension.mjs --base-url http://127.0.0.1:8080 --out build/extension
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const source = fileURLToPath(new URL("../extension/", import.meta.url));
const shipped = fileURLToPath(new URL("../dist/extension/", import.meta.url));
const action = fileURLToPath(new URL("../../../build/wasm/remove_contacts.wasm", import.meta.url));
/** Names of columns, which all apps read alike. */
export const alias = {
  "contact-tables": fileURLToPath(new URL("../../contact-files/columns.json", import.meta.url)),
};
const api = "https://api-public.skipcall.app";

/** The manifest, for another server if one is named: in its host permission and its content security policy. */
function manifestFor(baseUrl) {
  const manifest = readFileSync(join(source, "manifest.json"), "utf8");
  if (baseUrl === "") return manifest;
  const { hostname, port, protocol } = new URL(baseUrl);
  if (protocol !== "http:" || hostname !== "127.0.0.1") {
    throw new Error("--base-url is for a sandbox on this machine: http://127.0.0.1:PORT");
  }
  return manifest.replaceAll(api, `http://127.0.0.1:${port}`);
}

/**
 * out: the folder, emptied first. baseUrl: of a sandbox on this machine; empty: the API's, which is the only choice for
 * the folder that is shipped. module: the action's WebAssembly file.
 *
 * @param {{ out?: string, baseUrl?: string, module?: string }} [settings]
 */
export async function buildExtension({ out = shipped, baseUrl = "", module = action } = {}) {
  if (baseUrl !== "" && resolve(out) === resolve(shipped)) {
    throw new Error("dist/extension is only for the API; name another folder with --out");
  }
  const manifest = manifestFor(baseUrl);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  await build({
    entryPoints: ["service_worker.ts", "popup/popup.ts", "popup/popup.css", "options/options.ts"].map((file) =>
      join(source, file),
    ),
    entryNames: "[name]",
    outdir: out,
    alias,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    define: { API_BASE_URL: JSON.stringify(baseUrl) },
    logLevel: "warning",
  });
  // One script that the browser injects into a page; its last value is the answer.
  await build({
    entryPoints: [join(source, "page/main.ts")],
    outfile: join(out, "page_scan.js"),
    bundle: true,
    minify: true,
    format: "iife",
    globalName: "skipcallPage",
    footer: { js: "skipcallPage.scan();" },
    target: "es2022",
    logLevel: "warning",
  });
  writeFileSync(join(out, "manifest.json"), manifest);
  for (const page of ["popup", "options"]) copyFileSync(join(source, page, `${page}.html`), join(out, `${page}.html`));
  for (const size of [16, 32, 48, 128]) {
    copyFileSync(join(source, `icons/icon${size}.png`), join(out, `icon${size}.png`));
  }
  copyFileSync(module, join(out, "remove_contacts.wasm"));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { "base-url": { type: "string" }, out: { type: "string" } } });
  await buildExtension({ baseUrl: values["base-url"] ?? "", out: values.out ?? shipped });
}
