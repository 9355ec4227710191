// The real Node-RED with what its nodes are tested with, once, in .tools/node-red of the checkout: 150 MB, about 30 s.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const dependencies = { "node-red": "5.0.7", "node-red-dev": "0.1.6", "node-red-node-test-helper": "0.3.6" };

export const folder = fileURLToPath(new URL("../../../../.tools/node-red/", import.meta.url));
export const packageRoot = fileURLToPath(new URL("../..", import.meta.url));

function isThere([name, version]) {
  const path = `${folder}node_modules/${name}/package.json`;
  return existsSync(path) && JSON.parse(readFileSync(path, "utf8")).version === version;
}

/** Gives what requires its packages. */
export function installNodeRed() {
  if (!Object.entries(dependencies).every(isThere)) {
    console.log("Installing Node-RED into .tools/node-red");
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}package.json`, JSON.stringify({ private: true, dependencies }));
    const flags = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    const { status } = spawnSync("npm", flags, { cwd: folder, stdio: "inherit" });
    if (status !== 0) throw new Error("npm could not install Node-RED");
  }
  return createRequire(`${folder}package.json`);
}
