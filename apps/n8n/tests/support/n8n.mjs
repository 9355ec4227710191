// One n8n with this package in it, installed as a user would: from the tarball, in the folder of community nodes.
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "skipcall-test-support/port";

import { installN8n, n8nBin } from "./install_n8n.mjs";
import { node, packageRoot, tools } from "./places.mjs";
import { mustRun, Program, run, until } from "./processes.mjs";

export const NODE_TYPE = "n8n-nodes-skipcall.skipcall";
export const TOOL_TYPE = "n8n-nodes-skipcall.skipcallTool";

const PLAIN = {
  N8N_DIAGNOSTICS_ENABLED: "false",
  N8N_VERSION_NOTIFICATIONS_ENABLED: "false",
  N8N_PERSONALIZATION_ENABLED: "false",
  N8N_TEMPLATES_ENABLED: "false",
  N8N_LISTEN_ADDRESS: "127.0.0.1",
  N8N_RUNNERS_BROKER_LISTEN_ADDRESS: "127.0.0.1",
  N8N_WORKER_SERVER_ADDRESS: "127.0.0.1",
  N8N_SECURE_COOKIE: "false",
  N8N_ENCRYPTION_KEY: "only-for-tests",
  N8N_LOG_LEVEL: "info",
  NODE_ENV: "production",
};

export class N8n {
  /** database: from services.startPostgres; settings: more environment variables. */
  static async create(database, settings = {}) {
    await installN8n();
    const folder = mkdtempSync(join(tmpdir(), "skipcall-n8n-"));
    const env = { PATH: `${join(tools, "node/bin")}:${process.env.PATH}`, HOME: folder, N8N_USER_FOLDER: folder };
    const n8n = new N8n(folder, { ...env, ...PLAIN, ...database, ...settings });
    await n8n.installPackage();
    return n8n;
  }

  constructor(folder, env) {
    this.folder = folder;
    this.env = env;
    this.programs = [];
  }

  async installPackage() {
    const npm = join(tools, "node/bin/npm");
    await mustRun(npm, ["pack", "--silent", "--pack-destination", this.folder], { cwd: packageRoot, env: this.env });
    const tarball = readdirSync(this.folder).find((name) => name.endsWith(".tgz"));
    const nodes = join(this.folder, ".n8n/nodes");
    mkdirSync(nodes, { recursive: true });
    writeFileSync(join(nodes, "package.json"), JSON.stringify({ name: "installed-nodes", private: true }));
    const flags = ["install", "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund"];
    await mustRun(npm, [...flags, join(this.folder, tarball)], { cwd: nodes, env: this.env });
  }

  /** One command of n8n's: { code, out, err }. */
  async command(...args) {
    const broker = { N8N_RUNNERS_BROKER_PORT: String(await freePort()) };
    // Into a file, which is written at once: n8n exits before a pipe has taken all of its output.
    const path = join(this.folder, "out");
    const file = openSync(path, "w");
    try {
      const options = { cwd: this.folder, env: { ...this.env, ...broker }, stdio: ["ignore", file, "pipe"] };
      return { ...(await run(node, [n8nBin, ...args], options)), out: readFileSync(path, "utf8") };
    } finally {
      closeSync(file);
    }
  }

  async mustCommand(...args) {
    const { code, out, err } = await this.command(...args);
    if (code !== 0) throw new Error(`n8n ${args.join(" ")} ended with ${code}:\n${(out + err).slice(-3000)}`);
    return out;
  }

  async import(kind, things) {
    const file = join(this.folder, `${kind}.json`);
    writeFileSync(file, JSON.stringify(things));
    await this.mustCommand(`import:${kind}`, `--input=${file}`);
  }

  /**
   * Executes a workflow by n8n's command line. { code, items, runs, hints, times, error, tasks, text }: items are those
   * of a node's first run, by name and output, and times is how long it took in ms; runs has all of its runs; tasks is
   * all that n8n says about them; error is that of the execution.
   */
  async execute(id) {
    const { code: exit, signal, out, err } = await this.command("execute", `--id=${id}`, "--rawOutput");
    const data = executionOf(out);
    const error = data?.data?.resultData?.error;
    // Seen now and then on a busy machine: n8n's process dies of a signal while it ends, after it has written
    // everything.
    const code = signal !== null && data !== undefined ? Number(error !== undefined) : exit;
    if (signal !== null) console.log(`n8n execute ${id} was ended by ${signal}`);
    const nodes = Object.entries(data?.data?.resultData?.runData ?? {});
    const runs = Object.fromEntries(nodes.map(([name, some]) => [name, some.map((one) => one.data?.main ?? [])]));
    const items = Object.fromEntries(nodes.map(([name]) => [name, runs[name][0]]));
    const hints = Object.fromEntries(nodes.map(([name, some]) => [name, some[0]?.hints ?? []]));
    const times = Object.fromEntries(nodes.map(([name, some]) => [name, some[0]?.executionTime]));
    return { code, items, runs, hints, times, error, tasks: Object.fromEntries(nodes), text: out + err };
  }

  /** The main process: serves editor, REST and webhooks. */
  async startMain(settings = {}) {
    const port = await freePort();
    this.url = `http://127.0.0.1:${port}`;
    const broker = String(await freePort());
    const env = { ...this.env, N8N_PORT: String(port), N8N_RUNNERS_BROKER_PORT: broker, ...settings };
    const main = this.start(["start"], env);
    await this.ready(main, `${this.url}/healthz/readiness`);
    return main;
  }

  async startWorker(concurrency = 5) {
    const health = await freePort();
    const env = {
      ...this.env,
      N8N_RUNNERS_BROKER_PORT: String(await freePort()),
      QUEUE_HEALTH_CHECK_ACTIVE: "true",
      QUEUE_HEALTH_CHECK_PORT: String(health),
    };
    const worker = this.start(["worker", `--concurrency=${concurrency}`], env);
    await this.ready(worker, `http://127.0.0.1:${health}/healthz/readiness`);
    return worker;
  }

  start(args, env) {
    const program = new Program(node, [n8nBin, ...args], { cwd: this.folder, env });
    this.programs.push(program);
    return program;
  }

  async ready(program, url) {
    await until(`n8n at ${url}`, 120, async () => {
      if (!program.running) throw new Error(program.log.slice(-3000));
      return (await fetch(url)).ok;
    });
  }

  async stop() {
    await Promise.all(this.programs.map((program) => program.stop()));
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** There are log lines before and after the JSON. */
function executionOf(out) {
  const lines = out.split("\n");
  const first = lines.findIndex((line) => line.startsWith("{"));
  const last = lines.findLastIndex((line) => line.startsWith("}"));
  if (first < 0) return undefined;
  return JSON.parse(lines.slice(first, Math.max(first, last) + 1).join("\n"));
}
