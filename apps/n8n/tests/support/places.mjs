// Where things are in the checkout, and what a machine needs to have.
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { run } from "./processes.mjs";

export const packageRoot = join(dirname(fileURLToPath(import.meta.url)), "../..");
export const root = join(packageRoot, "../..");
export const tools = join(root, ".tools");
export const skipcall = join(root, "build/bin/skipcall");

/** Node.js as the repository pins it; n8n needs a recent one. */
export const node = join(tools, "node/bin/node");

function inPath(name) {
  return (process.env.PATH ?? "").split(":").some((folder) => existsSync(join(folder, name)));
}

/** The folder of initdb and pg_ctl, which Debian keeps off the PATH. */
export function postgresFolder() {
  const base = "/usr/lib/postgresql";
  const [newest] = existsSync(base) ? readdirSync(base).sort((a, b) => Number(b) - Number(a)) : [];
  return newest === undefined ? undefined : join(base, newest, "bin");
}

export const chromiumPath = process.env.CHROMIUM || "/usr/bin/chromium";

const PROBES = {
  "redis-server": () => inPath("redis-server"),
  postgresql: () => postgresFolder() !== undefined,
  chromium: () => existsSync(chromiumPath),
};

/**
 * Installs Debian packages that are missing. Returns why the tests cannot run here, or undefined.
 */
export async function need(...packages) {
  if (!existsSync(skipcall)) return "build/bin/skipcall is not there; build it first: ./dev build";
  const missing = packages.filter((name) => !PROBES[name]());
  if (missing.length === 0) return undefined;
  // ./dev always sets CHROMIUM, to an empty string if there is none: it has tried to install one.
  if (missing.includes("chromium") && process.env.CHROMIUM !== undefined) return `no Chromium at ${chromiumPath}`;
  if (process.getuid() !== 0 || !inPath("apt-get")) return `${missing.join(", ")} missing, and no right to install`;
  console.log(`Installing: ${missing.join(" ")}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["update", "-q"], { env });
  const { code, err } = await run("apt-get", ["install", "-y", "-q", "--no-install-recommends", ...missing], { env });
  if (code !== 0) return `${missing.join(", ")} could not be installed: ${err.slice(-300)}`;
  const absent = missing.filter((name) => !PROBES[name]()); // Ubuntu's package of Chromium installs a snap
  return absent.length === 0 ? undefined : `the package ${absent.join(", ")} installs no program here`;
}
