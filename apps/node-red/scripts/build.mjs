// Builds nodes/skipcall.js, which holds the host, and puts the module beside it.
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { modulePath } from "../../module_path.mjs";

const here = fileURLToPath(new URL("..", import.meta.url));

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
