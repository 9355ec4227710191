// The first request that a run would send, to be looked at and copied: as HTTP, for curl and in JavaScript, and the input
// of the action as JSON. The key is never in it.
import { button, element } from "../../shared/dom.js";
import { counted, grouped } from "../../shared/words.js";
import { isContactId } from "../../shared/contacts/contact_groups.js";
import type { ActionInput } from "../form/action_form.js";

const SHOWN_IDS = 5;

interface First {
  method: string;
  url: string;
  contactIds: unknown[];
}

/** A segment of a path; some of what encodeURIComponent leaves as it is could end a shell's quotes. */
function segment(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** All ids, or the first few and a note about the others. */
function jsonOf(value: unknown, isWhole: boolean): string {
  return JSON.stringify(
    value,
    (_, item: unknown) =>
      isWhole || !Array.isArray(item) || item.length <= SHOWN_IDS
        ? item
        : [...(item as unknown[]).slice(0, SHOWN_IDS), `… and ${grouped(item.length - SHOWN_IDS)} more`],
    1,
  );
}

/** A request's body: whole, byte for byte as it is sent. */
function bodyOf({ contactIds }: First, isWhole: boolean): string {
  return isWhole ? JSON.stringify({ contactIds }) : jsonOf({ contactIds }, false);
}

const FORMS: [title: string, textOf: (first: First, input: ActionInput, isWhole: boolean) => string][] = [
  [
    "HTTP",
    (first, _, isWhole) => {
      const { method, url } = first;
      const { host, pathname } = new URL(url);
      const head = `${method} ${pathname} HTTP/1.1\nHost: ${host}\nAuthorization: Bearer (your key)\nContent-Type: application/json`;
      return `${head}\n\n${bodyOf(first, isWhole)}`;
    },
  ],
  [
    "curl",
    (first, _, isWhole) =>
      [
        `curl -X ${first.method} ${quoted(first.url)}`,
        `-H "Authorization: Bearer $SKIPCALL_API_KEY"`,
        `-H 'Content-Type: application/json'`,
        `-d ${quoted(bodyOf(first, isWhole))}`,
      ].join(" \\\n  "),
  ],
  [
    "JavaScript",
    (first, _, isWhole) =>
      [
        `const response = await fetch(${JSON.stringify(first.url)}, {`,
        `  method: ${JSON.stringify(first.method)},`,
        '  headers: { authorization: `Bearer ${process.env.SKIPCALL_API_KEY}`, "content-type": "application/json" },',
        `  body: JSON.stringify(${bodyOf(first, isWhole)}),`,
        "});",
        "console.log(response.status, await response.text());",
      ].join("\n"),
  ],
  ["JSON (input of the action)", (_, { removals, options }, isWhole) => jsonOf({ removals, options }, isWhole)],
];

/** What is sent of the input: the ids by their sequences, without duplicates and invalid ones. */
function sentOf({ removals }: ActionInput): Map<string, Set<string>> {
  const sent = new Map<string, Set<string>>();
  for (const { sequenceId, contactIds } of removals) {
    const ids = sent.get(sequenceId) ?? new Set();
    for (const id of contactIds) if (isContactId(id)) ids.add(id.toLowerCase());
    if (ids.size > 0 && sequenceId !== "") sent.set(sequenceId, ids);
  }
  return sent;
}

interface Seen {
  input: ActionInput;
  baseUrl: string;
}

/** Lists that were not read again are the same objects. */
function isSame(a: Seen | undefined, b: Seen | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  const [of, than] = [a.input.removals, b.input.removals];
  return (
    a.baseUrl === b.baseUrl &&
    JSON.stringify(a.input.options) === JSON.stringify(b.input.options) &&
    of.length === than.length &&
    of.every(({ sequenceId, contactIds }, i) => sequenceId === than[i]?.sequenceId && contactIds === than[i].contactIds)
  );
}

export class RequestPreview {
  readonly view = element("details", { class: "preview" });
  private readonly body = element("div", { class: "stack" });
  private drawn: Seen | undefined;

  /** look: what the form holds, and the server; undefined: something has to be corrected first. */
  constructor(
    private readonly look: () => Promise<Seen | undefined>,
    private readonly request: { method: string; pathTemplate: string },
  ) {
    this.view.append(element("summary", {}, "The request that will be sent"), this.body);
    this.view.addEventListener("toggle", () => void this.draw());
  }

  /** To be called when the form changes. */
  async draw(): Promise<void> {
    if (!this.view.open) return;
    const seen = await this.look();
    // A button must not go away while it is pressed: leaving a field is a change, too.
    if (this.body.hasChildNodes() && isSame(seen, this.drawn)) return;
    this.drawn = seen;
    const sent = seen === undefined ? new Map<string, Set<string>>() : sentOf(seen.input);
    const [removal] = sent;
    if (seen === undefined || removal === undefined) {
      const text = "First fill in a sequence and contacts, and correct what is not valid, such as a server's address.";
      this.body.replaceChildren(element("p", { class: "help" }, text));
      return;
    }
    const { input, baseUrl } = seen;
    const isInvalid = (sequence: string) => (id: unknown) => sequence === "" || !isContactId(id);
    const invalid = input.removals.flatMap(({ sequenceId: of, contactIds }) => contactIds.filter(isInvalid(of))).length;
    const size = Number(input.options.batchSize ?? 100);
    const [sequenceId, ids] = removal;
    const requests = [...sent.values()].reduce((sum, { size: count }) => sum + Math.ceil(count / size), 0);
    const first: First = {
      method: this.request.method,
      url: `${baseUrl.replace(/\/$/, "")}${this.request.pathTemplate.replace(/\{\w+\}/, () => segment(sequenceId))}`,
      contactIds: [...ids].slice(0, size),
    };
    const text =
      input.options.dryRun === true
        ? "A dry run sends nothing. Without it, this would be the first request:"
        : invalid > 0 && input.options.onInvalid !== "skip"
          ? `Nothing is sent while IDs are not valid (${grouped(invalid)}). Without them, this would be the first request:`
          : `The first of ${counted(requests, "request")}, without invalid IDs and duplicates.`;
    this.body.replaceChildren(
      element("p", { class: "help" }, text),
      ...FORMS.map(([title, textOf]) => {
        const copy = button(`Copy ${title.split(" ")[0] ?? ""}`, () => {
          // There is no clipboard in a page that came over plain HTTP.
          const write = async (): Promise<void> => navigator.clipboard.writeText(textOf(first, input, true));
          void write().then(
            () => (copy.textContent = "Copied"),
            () => (copy.textContent = "The browser did not allow copying"),
          );
        });
        return element(
          "section",
          { class: "form" },
          element("div", { class: "line" }, element("h3", {}, title), copy),
          element("pre", { tabindex: "0", "aria-label": title }, element("bdi", {}, textOf(first, input, false))),
        );
      }),
    );
  }
}
