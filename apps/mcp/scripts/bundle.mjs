// Makes build/skipcall-mcp.mcpb, the bundle that Claude Desktop and others install with one click, from dist/.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { installTools, toolPath } from "../tests/support/install_tools.mjs";

const here = fileURLToPath(new URL("..", import.meta.url));
const folder = `${here}build/bundle`;
const { name, version, description, license } = JSON.parse(readFileSync(`${here}package.json`, "utf8"));
const manifest = {
  manifest_version: "0.4",
  name,
  display_name: "Skipcall",
  version,
  description,
  author: { name: "the Skipcall action authors" },
  license,
  server: {
    type: "node",
    entry_point: "server/main.js",
    mcp_config: {
      command: "node",
      // No setting of the user: the format's library leaves ${HOME} in the default of one as it is.
      args: ["${__dirname}/server/main.js", "--max-items=${user_config.max_items}", "--journal=${HOME}/.skipcall-mcp"],
      env: { SKIPCALL_API_KEY: "${user_config.api_key}" },
    },
  },
  tools: [
    { name: "remove_contacts_dry_run", description: "Checks and counts, sends nothing" },
    { name: "remove_contacts", description: "Removes contacts from sequences, after a person has agreed" },
    { name: "recent_runs", description: "How the last runs ended, those that were cut off too" },
  ],
  compatibility: { runtimes: { node: ">=20.3.0" } },
  user_config: {
    api_key: {
      type: "string",
      title: "API key",
      description: "From Skipcall's Settings > API Keys",
      sensitive: true,
      required: true,
    },
    max_items: {
      type: "number",
      title: "Contacts a call",
      description: "A call that names more is refused",
      default: 1000,
      min: 1,
      required: false,
    },
  },
};

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
cpSync(`${here}dist`, `${folder}/server`, { recursive: true });
cpSync(`${here}LICENSE`, `${folder}/LICENSE`);
writeFileSync(`${folder}/package.json`, JSON.stringify({ name, version, type: "module" }));
writeFileSync(`${folder}/manifest.json`, `${JSON.stringify(manifest, undefined, 2)}\n`);
installTools();
const args = [toolPath("@anthropic-ai/mcpb"), "pack", folder, `${here}build/${name}.mcpb`];
process.exit(spawnSync(process.execPath, args, { stdio: "inherit" }).status ?? 1);
