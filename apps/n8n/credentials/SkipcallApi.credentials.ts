import type {
  Icon,
  IAuthenticateGeneric,
  ICredentialTestRequest,
  ICredentialType,
  INodeProperties,
} from "n8n-workflow";

import { GOOD_BASE_URL, OUR_KEY, PLACEHOLDER_KEY, VISIBLE_KEY } from "../nodes/Skipcall/credential_rules";
import { BASE_URL, CREDENTIAL_TEST, KEY_FIELD } from "../nodes/Skipcall/generated/manifest";

// Every status except those that mean: the key was accepted, and there is no such sequence.
const NOT_PASSED = Array.from({ length: 300 }, (_, at) => 300 + at).filter(
  (status) => !CREDENTIAL_TEST.pass.includes(status),
);

// What the node does when it runs (nodes/Skipcall/credential.ts), as far as an expression can: it removes blanks around
// key and base URL, and /v1 at the end, since every request begins with it. If a rule is broken, the base URL becomes
// invalid, so that the test ends before the key is sent.
const KEY = "String($credentials.apiKey).trim()";
const CUSTOM_BASE_URL = String.raw`String($credentials.baseUrl).trim().replace(/\/+$/, "").replace(/\/v1$/i, "")`;
const SERVER = `({ custom: ${CUSTOM_BASE_URL}, production: "${BASE_URL}" })[$credentials.environment]`;
const IS_GOOD_KEY = `${VISIBLE_KEY}.test(${KEY}) && ${OUR_KEY}.test(${KEY}) && !${PLACEHOLDER_KEY}.test(${KEY})`;
const CHECKED_SERVER = `${IS_GOOD_KEY} && ${GOOD_BASE_URL}.test(${SERVER}) ? ${SERVER} : "refused"`;

/**
 * Key and server of Skipcall's API. n8n adds the key to a request by `authenticate`, so the node passes it to nobody.
 */
export class SkipcallApi implements ICredentialType {
  name = "skipcallApi";

  displayName = "Skipcall API";

  icon: Icon = { light: "file:../icons/skipcall.svg", dark: "file:../icons/skipcall.dark.svg" };

  documentationUrl = "https://docs.skipcall.app";

  properties: INodeProperties[] = [
    {
      displayName: KEY_FIELD.title,
      name: "apiKey",
      type: "string",
      typeOptions: { password: true },
      required: true,
      default: "",
      placeholder: "e.g. sk_live_…",
      description: KEY_FIELD.description,
    },
    {
      displayName: "Environment",
      name: "environment",
      type: "options",
      options: [
        { name: "Production", value: "production", description: BASE_URL },
        { name: "Custom Base URL", value: "custom", description: "Another server that speaks the same API" },
      ],
      default: "production",
    },
    {
      displayName: "Base URL",
      name: "baseUrl",
      type: "string",
      required: true,
      default: "",
      placeholder: "e.g. https://skipcall.example.com",
      description:
        "The address before /v1: https://, without user name, query or fragment. Plain http:// is allowed only to this machine, such as http://127.0.0.1:8080.",
      displayOptions: { show: { environment: ["custom"] } },
    },
  ];

  authenticate: IAuthenticateGeneric = {
    type: "generic",
    properties: {
      headers: {
        Authorization: `=Bearer {{${KEY}}}`,
      },
    },
  };

  // The API has no harmless GET. This removes nobody, from a sequence that cannot exist: an accepted key gets a 404.
  test: ICredentialTestRequest = {
    request: {
      baseURL: `={{${CHECKED_SERVER}}}`,
      url: CREDENTIAL_TEST.target,
      method: CREDENTIAL_TEST.method,
      body: CREDENTIAL_TEST.body,
      disableFollowRedirect: true,
      ignoreHttpStatusErrors: { ignore: true, except: NOT_PASSED },
    },
    rules: [
      {
        type: "responseCode",
        properties: {
          value: 401,
          message: "Invalid or revoked API key. Create one in Skipcall under Settings > API Keys and paste it here.",
        },
      },
      {
        type: "responseCode",
        properties: {
          value: 403,
          message:
            "Skipcall knows the key, but its account may not use the API: an active subscription to the plan STARTER, INTERMÉDIAIRE or EXPERT is required.",
        },
      },
      {
        type: "responseCode",
        properties: { value: 429, message: "Too many requests were sent with this key. Test again in a minute." },
      },
    ],
  };
}
