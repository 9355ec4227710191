// n8n's editor, by the requests that it makes.
import { until } from "./processes.mjs";

export const OWNER = { email: "owner@example.com", firstName: "Test", lastName: "Owner", password: "Only-4-tests" };

export class Rest {
  /** Signed in as the owner of a fresh n8n. */
  static async signIn(url) {
    const rest = new Rest(url);
    await until("the owner is set up", 30, () => rest.call("POST", "/rest/owner/setup", OWNER));
    await rest.call("POST", "/rest/login", { emailOrLdapLoginId: OWNER.email, password: OWNER.password });
    return rest;
  }

  constructor(url) {
    this.url = url;
    this.cookie = "";
  }

  /** The `data` of the response. */
  async call(method, path, body) {
    const response = await fetch(this.url + path, {
      method,
      headers: { "Content-Type": "application/json", Cookie: this.cookie, "browser-id": "test", "push-ref": "test" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    for (const cookie of response.headers.getSetCookie()) [this.cookie] = cookie.split(";");
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`);
    return text === "" ? undefined : JSON.parse(text).data;
  }

  /** What the editor shows when a credential is saved: { status, message }. */
  async testCredential(data) {
    const credentials = { id: "", name: "Skipcall API", type: "skipcallApi", data };
    return this.call("POST", "/rest/credentials/test", { credentials });
  }
}
