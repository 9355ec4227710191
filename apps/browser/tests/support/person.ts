// A person who uses the playground by chance, and compares the screen with what the servers saw.
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { RemovalResult } from "../../../../plugin-manifest/remove_contacts.js";
import type { Chance } from "./chance.js";
import { Contacts } from "./contacts.js";
import { paste, runButton, saved } from "./playground.js";
import { MOODS, type RecordingServer } from "./recording_server.js";

const KEYS = ["sk_test_first_0123456789", "sk_test_second_0123456789"];
const SEQUENCES = ["spring", "autumn", "50% off/é"];
const HEADER = ["contact_id", "company_id", "sequence_id"];

/** Contacts beside the text box, by what they hold. */
interface Attached {
  rows?: string[][];
  contacts?: Contacts;
  ids?: string[];
}

/** A run as it was agreed to; server -1: the page's sandbox. */
interface Run {
  contacts: Contacts;
  /** A part may have been done before. */
  isResumed?: boolean;
  server: number;
  key: string;
}

export class Person {
  private attached: Attached[] = [];
  private count = 0;
  private interrupted: Run | undefined;
  /** What has been done, to read it when something is wrong. */
  readonly done: string[] = [];

  constructor(
    private readonly page: Page,
    private readonly chance: Chance,
    private readonly servers: RecordingServer[],
    private readonly seed: number,
  ) {}

  private id(): string {
    return `${this.seed.toString(16).padStart(8, "0")}-0000-4000-8000-${(++this.count).toString(16).padStart(12, "0")}`;
  }
  private ids(n: number): string[] {
    const ids = Array.from({ length: n }, () => this.id());
    return this.chance.below(4) === 0 ? [...ids, ids[0] as string] : ids;
  }
  private rows(n: number): string[][] {
    return Array.from({ length: n }, () => [this.id(), this.id(), this.chance.oneOf(SEQUENCES)]);
  }
  private few(): number {
    return 1 + this.chance.below(this.chance.below(3) === 0 ? 400 : 12);
  }

  private get box() {
    return this.page.getByLabel("Contact IDs", { exact: true });
  }

  /** What the form names, by what is on the screen; undefined: not certain, so the page has to refuse. */
  private async named(): Promise<Contacts | undefined> {
    const typed = (await this.page.getByLabel("Sequence ID", { exact: true }).inputValue()).trim();
    const contacts = new Contacts();
    const doubts: string[] = [];
    let others = 0;
    const add = (ids: string[]): void => {
      if (ids.length > 0 && typed === "") doubts.push("no sequence");
      others += ids.length;
      for (const id of ids) contacts.add(typed, id);
    };
    const addRows = async (rows: string[][], where: string): Promise<void> => {
      const selects = await this.page.locator(where).locator("select").all();
      const [contact = "", sequence = ""] = await Promise.all(selects.map((select) => select.inputValue()));
      if (contact === "" || sequence === "") doubts.push("no column");
      for (const row of rows) contacts.add(row[Number(sequence)] ?? "", row[Number(contact)] ?? "");
    };
    const lines = (await this.box.inputValue()).split("\n").filter((line) => line !== "");
    const isTable = lines[0] === HEADER.join(",");
    const rows = lines.slice(1).map((line) => line.split(","));
    if (isTable) await addRows(rows, ".typed");
    else add(lines);
    for (const [i, list] of this.attached.entries()) {
      if (list.rows !== undefined) await addRows(list.rows, `.attached >> nth=${String(i)}`);
      add(list.ids ?? []);
      for (const pair of list.contacts?.pairs ?? []) contacts.pairs.add(pair);
    }
    if (typed !== "" && others === 0) doubts.push("a sequence beside those of all contacts");
    return doubts.length === 0 && contacts.size > 0 ? contacts : undefined;
  }

  private async choose(): Promise<void> {
    const selects = await this.page.locator("form .contacts select").all();
    if (selects.length === 0) return;
    const i = this.chance.below(selects.length);
    await selects[i]?.selectOption(this.chance.oneOf(i % 2 === 0 ? ["0", "1", ""] : ["2", ""]));
  }

