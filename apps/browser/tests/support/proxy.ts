// A proxy before the sandbox that adds what a page needs from a server, or leaves it out: the headers of CORS.
import { createServer, request as sendRequest } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

/**
 * `open`: any page may call it and see the rate headers; `hidden`: it may call, and sees no rate headers; `closed`: it
 * does not mention CORS, like most APIs, and a preflight fails; `deaf`: preflights pass, but responses may not be read.
 */
export type Cors = "open" | "hidden" | "closed" | "deaf";

export const PREFLIGHT = {
  "access-control-allow-methods": "DELETE",
  "access-control-allow-headers": "authorization, content-type, accept",
};
const EXPOSED = {
  "access-control-expose-headers": "x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset, date",
};
export const ANY = { "access-control-allow-origin": "*" };

export interface Proxy {
  url: string;
  /** How many removals reached the server behind it. */
  forwarded: () => number;
}

/** Forwards to target until the test ends. */
export async function startProxy(context: TestContext, target: string, cors: Cors): Promise<Proxy> {
  let forwarded = 0;
  const server = createServer((incoming, outgoing) => {
    if (incoming.method === "OPTIONS") {
      outgoing.writeHead(204, cors === "closed" ? {} : { ...ANY, ...PREFLIGHT }).end();
      return;
    }
    if (incoming.method === "DELETE") ++forwarded;
    const { hostname, port } = new URL(target);
    const headers = { ...incoming.headers, host: new URL(target).host };
    const options = { hostname, port, method: incoming.method, path: incoming.url, headers };
    const inner = sendRequest(options, (answer) => {
      const added = cors === "open" ? { ...ANY, ...EXPOSED } : cors === "hidden" ? ANY : {};
      outgoing.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...added });
      answer.pipe(outgoing);
    });
    inner.on("error", () => outgoing.destroy());
    incoming.pipe(inner);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, forwarded: () => forwarded };
}
