// A server that keeps what it was sent, byte for byte, and answers as the test says.
import { createServer } from "node:http";

/** answer(request, number): { status, headers, body }, or "reset": the connection ends without a response. */
export async function recordingServer(answer) {
  const requests = [];
  const server = createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      const { method, url, rawHeaders } = request;
      requests.push({ method, url, rawHeaders, body: Buffer.concat(parts).toString("latin1") });
      const said = answer(requests.at(-1), requests.length);
      if (said === "reset") return request.socket.destroy();
      response.writeHead(said.status, said.headers ?? {});
      response.end(said.body ?? "");
    });
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
