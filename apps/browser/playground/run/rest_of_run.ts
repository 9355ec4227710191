// What an interrupted run has left to do, by its journal: the run is brought to where it was, and stopped there.
import { ActionHost, HttpError, noAnswer, systemClock } from "skipcall-action-host";
import type { RemovalResult } from "../../../../plugin-manifest/remove_contacts.js";
import type { RunPlan } from "./run_panel.js";

/** Its result if it ended now. Nothing is sent or recorded. Rejects with HostError, as ActionHost.resume does. */
export async function restOf(
  { module, schema, connection }: Pick<RunPlan, "module" | "schema" | "connection">,
  lines: readonly string[],
): Promise<RemovalResult> {
  const send = (): Promise<ReturnType<typeof noAnswer>> => Promise.resolve(noAnswer(HttpError.CANCELLED, true));
  const { result } = await new ActionHost(module, { send, clock: systemClock() }).resume<RemovalResult>({
    connections: { [schema.connection.id]: connection },
    journal: { lines, keepsAll: true, append: () => undefined },
    stopSignal: AbortSignal.abort(),
  });
  return result;
}
