// Streamable HTTP on localhost: sessions of clients of 2025, and single requests of those of 2026.
import { randomUUID, timingSafeEqual, createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  localhostHostValidation,
  localhostOriginValidation,
  NodeStreamableHTTPServerTransport,
  toNodeHandler,
  toWebRequest,
} from "@modelcontextprotocol/node";
import { createMcpHandler, isLegacyRequest, type McpServer } from "@modelcontextprotocol/server";
import { Session, type SessionSettings } from "./session.js";

const LARGEST_BODY = 4 * 1024 * 1024;
/** The least recently used one goes first. */
const MOST_SESSIONS = 100;

/** On a server, a request always has a method. */
type NodeRequest = IncomingMessage & { method: string; url: string };

interface OpenSession {
  transport: NodeStreamableHTTPServerTransport;
  server: McpServer;
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, {
    "content-type": "application/json",
    ...(status === 413 ? { connection: "close" } : {}),
  });
  response.end(JSON.stringify({ jsonrpc: "2.0", id: null, error: { code: -32000, message } }));
}

/** undefined: it is too large. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function mayEnter(request: IncomingMessage, secret: string | undefined): boolean {
  if (secret === undefined) return true;
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(request.headers.authorization ?? ""), digest(`Bearer ${secret}`));
}

/** Why a request is refused: status and message. text: undefined if the body is too large. */
function refusalOf(
  request: IncomingMessage,
  secret: string | undefined,
  text: string | undefined,
  body: unknown,
): [status: number, message: string] | undefined {
  if (!mayEnter(request, secret)) return [401, "Send the bearer token that the operator has set"];
  if (new URL(request.url ?? "/", "http://localhost").pathname !== "/mcp") return [404, "The endpoint is /mcp"];
  if (request.method !== "POST") return undefined;
  if (!/^application\/json *(;|$)/i.test(request.headers["content-type"] ?? "")) {
    return [415, "Content-Type must be application/json"];
  }
  if (text === undefined) return [413, "The body is too large"];
  return body === undefined ? [400, "The body is not JSON"] : undefined;
}

/** The sessions of clients that open one. */
class Sessions {
  private readonly open = new Map<string, OpenSession>();

  constructor(private readonly settings: SessionSettings) {}

  async handle(request: IncomingMessage, response: ServerResponse, body: unknown): Promise<void> {
    const id = request.headers["mcp-session-id"];
    if (id === undefined) {
      const { transport } = await this.begin();
      await transport.handleRequest(request, response, body);
      if (transport.sessionId === undefined) await transport.close(); // it was not an initialize
      return;
    }
    const found = typeof id === "string" ? this.open.get(id) : undefined;
    if (found === undefined) {
      refuse(response, 404, "There is no such session");
      return;
    }
    this.open.delete(String(id)); // after all others
    this.open.set(String(id), found);
    await found.transport.handleRequest(request, response, body);
  }

  private async begin(): Promise<OpenSession> {
    const server = new Session(this.settings).newServer();
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => {
        this.open.set(id, { transport, server });
        const [oldest] = this.open.keys();
        if (this.open.size > MOST_SESSIONS && oldest !== undefined) void this.close(oldest);
      },
      onsessionclosed: (id) => this.close(id),
    });
    await server.connect(transport);
    return { transport, server };
  }

  private async close(id: string): Promise<void> {
    const found = this.open.get(id);
    this.open.delete(id);
    await found?.server.close();
  }
}

/** secret: what clients have to send as their bearer token, if anything. Resolves with the address. */
export async function serveHttp(
  settings: SessionSettings,
  port: number,
  secret: string | undefined,
): Promise<{ url: string; server: Server }> {
  const sessions = new Sessions(settings);
  // Requests without a session share the approvals of one: what binds them is that only their caller knows the token.
  const sessionless = new Session(settings);
  const modern = toNodeHandler(createMcpHandler(() => sessionless.newServer(), { legacy: "reject" }));
  const [isHost, isOrigin] = [localhostHostValidation(), localhostOriginValidation()];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!isHost(request, response) || !isOrigin(request, response)) return;
    const isPost = request.method === "POST";
    const text = isPost ? await readBody(request) : "";
    const body = parsed(text ?? "");
    const refusal = refusalOf(request, secret, text, body);
    if (refusal !== undefined) refuse(response, ...refusal);
    else if (await isLegacyRequest(await toWebRequest(request as NodeRequest, body), body)) {
      await sessions.handle(request, response, body);
    } else await modern(request as NodeRequest, response, body);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => {
      if (!response.headersSent) refuse(response, 500, "The server failed");
      else response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/mcp`, server };
}
