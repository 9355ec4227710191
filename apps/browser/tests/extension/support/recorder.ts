// A server between the extension and the sandbox that records what was sent, and can hold responses back: so a worker
// can be stopped at the very moment when a request has been carried out but its response has not arrived.
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

export interface Sent {
  sequenceId: string;
  contactIds: string[];
  /** Of the server; 0: it has not responded yet. */
  status: number;
  /** The response was passed on. */
  answered: boolean;
}

export class Recorder {
  /** In the order in which they came. */
  readonly sent: Sent[] = [];
  private holding = false;
  private readonly held: (() => void)[] = [];
  private readonly watchers = new Set<() => void>();
  private url = "";

  private constructor(private readonly server: string) {}

  /** In front of the server at that address, until the test ends. */
  static async start(context: TestContext, server: string): Promise<Recorder> {
    const recorder = new Recorder(server);
    const listener = createServer((incoming, response) => void recorder.pass(incoming, response));
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    recorder.url = `http://127.0.0.1:${String((listener.address() as AddressInfo).port)}`;
    context.after(() => {
      listener.closeAllConnections();
      listener.close();
    });
    return recorder;
  }

  get baseUrl(): string {
    return this.url;
  }

  /** Holds back the server's responses from now on. */
  hold(): void {
    this.holding = true;
  }

  /** How many are held back. */
  get heldBack(): number {
    return this.held.length;
  }

  /** What was carried out, and whose response nobody has. */
  get onTheirWay(): Sent[] {
    return this.sent.filter(({ answered }) => !answered);
  }

  release(): void {
    this.holding = false;
    for (const answer of this.held.splice(0)) answer();
  }

  /** Resolves when a request or a response makes it true. */
  async until(isSo: () => boolean): Promise<void> {
    if (isSo()) return;
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (!isSo()) return;
        this.watchers.delete(look);
        resolve();
      };
      this.watchers.add(look);
    });
  }

  private changed(): void {
    for (const look of [...this.watchers]) look();
  }

  private async pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const sent: Sent = { sequenceId: "", contactIds: [], status: 0, answered: false };
    if (incoming.method === "DELETE") {
      sent.sequenceId = decodeURIComponent(incoming.url?.split("/")[3] ?? "");
      sent.contactIds = (JSON.parse(body.toString()) as { contactIds: string[] }).contactIds;
    }
    this.sent.push(sent);
    this.changed();
    const { method, headers } = incoming;
    const onward = request(`${this.server}${incoming.url ?? ""}`, { method, headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("end", () => {
        const finish = (): void => {
          sent.answered = true;
          response.writeHead(answer.statusCode ?? 500, answer.headers).end(Buffer.concat(parts));
        };
        sent.status = answer.statusCode ?? 0;
        if (this.holding) this.held.push(finish);
        else finish();
        this.changed();
      });
    });
    onward.on("error", () => response.destroy());
    onward.end(body);
  }
}
