// Chromium silently resends a request if the kept connection it was sent on breaks before a response. Such a repeat
// counts 0 removed, and the result must not call that exact.
import assert from "node:assert/strict";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { browserTest, launch, openPage } from "./support/chromium.js";
import { serve } from "./support/serve.js";

/** The part of hosts/js's dist/browser.js that is used. */
interface HostPackage {
  ActionHost: new (module: unknown, parts: object) => { run: (options: object) => Promise<{ result: unknown }> };
  fetchSender: () => unknown;
  loadModule: (url: string) => Promise<unknown>;
  systemClock: () => unknown;
}

const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "authorization, content-type",
  "access-control-allow-methods": "DELETE",
};
const contacts = Array.from({ length: 4 }, (_, i) => `00000000-0000-4000-8000-00000000000${String(i)}`);

async function bodyOf(request: IncomingMessage): Promise<{ contactIds: string[] }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as { contactIds: string[] };
}

browserTest("a count of a request that Chromium has repeated is a lower bound", async (context) => {
  const left = new Set(contacts);
  let deletes = 0;
  // The second removal is carried out, and its connection closed instead of a response.
  const api = createServer((request, response) => {
    if (request.method === "OPTIONS") return void response.writeHead(204, CORS).end();
    void bodyOf(request).then(({ contactIds }) => {
      const removed = contactIds.filter((id) => left.delete(id)).length;
      if (++deletes === 2) request.socket.destroy();
      else response.writeHead(200, { ...CORS, "content-type": "application/json" }).end(JSON.stringify({ removed }));
    });
  });
  await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
  context.after(() => {
    api.close();
    api.closeAllConnections();
  });
  const page = await serve(context, { "/": "" });
  const opened = await openPage(await launch(context), `${page}/apps/browser/tests/pages/vectors.html`);
  const result = await opened.page.evaluate(
    async ([host, module, baseUrl, contactIds]) => {
      const { ActionHost, fetchSender, loadModule, systemClock } = (await import(host)) as HostPackage;
      const actions = new ActionHost(await loadModule(module), { send: fetchSender(), clock: systemClock() });
      const options = { batchSize: 1, concurrency: 1 };
      const { result } = await actions.run({
        action: "remove_contacts",
        input: { sequenceId: "A", contactIds, options },
        connections: { skipcall: { baseUrl, secret: "sk_test_of_the_page" } },
      });
      return result;
    },
    [
      `${page}/hosts/js/dist/browser.js`,
      `${page}/build/wasm/remove_contacts.wasm`,
      `http://127.0.0.1:${String((api.address() as AddressInfo).port)}`,
      contacts,
    ] as const,
  );
  const { status, confirmed, requests, removed, removedExact } = result as Record<string, unknown>;
  assert.equal(left.size, 0);
  assert.equal(deletes, 5, "Chromium has repeated the second request");
  assert.deepEqual([status, confirmed, requests, removed, removedExact], ["completed", 4, 4, 3, false]);
});
