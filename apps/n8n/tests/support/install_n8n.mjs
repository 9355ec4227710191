// The real n8n, once, in .tools/n8n of the checkout: about 2,000 packages, 1.9 GB, one to two minutes.
//
//     node tests/support/install_n8n.mjs
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { node, root, tools } from "./places.mjs";
import { mustRun } from "./processes.mjs";

export const N8N_VERSION = process.env.N8N_VERSION ?? "2.41.1";
const PNPM_VERSION = "10.34.9";

const folder = join(tools, "n8n");
export const n8nBin = join(folder, "node_modules/n8n/bin/n8n");

function installed() {
  const path = join(folder, "node_modules/n8n/package.json");
  return existsSync(path) && JSON.parse(readFileSync(path, "utf8")).version === N8N_VERSION;
}

/** Installs it if it is not there. No package scripts are run: with Postgres nothing has to be compiled. */
export async function installN8n() {
  if (!existsSync(node)) {
    console.log("Fetching Node.js into .tools/node");
    await mustRun(join(root, "cmake/fetch-node.sh"), []);
  }
  if (installed()) return;
  const began = performance.now();
  console.log(`Installing n8n ${N8N_VERSION} into .tools/n8n: about 2,000 packages, 1.9 GB, one to two minutes`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const env = { ...process.env, PATH: `${join(tools, "node/bin")}:${process.env.PATH}` };
  const pnpm = join(folder, "pnpm");
  await mustRun("npm", ["install", "--ignore-scripts", "--prefix", pnpm, `pnpm@${PNPM_VERSION}`], { env });
  const wanted = { name: "n8n-under-test", private: true, dependencies: { n8n: N8N_VERSION } };
  writeFileSync(join(folder, "package.json"), JSON.stringify(wanted));
  const flags = ["install", "--ignore-scripts", "--config.node-linker=hoisted"];
  await mustRun(node, [join(pnpm, "node_modules/pnpm/bin/pnpm.cjs"), ...flags], { cwd: folder, env });
  console.log(`Installed n8n in ${((performance.now() - began) / 1000).toFixed(0)} s`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await installN8n();
