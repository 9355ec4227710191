// Where requests go: to the sandbox inside the page, or to a server with a key that stays in this page's memory.
import { type Connection, fetchSender, HostError, keyedSender, systemClock } from "skipcall-action-host";
import type { ActionSchema, ConnectionField } from "../action_schema.js";
import { button, element, freshId, show } from "../../shared/dom.js";
import { testKey } from "./key_test.js";
import { Field } from "./field.js";

const KEY_STAYS = "It stays in this page's memory: it is not stored, and is gone when the page is closed";

/** Plain HTTP is allowed only to this machine, by the names that the page's policy has. */
function problemOfUrl(text: string): string | undefined {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return "Enter a full address, such as https://api.example.com.";
  }
  const isLocal = /^(localhost|127\.0\.0\.1)$/.test(url.hostname);
  if (url.protocol === "https:" || (url.protocol === "http:" && isLocal)) return undefined;
  return "Begin the address with https://. Plain http:// is allowed only to this machine (127.0.0.1, localhost).";
}

export class ConnectionPanel {
  readonly view: HTMLElement;
  private readonly sandbox: HTMLInputElement;
  private readonly server: HTMLInputElement;
  private readonly url: Field<HTMLInputElement>;
  private readonly key: Field<HTMLInputElement>;
  private readonly keyPattern: RegExp | undefined;
  private readonly fit: () => void;

  private readonly verdict = element("p", { class: "help", role: "status" });

  /** onChange: requests would go elsewhere now. */
  constructor(
    private readonly schema: ActionSchema,
    sandboxView: HTMLElement,
    onChange: () => void,
  ) {
    const { connection } = schema;
    const [declared] = schema.connectionFields as [ConnectionField?];
    const name = freshId("connection");
    this.sandbox = element("input", { type: "radio", name, id: `${name}-sandbox`, checked: true });
    this.server = element("input", { type: "radio", name, id: `${name}-server` });
    this.url = new Field(
      element("input", { type: "url", value: connection.baseUrl ?? "", autocomplete: "off", spellcheck: "false" }),
      { label: "Server", help: "The server must allow this page's origin (CORS)" },
    );
    this.key = new Field(element("input", { type: "password", autocomplete: "off", spellcheck: "false" }), {
      label: declared?.title ?? "Key",
      help: [declared?.description, KEY_STAYS].filter((text) => text !== undefined).join(". "),
    });
    this.keyPattern = declared?.pattern === undefined ? undefined : new RegExp(declared.pattern);
    this.url.check = () => this.problemOfUrl(this.baseUrl);
    this.key.check = () => this.problemOfKey();
    const test = button("Test key", () => void this.test(test));
    const serverView = element(
      "div",
      { class: "stack" },
      element("div", { class: "grid" }, this.url.view, this.key.view),
      element("div", { class: "row" }, ...(schema.keyTest === undefined ? [] : [test]), this.verdict),
    );
    this.fit = (): void => {
      show(sandboxView, this.sandbox.checked);
      show(serverView, this.server.checked);
      onChange();
    };
    this.sandbox.addEventListener("change", this.fit);
    this.server.addEventListener("change", this.fit);
    for (const { control } of [this.url, this.key]) {
      control.addEventListener("input", () => {
        this.verdict.textContent = "";
        onChange();
      });
    }
    show(serverView, false);
    this.view = element(
      "fieldset",
      {},
      element("legend", {}, typeof connection.title === "string" ? connection.title : connection.id),
      element(
        "div",
        { class: "check" },
        this.sandbox,
        element("label", { for: this.sandbox.id }, "Sandbox in this page: no network, no key, nothing real"),
      ),
      element("div", { class: "check" }, this.server, element("label", { for: this.server.id }, "A real server")),
      sandboxView,
      serverView,
    );
  }

  get isSandbox(): boolean {
    return this.sandbox.checked;
  }

  /** As typed, without the /v1 with which every request begins: the API's address is often quoted with it. */
  private get baseUrl(): string {
    const typed = this.url.control.value.trim().replace(/\/+$/, "");
    const start = `/${this.schema.request.pathTemplate.split("/")[1] ?? ""}`;
    const isPath = /^[^/]*\/\/[^/]+\//.test(typed);
    return isPath && typed.toLowerCase().endsWith(start) ? typed.slice(0, -start.length) : typed;
  }

  /** The server's address; undefined for the sandbox, or if it is not an address. */
  get address(): string | undefined {
    const { baseUrl } = this;
    return this.sandbox.checked || this.problemOfUrl(baseUrl) !== undefined ? undefined : baseUrl;
  }

  /** Chooses a server, or the sandbox. */
  choose(server: string | undefined): void {
    this.sandbox.checked = server === undefined;
    this.server.checked = server !== undefined;
    if (server !== undefined) this.url.control.value = server;
    this.fit();
  }

  /** Says that this is not the right key. */
  refuseKey(why: string): void {
    this.key.judge(why);
    this.key.control.focus();
  }

  /** The server's address and key, or undefined if one has to be corrected; then it has the focus. */
  connection(): (Connection & { baseUrl: string; secret: string }) | undefined {
    const { baseUrl } = this;
    const secret = this.key.control.value.trim();
    const hasUrl = this.url.judge(this.problemOfUrl(baseUrl));
    const hasKey = this.key.judge(this.problemOfKey());
    if (!hasUrl) this.url.control.focus();
    else if (!hasKey) this.key.control.focus();
    return hasUrl && hasKey ? { baseUrl, secret } : undefined;
  }

  private problemOfUrl(baseUrl: string): string | undefined {
    const why = this.refusal({ baseUrl });
    return problemOfUrl(baseUrl) ?? (why === undefined ? undefined : `Correct the address: ${why}.`);
  }

  /** Why the host would not use it, or undefined. */
  private refusal(given: Connection): string | undefined {
    const { manifest, connection } = this.schema;
    try {
      keyedSender(manifest, { [connection.id]: given }, { send: fetchSender(), clock: systemClock() });
      return undefined;
    } catch (error) {
      if (error instanceof HostError) return error.message;
      throw error;
    }
  }

  private problemOfKey(): string | undefined {
    const typed = this.key.control.value.trim();
    const isKey =
      typed !== "" && (this.keyPattern?.test(typed) ?? true) && this.refusal({ secret: typed }) === undefined;
    return isKey
      ? undefined
      : "Paste the whole key and nothing else, as it was shown when it was created: no quotes, and no Bearer before it.";
  }

  private async test(trigger: HTMLButtonElement): Promise<void> {
    const connection = this.connection();
    if (connection === undefined) return;
    trigger.disabled = true;
    this.verdict.textContent = "Testing…";
    const verdict = await testKey(this.schema, connection);
    trigger.disabled = false;
    // It says nothing about what has been typed meanwhile.
    const isSame = this.baseUrl === connection.baseUrl && this.key.control.value.trim() === connection.secret;
    this.verdict.textContent = isSame ? verdict : "";
  }
}
