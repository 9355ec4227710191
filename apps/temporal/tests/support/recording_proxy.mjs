// A server in front of the sandbox that writes down each removal, when it came and what it was answered.
import { Buffer } from "node:buffer";
import { once } from "node:events";
import { createServer, request } from "node:http";

export async function startRecordingProxy(target) {
  const seen = [];
  const server = createServer(async (incoming, outgoing) => {
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const record = { batch: `${incoming.url} ${body}`, status: undefined };
    seen.push(record);
    const { method, headers, url } = incoming;
    const forward = request(new URL(url, target), { method, headers }, (answer) => {
      record.status = answer.statusCode;
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    });
    forward.on("error", () => outgoing.destroy());
    outgoing.on("error", () => forward.destroy());
    forward.end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    seen,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
