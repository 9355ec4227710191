// The credential as the host's connection: which server, and what is wrong with it. n8n adds the key to a request; here
// it only serves to overwrite it if a response repeats it. It is read once: if it is changed while a run goes on, the new
// key would go to the old server.
import type { ICredentialDataDecryptedObject, IExecuteFunctions } from "n8n-workflow";

import { GOOD_BASE_URL, OUR_KEY, PLACEHOLDER_KEY, VISIBLE_KEY } from "./credential_rules";
import type { Execution } from "./execution";
import type { Connection } from "./generated/host/connection.js";
import { guardConnections } from "./generated/host/connection.js";
import type { Manifest } from "./generated/host/manifest.js";
import { BASE_URL, CONNECTION } from "./generated/manifest";
import { invisibleIn, saidBy } from "./quote";
import { configurationReason, isReason, type Reason, STOPPED } from "./reasons";

/** The name of the credential type. */
export const CREDENTIAL = "skipcallApi";

const ADVICE = "Nothing was sent. Open the credential, correct it and test it there.";
const EXPECTED_BASE_URL = "expected something like https://api.example.com or http://127.0.0.1:8080";
const UNREAD_ADVICE = "Nothing was sent. Choose a credential in the node, or correct it and test it there.";

/** A base URL without blanks and slashes around it, and without the /v1 with which every request begins. */
export function baseUrlOf(text: string): string {
  return text.trim().replace(/\/+$/, "").replace(/\/v1$/i, "");
}

/** Why a key cannot be sent, or undefined. No text contains the key itself. */
function badKey(key: string): string | undefined {
  if (key === "") return "its API key is empty";
  if (/^bearer\b/i.test(key)) return 'its API key begins with "Bearer", which n8n adds itself';
  if (/^["'`“”„‘’«]/.test(key)) return "its API key is in quotation marks";
  if (/\s/.test(key)) return "its API key contains a space or a line break";
  const unseen = invisibleIn(key);
  if (unseen !== undefined) return `its API key contains an invisible character (${unseen})`;
  if (!/^[!-~]+$/.test(key)) return "its API key contains a character that no key has";
  if (!VISIBLE_KEY.test(key)) return "its API key is too short to be one";
  if (!OUR_KEY.test(key)) return "its API key is not one of Skipcall's, which begin with sk_live_ or sk_test_";
  return PLACEHOLDER_KEY.test(key) ? "its API key is hidden or an example; copy the key itself" : undefined;
}

function unusable(why: string): Reason {
  return configurationReason(`The Skipcall credential cannot be used: ${why}`, ADVICE);
}

/** What the credential says, checked as the host will check it when the module runs. */
export function connectionOf(credential: Record<string, unknown>, manifest: Manifest): Connection | Reason {
  const { environment, baseUrl, apiKey } = credential;
  if (environment !== "custom" && environment !== "production") return unusable("no environment is chosen");
  const key = typeof apiKey === "string" ? apiKey.trim() : "";
  const why = badKey(key);
  if (why !== undefined) return unusable(why);
  const url = environment === "custom" ? baseUrlOf(typeof baseUrl === "string" ? baseUrl : "") : BASE_URL;
  if (url === "") return unusable("its base URL is empty");
  const connection = { baseUrl: url, secret: key, authenticatedBySend: true };
  try {
    guardConnections(manifest, { [CONNECTION]: connection });
  } catch (thrown) {
    return unusable(saidBy(thrown));
  }
  return GOOD_BASE_URL.test(url) ? connection : unusable(`its base URL is written unusually; ${EXPECTED_BASE_URL}`);
}

/** What a credential says, to be compared with another. */
function textOf({ environment, baseUrl, apiKey }: Record<string, unknown>): string {
  return JSON.stringify([environment, baseUrl, apiKey]);
}

/** What an item's credential says; null: it cannot be read. */
async function textAt(context: IExecuteFunctions, at: number): Promise<string | null> {
  try {
    return textOf(await context.getCredentials(CREDENTIAL, at));
  } catch {
    return null;
  }
}

/**
 * Why the items cannot be one run: a credential may have expressions, and n8n would send all items with the key of the
 * first. Asking for every item takes n8n a query each, so it is first asked for the last one, and for one that does not
 * exist: only an expression that looks at the item gives something else there.
 */
async function differingCredential(
  context: IExecuteFunctions,
  first: string,
  execution: Execution,
): Promise<Reason | undefined> {
  const { length } = context.getInputData();
  if (length < 2) return undefined;
  if ((await textAt(context, length - 1)) === first && (await textAt(context, length)) === first) return undefined;
  for (let at = 1; at < length; ++at) {
    if (execution.due) await execution.pause();
    if (execution.over) return STOPPED;
    if ((await textAt(context, at)) === first) continue;
    return configurationReason(
      `The Skipcall credential is not the same for item 0 and item ${at}`,
      "Nothing was sent. All items are one run with one API key. Split the items before this node.",
    );
  }
  return undefined;
}

/** What a run's requests are sent with. */
export interface Access {
  connection: Connection;
  /** What n8n takes the key from. */
  credential: ICredentialDataDecryptedObject;
}

/** The node's credential, as n8n gives it. */
export async function readAccess(
  context: IExecuteFunctions,
  manifest: Manifest,
  execution: Execution,
): Promise<Access | Reason> {
  try {
    const credential = await context.getCredentials(CREDENTIAL, 0);
    const connection = connectionOf(credential, manifest);
    if (isReason(connection)) return connection;
    return (await differingCredential(context, textOf(credential), execution)) ?? { connection, credential };
  } catch (thrown) {
    return configurationReason(`The Skipcall credential cannot be read: ${saidBy(thrown)}`, UNREAD_ADVICE);
  }
}
