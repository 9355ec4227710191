// Temporal's development server, as a process.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, Connection } from "@temporalio/client";
import { freePort } from "skipcall-test-support/port";
import { repositoryPath } from "skipcall-test-support/repository";

export const program = repositoryPath(".tools/temporal/temporal");

/** Resolves when it answers. */
async function connect(address) {
  for (;;) {
    try {
      return await Connection.connect({ address, connectTimeout: "5s" });
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

/**
 * onDisk: it keeps its histories in its folder, which takes twice the processor time, and `again()` ends the process by
 * SIGKILL and starts it with the same ones.
 */
export async function startServer({ onDisk = false, ...clientOptions } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "skipcall-temporal-"));
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const args = [
    "server",
    "start-dev",
    "--ip",
    "127.0.0.1",
    "--port",
    String(port),
    "--headless",
    "--log-level",
    "error",
    ...(onDisk ? ["--db-filename", join(folder, "history.db")] : []),
  ];
  const run = () => {
    const child = spawn(program, args, { cwd: folder, stdio: "ignore" });
    return { child, ended: once(child, "close") };
  };
  let process = run();
  const end = async (signal) => {
    process.child.kill(signal);
    await process.ended;
  };
  const connection = await connect(address);
  return {
    address,
    folder,
    pid: () => process.child.pid,
    client: new Client({ connection, ...clientOptions }),
    again: async () => {
      await end("SIGKILL");
      process = run();
      await (await connect(address)).close();
    },
    stop: async () => {
      await connection.close();
      await end("SIGTERM");
      rmSync(folder, { recursive: true });
    },
  };
}
