// A server that fails by chance, and records whatever nobody has agreed to.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import type { Chance } from "./chance.js";
import { Contacts } from "./contacts.js";
import { ANY, PREFLIGHT } from "./proxy.js";

type Mood = "good" | "flaky" | "slow" | "strange" | "limited" | 401 | 403 | 404 | 500;
export const MOODS: Mood[] = [
  "good",
  "good",
  "good",
  "flaky",
  "slow",
  "slow",
  "strange",
  "limited",
  401,
  403,
  404,
  500,
];

interface Answer {
  status: number;
  body: string;
  headers?: Record<string, string>;
  isCutOff?: boolean;
}

export class RecordingServer {
  mood: Mood = "good";
  /** What a person has agreed to: only this may be sent. */
  agreed: { key: string; contacts: Contacts } | undefined;
  readonly wrong: string[] = [];
  readonly confirmed = new Contacts();
  url = "";

  constructor(private readonly chance: Chance) {}

  async listen(context: TestContext): Promise<void> {
    const cors = { ...ANY, ...PREFLIGHT, "access-control-expose-headers": "retry-after" };
    const server = createServer((request, response) => {
      if (request.method !== "DELETE") return void response.writeHead(204, cors).end();
      let text = "";
      request.on("data", (chunk: Buffer) => (text += chunk.toString()));
      request.on("end", () => {
        const sequence = decodeURIComponent((request.url ?? "").split("/")[3] ?? "");
        const ids = (JSON.parse(text) as { contactIds: string[] }).contactIds;
        this.record(request.headers.authorization ?? "", sequence, ids);
        const { status, body, headers, isCutOff } = this.answer(ids);
        const send = (): void => {
          if (isCutOff === true) return void response.destroy();
          if (body.includes("removed")) for (const id of ids) this.confirmed.add(sequence, id);
          response.writeHead(status, { ...cors, ...headers }).end(body);
        };
        setTimeout(send, this.mood === "slow" ? 150 : 5);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    context.after(() => {
      server.close();
      server.closeAllConnections();
    });
    this.url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  }

  private record(authorization: string, sequence: string, ids: string[]): void {
    const { agreed } = this;
    if (agreed === undefined) this.wrong.push("a request that nobody agreed to");
    else if (authorization !== `Bearer ${agreed.key}`) this.wrong.push(`another key: ${authorization}`);
    for (const id of ids) if (agreed?.contacts.has(sequence, id) !== true) this.wrong.push(`${id} of ${sequence}`);
  }

  private answer(ids: string[]): Answer {
    const { chance, mood } = this;
    const removed = chance.below(2) === 0 ? ids.length : chance.below(ids.length);
    const good = { status: 200, body: JSON.stringify({ removed }) };
    if (chance.below(3) > 0) return good;
    if (mood === "flaky") return chance.below(2) === 0 ? { ...good, isCutOff: true } : { status: 503, body: "" };
    if (mood === "limited") return { status: 429, body: "", headers: { "retry-after": "1" } };
    if (mood === "strange") return { status: 200, body: "<html>Welcome</html>" };
    return typeof mood === "string" ? good : { status: mood, body: '{"error":{"code":"NO"}}' };
  }
}
