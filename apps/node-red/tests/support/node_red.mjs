// A real Node-RED in a folder of its own, with the package installed from its tarball.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "skipcall-test-support/port";
import { folder as tools, installNodeRed, packageRoot } from "./install_node_red.mjs";

function mustRun(command, args, options) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", ...options });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stdout}${stderr}`);
}

/** A user folder with the package and a context store on disk. */
export function userFolder(flows = [], credentials = {}) {
  installNodeRed();
  const folder = mkdtempSync(join(tmpdir(), "node-red-"));
  mustRun("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: packageRoot });
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  writeFileSync(join(folder, "package.json"), '{ "name": "user", "private": true }');
  mustRun("npm", ["install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", `./${tarball}`], {
    cwd: folder,
  });
  const settings = {
    ...{ uiHost: "127.0.0.1", flowFile: "flows.json", credentialSecret: false, editorTheme: { tours: false } },
    telemetry: { enabled: false, updateNotification: false },
    contextStorage: {
      default: { module: "memory" },
      disk: { module: "localfilesystem", config: { cache: false } },
    },
    logging: { console: { level: "info" } },
  };
  writeFileSync(join(folder, "settings.js"), `module.exports = ${JSON.stringify(settings)};\n`);
  writeFileSync(join(folder, "flows.json"), JSON.stringify(flows));
  writeFileSync(join(folder, "flows_cred.json"), JSON.stringify(credentials));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export async function startNodeRed(folder) {
  const port = await freePort();
  const args = [join(tools, "node_modules/node-red/red.js"), "--userDir", folder, "--port", String(port)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  const red = { child, log: "", url: `http://127.0.0.1:${port}` };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (red.log += text));
  red.until = async (check, seconds = 60) => {
    const end = Date.now() + seconds * 1000;
    while (!(await check(red.log))) {
      if (Date.now() > end || child.exitCode !== null)
        throw new Error(`not within ${seconds} s:\n${red.log.slice(-3000)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  red.stop = async (signal = "SIGTERM") => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "close");
    child.kill(signal);
    await ended;
  };
  await red.until((log) => log.includes("Started flows"));
  return red;
}
