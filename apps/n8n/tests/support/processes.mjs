// Programs that a test starts, and that end with it.
import { spawn } from "node:child_process";

/** Repeats until it gives something, or throws what it was last told. */
export async function until(what, seconds, attempt) {
  const end = performance.now() + seconds * 1000;
  for (let last = ""; ;) {
    try {
      const value = await attempt();
      if (value) return value;
    } catch (error) {
      last = error.message;
    }
    if (performance.now() > end) throw new Error(`${what}: not within ${seconds} s. ${last}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A program that keeps running. `log` is what it has written so far. */
export class Program {
  constructor(command, args, options = {}) {
    this.log = "";
    this.child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
    this.exited = new Promise((resolve) => {
      this.child.once("close", resolve);
      this.child.once("error", (error) => resolve((this.log += error.message)));
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text) => (this.log += text));
    }
  }

  get running() {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Waits for a text in its output; returns the match. */
  async says(pattern, seconds = 30) {
    return until(`${this.child.spawnargs.join(" ")} says ${pattern}`, seconds, () => {
      const match = pattern.exec(this.log);
      if (!match && !this.running) throw new Error(`it ended:\n${this.log.slice(-2000)}`);
      return match;
    });
  }

  async stop(signal = "SIGTERM") {
    if (this.running) this.child.kill(signal);
    const timer = setTimeout(() => this.child.kill("SIGKILL"), 10_000);
    await this.exited;
    clearTimeout(timer);
  }
}

/** Runs a program to its end: { code, signal, out, err }; code is null if a signal ended it. */
export async function run(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  const texts = { out: "", err: "" };
  child.stdout?.setEncoding("utf8").on("data", (text) => (texts.out += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (texts.err += text));
  const end = await new Promise((resolve, reject) => {
    child.once("close", (code, signal) => resolve({ code, signal })).once("error", reject);
  });
  return { ...end, ...texts };
}

/** Runs a program that has to succeed; returns its standard output. */
export async function mustRun(command, args, options) {
  const { code, out, err } = await run(command, args, options);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}:\n${(out + err).slice(-4000)}`);
  return out;
}
