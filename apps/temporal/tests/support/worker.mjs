// The worker program, as a process.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../dist/worker.js", import.meta.url));
const userProgram = fileURLToPath(new URL("user_worker.mjs", import.meta.url));

/** Resolves when it takes work. `end(signal)` resolves when it is gone. */
export function startWorker(address, args, env) {
  return start(address, [program, ...args], env);
}

/** One of a user: user_worker.mjs. */
export function startUserWorker(address, env) {
  return start(address, [userProgram], env);
}

async function start(address, args, env) {
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, TEMPORAL_ADDRESS: address, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = once(child, "close");
  const worker = {
    log: "",
    pid: child.pid,
    end: async (signal = "SIGTERM") => {
      child.kill(signal);
      await ended;
    },
  };
  await new Promise((resolve, reject) => {
    child.once("close", () => reject(new Error(`the worker ended: ${worker.log}`)));
    child.stderr.setEncoding("utf8").on("data", (text) => {
      worker.log += text;
      if (worker.log.includes("state: 'RUNNING'")) resolve();
    });
  });
  return worker;
}

/** One that is to end by itself. */
export function runWorker(args, env) {
  return spawnSync(process.execPath, [program, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    encoding: "utf8",
  });
}
