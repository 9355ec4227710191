// The strict stand-in for the server, as a process: build/bin/skipcall sandbox.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryPath } from "./repository.mjs";

export async function startSandbox(data) {
  const folder = mkdtempSync(join(tmpdir(), "skipcall-sandbox-"));
  const args = ["sandbox", "--port", "0", "--verbose"];
  if (data !== undefined) {
    const file = join(folder, "data.json");
    writeFileSync(file, JSON.stringify(data));
    args.push("--data", file);
  }
  const child = spawn(repositoryPath("build/bin/skipcall"), args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise((resolve) => child.once("close", resolve));
  let log = "";
  const stop = async () => {
    child.kill();
    await ended;
    rmSync(folder, { recursive: true });
  };
  try {
    const url = await new Promise((resolve, reject) => {
      const read = (chunk) => {
        log += chunk;
        const found = /SKIPCALL_BASE_URL=(\S+)/.exec(log);
        if (found) resolve(found[1]);
      };
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", read);
      child.once("error", reject);
      child.once("close", () => reject(new Error(`the sandbox ended before it printed its address: ${log}`)));
    });
    const requests = () => log.split("\n").filter((line) => /DELETE|GET|POST/.test(line));
    const [, key] = /SKIPCALL_API_KEY=(\S+)/.exec(log) ?? [];
    return { url, key, stop, requests, log: () => log };
  } catch (error) {
    await stop();
    throw error;
  }
}
