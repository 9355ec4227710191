// Tests a key as the manifest says: a request that changes nothing, and what its status means.
import { type Connection, fetchSender, keyedSender, systemClock } from "skipcall-action-host";
import type { ActionSchema } from "../action_schema.js";
import { silenceText, whySilent } from "../run/first_request.js";

const TIMEOUT_MS = 15_000;
const RESPONSE_LIMIT = 65_536;

interface ApiError {
  error?: { code?: unknown; message?: unknown };
}

function parse(body: Uint8Array): ApiError | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A sentence for the person. It holds text from the server, but no key. Throws HostError: the connection is refused. */
export async function testKey(
  { keyTest, connection, manifest }: ActionSchema,
  given: Connection & { baseUrl: string; secret: string },
): Promise<string> {
  if (keyTest === undefined) return "";
  const body = keyTest.body === undefined ? undefined : new TextEncoder().encode(JSON.stringify(keyTest.body));
  const send = keyedSender(manifest, { [connection.id]: given }, { send: fetchSender(), clock: systemClock() });
  const answer = await send(
    {
      connection: connection.id,
      method: keyTest.method,
      target: keyTest.target,
      headers: [["content-type", "application/json"]],
      body,
      timeoutMs: TIMEOUT_MS,
      responseLimit: RESPONSE_LIMIT,
    },
    AbortSignal.timeout(TIMEOUT_MS),
  );
  const { baseUrl } = given;
  if (answer.status === 0) return silenceText(await whySilent(baseUrl), baseUrl, location.origin);
  const said = parse(answer.body);
  const words = [answer.status, said?.error?.code, said?.error?.message].filter(
    (word) => typeof word === "string" || typeof word === "number",
  );
  const quoted = `The server responded: ${words.join(" ").slice(0, 200)}.`;
  if (said === undefined) return `A server responded, but not like this API. Check the address. ${quoted}`;
  if (keyTest.pass.includes(answer.status)) return "The server accepts the key.";
  if (keyTest.fail.includes(answer.status)) return `The server does not accept the key. ${quoted}`;
  return `This does not show whether the key is accepted. ${quoted}`;
}
