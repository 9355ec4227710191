// The strict stand-in for the server, as a process: build/bin/skipcall sandbox.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryPath } from "./repository.js";

export interface Sandbox {
  url: string;
  /** Ends the process. */
  stop: () => Promise<void>;
}

/** data: sandbox/README.md "The data file"; without it the built-in one. */
export async function startSandbox(data?: unknown): Promise<Sandbox> {
  const folder = mkdtempSync(join(tmpdir(), "sandbox-"));
  const file = join(folder, "data.json");
  if (data !== undefined) writeFileSync(file, JSON.stringify(data));
  const program = repositoryPath("build/bin/skipcall");
  const child = spawn(program, ["sandbox", "--port", "0", ...(data === undefined ? [] : ["--data", file])], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill();
    await ended;
    rmSync(folder, { recursive: true });
  };
  try {
    return { url: await urlOf(child), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function urlOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.once("error", reject);
    child.once("close", () => reject(new Error("the sandbox ended before it told its address")));
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const url = /SKIPCALL_BASE_URL=(\S+)/.exec(text)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
}