  /** One thing that a person does with the form. */
  async editForm(): Promise<void> {
    const { page, chance } = this;
    const file = (name: string, text: string) =>
      page
        .getByLabel("Choose files with contacts")
        .setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
    const table = (rows: string[][]): string => [HEADER, ...rows].map((row) => row.join(",")).join("\n");
    const steps: [string, () => Promise<unknown>][] = [
      ["type ids", () => this.box.fill(this.ids(this.few()).join("\n"))],
      ["type a table", () => this.box.fill(table(this.rows(this.few())))],
      [
        "paste many ids",
        async () => {
          const ids = this.ids(chance.oneOf([150, 2800]));
          await this.box.press("Control+End");
          const before = await this.box.inputValue();
          await paste(page, ids.join("\n"));
          // After what is there already, a line of its own is the person's business.
          if (before !== "" && ids.length < 1000) await this.box.fill(ids.join("\n"));
          if (ids.length > 1000) this.attached.push({ ids });
        },
      ],
      [
        "attach ids",
        async () => {
          const ids = this.ids(this.few());
          await file("ids.txt", ids.join("\n"));
          this.attached.push({ ids });
        },
      ],
      [
        "attach a table",
        async () => {
          const rows = this.rows(this.few());
          await file("table.csv", table(rows));
          this.attached.push({ rows });
        },
      ],
      ["choose a column", () => this.choose()],
      [
        "remove a list",
        async () => {
          if (this.attached.length === 0) return;
          const i = chance.below(this.attached.length);
          await page.locator(".attached").nth(i).locator(".line button").click();
          this.attached.splice(i, 1);
        },
      ],
      [
        "clear",
        async () => {
          await page.getByRole("button", { name: "Clear" }).click();
          this.attached = [];
        },
      ],
      ["sequence", () => this.sequence(chance.oneOf([...SEQUENCES, "", ""]))],
      ["sequence", () => this.sequence(chance.oneOf([...SEQUENCES, "", ""]))],
    ];
    const [name, act] = chance.oneOf(steps);
    this.done.push(name);
    await act();
  }

  private async sequence(name: string): Promise<void> {
    const field = this.page.getByLabel("Sequence ID", { exact: true });
    // It cannot be typed into while it is empty and all contacts bring their own.
    await field.fill(name, { timeout: 300 }).catch(() => undefined);
  }

  /** Chooses a server and a key, or the sandbox. */
  async connect(): Promise<void> {
    const { page, chance } = this;
    this.done.push("connect");
    if (chance.below(6) === 0) return page.getByLabel(/^Sandbox in this page/).check();
    await page.getByLabel("A real server").check();
    await page.getByLabel("Server", { exact: true }).fill(chance.oneOf(this.servers).url);
    await page.getByLabel("API Key").fill(chance.oneOf(KEYS));
  }

  /** The server that the form names, and its key. */
  private async target(): Promise<Omit<Run, "contacts"> | undefined> {
    if (!(await this.page.getByLabel("A real server").isChecked())) return { server: -1, key: "" };
    const url = await this.page.getByLabel("Server", { exact: true }).inputValue();
    const key = await this.page.getByLabel("API Key").inputValue();
    return key === "" ? undefined : { server: this.servers.findIndex((server) => server.url === url), key };
  }

  /** Presses the button, and whatever comes. */
  async run(): Promise<void> {
    const { page } = this;
    this.done.push("run");
    await this.markOld();
    const target = await this.target();
    await runButton(page).click();
    // It waits for what is still being read; then the screen shows what it will take.
    await page.locator("dialog, .run:not([data-old]), body:not(.running)").first().waitFor({ timeout: 10_000 });
    const named = await this.named();
    if (this.interrupted !== undefined) {
      await page.locator(".interrupted").waitFor();
      return;
    }
    if (named === undefined || target === undefined) {
      assert.equal(await page.locator("dialog, .run:not([data-old])").count(), 0, "not refused");
      return;
    }
    await this.agreeAndFollow({ contacts: named, ...target });
  }

  private async markOld(): Promise<void> {
    await this.page
      .locator(".result, .run")
      .evaluateAll((all) => all.forEach((result) => result.setAttribute("data-old", "")));
  }

  /** The question, if one is asked; then the run. */
  private async agreeAndFollow(run: Run): Promise<void> {
    const { page, chance } = this;
    const { contacts, key } = run;
    const server = this.servers[run.server];
    if (server !== undefined) {
      const dialog = page.getByRole("dialog");
      await dialog.waitFor({ timeout: 10_000 });
      const text = await dialog.innerText();
      assert.ok(text.includes(server.url) && text.includes("a test key"), text);
      const counts = (await dialog.locator("li").allInnerTexts()).map((line) => line.replace(/,|s$/g, ""));
      const named = [...contacts.bySequence];
      if (run.isResumed === true) {
        for (const line of counts) {
          const [name, n] = line.replace(/ contact$/, "").split(": ") as [string, string];
          const left = [...contacts.pairs].filter((pair) => pair.startsWith(`${name} `));
          const open = left.filter((pair) => !server.confirmed.pairs.has(pair)).length;
          assert.ok(Number(n) >= open && Number(n) <= left.length, `${line}, and ${String(open)} are open`);
        }
      } else assert.deepEqual(counts.sort(), named.map(([name, n]) => `${name}: ${String(n)} contact`).sort());
      server.mood = chance.oneOf(MOODS);
      this.done.push(`mood ${String(server.mood)}`);
      if (chance.below(5) === 0) {
        this.done.push("no");
        await page.keyboard.press("Escape");
        await dialog.waitFor({ state: "detached" });
        return;
      }
      server.agreed = { key, contacts };
      await dialog.getByRole("button", { name: /^Remove/ }).click();
    }
    for (let i = chance.below(4); i > 0; i--) {
      await page.waitForTimeout(chance.below(60));
      const act = chance.below(6);
      if (act === 0) await this.press("Cancel now");
      else if (act === 1) await this.press("Stop gently");
      else if (act === 2) return this.reload(run);
      else await this.editForm();
    }
    await this.account(contacts, server);
  }

