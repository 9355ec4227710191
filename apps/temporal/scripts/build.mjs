// Builds dist/: three files with what they need of the host, Temporal's packages left out; types; the module.
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { modulePath } from "../../module_path.mjs";

const here = fileURLToPath(new URL("..", import.meta.url));

const dist = join(here, "dist");
rmSync(dist, { recursive: true, force: true });
await build({
  absWorkingDir: here,
  entryPoints: ["index", "worker", "workflows"].map((name) => `src/${name}.ts`),
  outdir: dist,
  tsconfig: join(here, "tsconfig.json"),
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20.3",
  external: ["@temporalio/*"],
  alias: { "remove_contacts.wasm": modulePath },
  loader: { ".wasm": "base64" },
  logLevel: "warning",
});
chmodSync(join(dist, "worker.js"), 0o755);
copyFileSync(modulePath, join(dist, "remove_contacts.wasm"));
const tsc = fileURLToPath(import.meta.resolve("typescript/bin/tsc"));
const { status } = spawnSync(process.execPath, [tsc, "-p", join(here, "tsconfig.types.json")], { stdio: "inherit" });
if (status !== 0) process.exit(1);
// What a user's compiler reads; what else there is knows the host, which no user has.
for (const name of [
  "activities",
  "exchange",
  "index",
  "control",
  "progress",
  "queue",
  "removals",
  "source",
  "status",
  "workflows",
]) {
  copyFileSync(join(here, `build/types/apps/temporal/src/${name}.d.ts`), join(dist, `${name}.d.ts`));
}
copyFileSync(join(here, "../../plugin-manifest/remove_contacts.d.ts"), join(dist, "remove_contacts.d.ts"));
