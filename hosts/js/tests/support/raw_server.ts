// A server on 127.0.0.1 that shows each request byte for byte, and sends whatever bytes it is given.
import { createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

export interface RawRequest {
  /** Request line and headers. */
  head: string;
  body: string;
  /** The number of its connection, and its own on that connection, both from 1. */
  connection: number;
  nth: number;
}

export interface RawServer {
  url: string;
  requests: RawRequest[];
  close: () => void;
}

export function http(status: string, body = "", headers: string[] = []): string {
  const lines = [`HTTP/1.1 ${status}`, ...headers, `Content-Length: ${String(Buffer.byteLength(body))}`];
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}

/** handle is called for each whole request; it may write to the socket, end it, or leave it. */
export async function rawServer(handle: (request: RawRequest, socket: Socket) => void): Promise<RawServer> {
  const requests: RawRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    const connection = ++connections;
    let nth = 0;
    let text = "";
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      for (;;) {
        const head = /^[^]*?\r\n\r\n/.exec(text)?.[0];
        if (head === undefined) return;
        const length = Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0);
        if (text.length < head.length + length) return;
        const request = { head, body: text.slice(head.length, head.length + length), connection, nth: ++nth };
        text = text.slice(head.length + length);
        requests.push(request);
        handle(request, socket);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    requests,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
