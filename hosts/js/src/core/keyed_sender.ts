// The half of a host that has the key, if the half that has the module runs elsewhere: in a process, or a Temporal
// workflow, that must not know it. That half's connections say `authenticatedBySend`.
import { HttpError, ResponseFlag } from "./abi.js";
import type { Clock } from "./clock.js";
import { type Connection, guardConnections } from "./connection.js";
import { readHeaderBlock, writeHeaderBlock } from "./header_block.js";
import { type HttpAnswer, type HttpRequest, noAnswer, type Send } from "./http.js";
import type { Manifest } from "./manifest.js";
import { Sender } from "./sender.js";

/** A request without server and credential; `target` is what its url has after the base URL. */
export type KeylessRequest = Omit<HttpRequest, "url"> & { target: string };

/**
 * Sends what another half of a host asks for: it joins the target to the base URL, adds the credential, ends the request
 * when its time is up, cuts the answer, and overwrites the key in it, as a whole host does. What may not be sent gets
 * DENIED. Throws HostError connection.
 */
export function keyedSender(
  manifest: Manifest,
  connections: Readonly<Record<string, Connection>>,
  options: { send: Send; clock: Clock },
): (request: KeylessRequest, signal: AbortSignal) => Promise<HttpAnswer> {
  const sender = new Sender(guardConnections(manifest, connections), options.send, options.clock);
  return async (request, signal) => {
    const { block, whole } = writeHeaderBlock(request.headers);
    if (!whole) return noAnswer(HttpError.DENIED, true);
    if (signal.aborted) return noAnswer(HttpError.CANCELLED, true);
    const giveUp = new AbortController();
    const abort = (): void => giveUp.abort();
    signal.addEventListener("abort", abort);
    const announced = { ...request, headers: block, body: request.body ?? new Uint8Array(0) };
    const { answer, failure } = await sender.send(announced, giveUp);
    signal.removeEventListener("abort", abort);
    if (answer === undefined) return { ...noAnswer(HttpError.OTHER, false, failure), isLost: true };
    return {
      status: answer.status,
      error: answer.error as HttpError,
      notSent: (answer.flags & ResponseFlag.NOT_SENT) !== 0,
      mayHaveRepeated: (answer.flags & ResponseFlag.MAY_HAVE_REPEATED) !== 0,
      headers: readHeaderBlock(answer.headers) ?? [],
      body: answer.body,
      ...(failure === undefined ? {} : { detail: failure }),
    };
  };
}
