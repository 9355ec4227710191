// Builds nodes/skipcall.js, which holds the host, and puts the module beside it.
//
// Needs build/wasm/remove_contacts.wasm of the checkout, or the module that SKIPCALL_MODULE names.
import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL("..", import.meta.url));
const modulePath = process.env.SKIPCALL_MODULE ?? join(here, "../../build/wasm/remove_contacts.wasm");
if (!existsSync(modulePath)) {
  console.error("build.mjs: the module is not there; build it first: ./dev build");
  process.exit(1);
}

// The reading of ids is n8n's node's. What ties it to n8n is not used here, and is left out.
const withoutN8n = {
  name: "without-n8n",
  setup: ({ onResolve }) =>
    onResolve({ filter: /^n8n-workflow$/ }, ({ path }) => ({ path, external: true, sideEffects: false })),
};
await build({
  plugins: [withoutN8n],
  entryPoints: [join(here, "src/skipcall.ts")],
  outfile: join(here, "nodes/skipcall.js"),
  tsconfig: join(here, "tsconfig.json"),
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20.3",
  logLevel: "warning",
});
copyFileSync(modulePath, join(here, "nodes/remove_contacts.wasm"));