  private async press(name: string): Promise<void> {
    this.done.push(name);
    await this.page
      .getByRole("button", { name })
      .click({ timeout: 200 })
      .catch(() => undefined);
  }

  private async reload(run: Run): Promise<void> {
    this.done.push("reload");
    await this.page.reload();
    await runButton(this.page).waitFor();
    await this.page
      .locator("#module")
      .filter({ hasText: /Module/ })
      .waitFor();
    await this.page.waitForTimeout(100);
    this.attached = [];
    const isOver = (await this.page.locator(".interrupted").count()) === 0;
    this.interrupted = isOver ? undefined : run;
  }

  /** The result on the screen, against the server's record and what was agreed to. */
  private async account(contacts: Contacts, server: RecordingServer | undefined): Promise<void> {
    const { page } = this;
    await page.locator(".result:not([data-old]) h2").waitFor({ timeout: 60_000 });
    await page.locator("body:not(.running)").waitFor();
    if (server !== undefined) server.agreed = undefined;
    const result = (await saved(page, "Save the result")) as RemovalResult;
    const { unique, confirmed, refused, unknown, unsent } = result;
    assert.equal(unique, contacts.size);
    assert.equal(confirmed + refused + unknown + unsent, unique);
    const rest = Contacts.of(result.remaining, result.refusedIds);
    assert.equal(rest.size, refused + unknown + unsent);
    for (const pair of rest.pairs) assert.ok(contacts.pairs.has(pair), `remaining: ${pair}`);
    for (const pair of contacts.pairs) {
      if (rest.pairs.has(pair) || server === undefined) continue;
      assert.ok(server.confirmed.pairs.has(pair), `confirmed, and not so by the server: ${pair}`);
    }
    const headline = await page.locator(".result h2").innerText();
    for (const [n, word] of [
      [refused, "refused"],
      [unknown, "unknown"],
      [unsent, "unsent"],
    ] as const) {
      assert.equal(headline.includes(`${n.toLocaleString("en")} ${word}`), n > 0, `${headline}: ${String(n)} ${word}`);
    }
    assert.equal(await page.locator('.run [role="status"]').innerText(), headline);
    const left = Contacts.of(result.remaining);
    const more = page.getByRole("button", { name: /^Continue with/ });
    assert.equal(await more.count(), left.size > 0 ? 1 : 0);
    if (left.size > 0) {
      assert.ok((await more.innerText()).includes(`with ${left.size.toLocaleString("en")} remaining`));
      if (this.chance.below(2) === 0) {
        this.done.push("continue");
        await more.click();
        this.attached = [{ contacts: left }];
        await page
          .locator(".attached")
          .filter({ hasText: `${left.size.toLocaleString("en")} contact` })
          .waitFor();
      }
    }
  }

  /** What was interrupted is resumed, used or discarded, or left for later. */
  async decide(): Promise<void> {
    const { page, chance, interrupted } = this;
    if (interrupted === undefined) return;
    const { contacts, server, key } = interrupted;
    const act = chance.below(4);
    if (act === 0) {
      this.done.push("discard");
      await page.getByRole("button", { name: "Discard" }).click();
      await page.locator(".interrupted").waitFor({ state: "detached" });
      this.interrupted = undefined;
    } else if (act === 1) {
      this.done.push("use");
      await page.getByRole("button", { name: "Use all its contacts" }).click();
      await page.locator(".interrupted").waitFor({ state: "detached" });
      await page.locator(".attached").filter({ hasText: `contact` }).waitFor();
      this.attached = [{ contacts }];
      this.interrupted = undefined;
    } else if (act === 2) {
      this.done.push("resume");
      const given = chance.oneOf(KEYS);
      if (server >= 0) {
        await page.getByLabel("A real server").check();
        await page.getByLabel("API Key").fill(given);
      }
      await this.markOld();
      await page.getByRole("button", { name: "Resume" }).click();
      if (server >= 0 && given !== key) {
        await page.getByText("The run began with another key").waitFor();
        return;
      }
      this.interrupted = undefined;
      await this.agreeAndFollow({ ...interrupted, isResumed: true });
      // A no leaves it as it was.
      if ((await page.locator(".interrupted").count()) > 0) this.interrupted = interrupted;
    }
  }

  /** What has to be true at any time. */
  async check(): Promise<void> {
    const markup = await this.page.evaluate(() => document.documentElement.outerHTML);
    for (const key of KEYS) assert.ok(!markup.includes(key), "the key is in the page");
    for (const { wrong } of this.servers) assert.deepEqual(wrong, []);
  }
}
