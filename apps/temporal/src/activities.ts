// The half that has the key: an activity that sends one request.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Context, log } from "@temporalio/activity";
import { type Connection, fetchSender, keyedSender, readManifest, systemClock } from "skipcall-action-host";
import type { RequestActivities } from "./exchange.js";

/** Several in the workflow's heartbeat timeout, so that a slow machine does not count as a dead one. */
const HEARTBEAT_MS = 3000;

export interface ActivitySettings {
  /** The key of Skipcall's API. It stays in this process. */
  apiKey: string;
  /** Default: Skipcall's own server. */
  baseUrl?: string;
}

/** For `Worker.create({ activities })`. Throws HostError where key or base URL cannot be used. */
export function createActivities({ apiKey, baseUrl }: ActivitySettings): RequestActivities {
  return activitiesOf({ skipcall: { baseUrl, secret: apiKey } });
}

/** @internal */
export function moduleBytes(): Uint8Array {
  return readFileSync(join(__dirname, "remove_contacts.wasm"));
}

/** Connections by the manifest's names. @internal */
export function activitiesOf(connections: Record<string, Connection>): RequestActivities {
  const manifest = readManifest(moduleBytes());
  const send = keyedSender(manifest, connections, { send: fetchSender(), clock: systemClock() });
  return {
    async sendSkipcallRequest(request, body) {
      const context = Context.current();
      const beat = setInterval(() => context.heartbeat(), HEARTBEAT_MS);
      try {
        const answer = await send({ ...request, body: new Uint8Array(body) }, context.cancellationSignal);
        if (answer.detail !== undefined) log.warn(answer.detail);
        return {
          status: answer.status,
          error: answer.error,
          notSent: answer.notSent,
          mayHaveRepeated: answer.mayHaveRepeated ?? false,
          headers: [...answer.headers].map(([name, value]) => [name, value]),
          body: Buffer.from(answer.body).toString("base64"),
        };
      } finally {
        clearInterval(beat);
      }
    },
  };
}
