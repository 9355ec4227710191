// The protocol's official tools, once, in .tools/mcp of the checkout: 200 MB, about 40 s. They stay apart from the
// packages that everything else is built with.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const dependencies = {
  "@anthropic-ai/mcpb": "2.1.2",
  "@modelcontextprotocol/conformance": "0.1.16",
  "@modelcontextprotocol/inspector": "2.12.0",
};
const folder = fileURLToPath(new URL("../../../../.tools/mcp/", import.meta.url));

function packageJson(name) {
  return JSON.parse(readFileSync(`${folder}node_modules/${name}/package.json`, "utf8"));
}

export function toolFile(name, path) {
  return `${folder}node_modules/${name}/${path}`;
}

/** The path of a tool's program. */
export function toolPath(name) {
  const { bin } = packageJson(name);
  return toolFile(name, typeof bin === "string" ? bin : Object.values(bin)[0]);
}

export function installTools() {
  const isThere = (name) => existsSync(`${folder}node_modules/${name}/package.json`);
  if (Object.entries(dependencies).every(([name, version]) => isThere(name) && packageJson(name).version === version))
    return;
  console.log("Installing the protocol's official tools into .tools/mcp");
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}package.json`, JSON.stringify({ private: true, dependencies }));
  const flags = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status } = spawnSync("npm", flags, { cwd: folder, stdio: "inherit" });
  if (status !== 0) throw new Error("npm could not install the protocol's official tools");
}
