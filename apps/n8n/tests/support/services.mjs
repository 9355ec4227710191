// Postgres and Redis, each for one test file, on localhost only.
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "skipcall-test-support/port";

import { postgresFolder } from "./places.mjs";
import { mustRun, Program, until } from "./processes.mjs";

/** Postgres refuses to run as root; then it runs as the user that its package created. */
async function postgresUser() {
  if (process.getuid() !== 0) return {};
  const line = await mustRun("getent", ["passwd", "postgres"]);
  const [, , uid, gid] = line.split(":");
  return { uid: Number(uid), gid: Number(gid) };
}

/** A database on a socket in its own folder. */
export async function startPostgres() {
  const user = await postgresUser();
  const folder = mkdtempSync(join(tmpdir(), "skipcall-pg-"));
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, "data");
  const bin = postgresFolder();
  const options = { ...user, cwd: folder, env: { PATH: process.env.PATH, LC_ALL: "C.UTF-8" } };
  await mustRun(join(bin, "initdb"), ["-D", data, "-U", "n8n", "-A", "trust", "-N"], options);
  const settings = ["fsync=off", "listen_addresses=", `unix_socket_directories=${folder}`, "max_connections=100"];
  const server = new Program(
    join(bin, "postgres"),
    ["-D", data, ...settings.flatMap((setting) => ["-c", setting])],
    options,
  );
  await server.says(/ready to accept connections/);
  let made = 0;
  return {
    /** Creates a database; returns the settings by which n8n finds it. */
    async database() {
      const name = `n8n_${(made += 1)}`;
      await mustRun(join(bin, "createdb"), ["-h", folder, "-U", "n8n", name], options);
      return {
        DB_TYPE: "postgresdb",
        DB_POSTGRESDB_HOST: folder,
        DB_POSTGRESDB_USER: "n8n",
        DB_POSTGRESDB_DATABASE: name,
      };
    },
    async stop() {
      await server.stop("SIGINT");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function startRedis() {
  const port = await freePort();
  const server = new Program("redis-server", ["--port", String(port), "--bind", "127.0.0.1", "--save", ""], {
    cwd: tmpdir(),
  });
  await server.says(/Ready to accept connections/);
  return {
    settings: { QUEUE_BULL_REDIS_HOST: "127.0.0.1", QUEUE_BULL_REDIS_PORT: String(port) },
    stop: () => server.stop(),
  };
}

/** Waits until a server responds at all. */
export async function answers(url, seconds) {
  await until(`${url} answers`, seconds, async () => (await fetch(url)).ok);
}
