// The strict stand-in for the server, as a process: build/bin/skipcall sandbox.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const KEY = "sk_test_mcp_0123456789";
const program = fileURLToPath(new URL("../../../../build/bin/skipcall", import.meta.url));

/** n different contact ids, the same ones for the same group. */
export function contactIds(n, group = 0) {
  const prefix = group.toString(16).padStart(8, "0");
  return Array.from({ length: n }, (_, i) => `${prefix}-0000-4000-8000-${i.toString(16).padStart(12, "0")}`);
}

/** sequences: ids of contacts by sequence. removals(): how many requests it answered. */
export async function startSandbox(sequences, switches = {}) {
  const folder = mkdtempSync(join(tmpdir(), "sandbox-"));
  const file = join(folder, "data.json");
  const data = {
    keys: [{ key: KEY, plan: "EXPERT" }],
    sequences: Object.entries(sequences).map(([id, contacts]) => ({ id, contacts })),
    switches,
  };
  writeFileSync(file, JSON.stringify(data));
  const child = spawn(program, ["sandbox", "--verbose", "--data", file], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise((resolve) => child.once("close", resolve));
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (log += text));
  const url = await new Promise((resolve, reject) => {
    let text = "";
    child.once("error", reject).once("close", () => reject(new Error("the sandbox ended early")));
    child.stdout.setEncoding("utf8").on("data", (more) => {
      text += more;
      const found = /SKIPCALL_BASE_URL=(\S+)/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  return {
    url,
    requests: () => log.split("\n").filter((line) => line.includes("DELETE ")).length,
    stop: async () => {
      child.kill();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}
