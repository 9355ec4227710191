// Tests a key as the manifest says: a request that changes nothing, and what its status means.
import { type Connection, fetchSender, HttpError, keyedSender, systemClock } from "skipcall-action-host";
import type { ActionSchema } from "../action_schema.js";
import { silenceText, whySilent } from "../run/first_request.js";

const TIMEOUT_MS = 15_000;
const RESPONSE_LIMIT = 65_536;

/** Parts of the forms that the API's errors have: {"error":{code, message}}, flat, or {statusCode, error: text}. */
interface Said {
  code?: unknown;
  message?: unknown;
  status?: unknown;
  statusCode?: unknown;
  error?: unknown;
}

function objectOf(value: unknown): Said | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
}

function parse(body: Uint8Array): Said | undefined {
  try {
    return objectOf(JSON.parse(new TextDecoder().decode(body)));
  } catch {
    return undefined;
  }
}

/** Whether it is an error of the API's, and not of any other server, by the rules of src/response.cpp. */
function isError(said: Said): boolean {
  const isCode = ({ code, status, statusCode }: Said): boolean =>
    typeof code === "string" || Number.isInteger(status) || Number.isInteger(statusCode);
  return isCode(said) || typeof said.error === "string" || isCode(objectOf(said.error) ?? {});
}

/** A sentence for the person. It holds text from the server, but no key. Throws HostError: the connection is refused. */
export async function testKey(
  schema: ActionSchema,
  given: Connection & { baseUrl: string; secret: string },
): Promise<string> {
  const { keyTest, connection, manifest } = schema;
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
  if (answer.error === HttpError.REDIRECT) {
    return "The server redirects the request, which is not followed. Enter the address to which it redirects.";
  }
  if (answer.status === 0) return silenceText(await whySilent(baseUrl), baseUrl, location.origin);
  const said = parse(answer.body);
  const { code, message } = objectOf(said?.error) ?? said ?? {};
  const words = [answer.status, code, message].filter((word) => typeof word === "string" || typeof word === "number");
  const quoted = `The server responded: ${words.join(" ").slice(0, 200)}.`;
  const isPass = keyTest.pass.includes(answer.status);
  const isFail = keyTest.fail.includes(answer.status);
  const rateHeaders = ["limit", "remaining", "reset"].map((name) => schema.rateHeader(name));
  const hasRate = [...answer.headers].some(([name]) => rateHeaders.includes(name.toLowerCase()));
  const isOther = said === undefined || ((isPass || isFail) && !isError(said) && !hasRate);
  if (answer.body.length > 0 && isOther) {
    return `A server responded, but not like this API. Check the address. ${quoted}`;
  }
  if (isPass) return "The server accepts the key.";
  if (isFail) return `The server does not accept the key. ${quoted}`;
  return `This does not show whether the key is accepted. ${quoted}`;
}
