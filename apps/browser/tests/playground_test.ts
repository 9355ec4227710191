// The playground in Chromium, from an empty form to the remaining contacts, in its own sandbox and under a strict
// policy.
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { browserTest, launch, openPage } from "./support/chromium.js";
import {
  contactIds,
  counted,
  countOf,
  fill,
  headline,
  openPlayground,
  paste,
  run,
  runButton,
  saved,
  servePlayground,
  TITLE,
} from "./support/playground.js";
import { repositoryPath } from "skipcall-test-support/repository";

/** SKIPCALL_RECORD=1 retakes the README's picture. */
const screenshot = repositoryPath(
  `apps/browser/${process.env.SKIPCALL_RECORD === "1" ? "docs" : "build"}/playground.png`,
);
const company = "c0ffee00-0000-4000-8000-000000000001";
const FIVE_SECONDS = { timeout: 5000 };

browserTest("a whole run, and what the page says while it goes", async (context) => {
  const { page, complaints } = await openPlayground(context, { viewport: { width: 1280, height: 1000 } });
  assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), TITLE);
  await page.getByRole("button", { name: "2,500 made-up contacts" }).click();
  await counted(page, "2,500 contacts.");
  await run(page);
  // 19 of 20 requests are sent; one is left to the key's other users.
  await page.locator(".phase", { hasText: "Waiting for the next rate window" }).waitFor(FIVE_SECONDS);
  assert.match(await page.locator(".progress .help").innerText(), /^Rate window: 1 of 20 requests left\.$/);
  assert.match(await page.locator(".phase").innerText(), /: \d+ s$/);
  await page.screenshot({ path: screenshot, animations: "disabled" });
  const sentence = await headline(page);
  assert.match(sentence, /^2,3\d\d removed, 1\d\d were already out\.$/);
  // The result says it once, and is announced last.
  assert.ok(!(await page.locator("#output").innerText()).includes("2,500 of 2,500"));
  assert.equal(await page.locator('.progress [role="status"]').textContent(), sentence);
  assert.equal(await page.locator(".requests tbody tr:not(.details)").count(), 25);
  const result = (await saved(page, "Save the result")) as Record<string, unknown>;
  assert.equal(result.status, "completed");
  assert.equal(result.confirmed, 2500);
  assert.ok(Number(result.waitedMs) > 0);
  assert.deepEqual(complaints, []);
});

browserTest("by keyboard alone, with errors shown where they are", async (context) => {
  const { page, complaints } = await openPlayground(context);
  const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.getAttribute("name") ?? "");
  await runButton(page).focus();
  await page.keyboard.press("Enter");
  const sequence = page.getByLabel("Sequence ID", { exact: true });
  await page.getByText("Enter the ID of the sequence").waitFor(FIVE_SECONDS);
  assert.equal(await focused(), "sequenceId");
  assert.equal(await sequence.getAttribute("aria-invalid"), "true");
  const described = (await sequence.getAttribute("aria-describedby"))?.split(" ") ?? [];
  const texts = await Promise.all(described.map((id) => page.locator(`#${id}`).innerText()));
  assert.ok(
    texts.some((text) => text.startsWith("Enter the ID")),
    "the error describes its field",
  );

  await page.keyboard.type("spring");
  await page.keyboard.press("Tab");
  await page.keyboard.type("not-an-id");
  await page.keyboard.press("Enter");
  await page.keyboard.type(contactIds(1)[0] ?? "");
  await counted(page, "2 contacts, 1 not valid (line 1).");
  await page.getByText("Options", { exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.getByLabel("Concurrent requests").fill("99");
  await runButton(page).focus();
  await page.keyboard.press("Enter");
  await page.getByText("Enter a whole number, 1 to 32").waitFor(FIVE_SECONDS);
  assert.equal(await focused(), "concurrency");
  await page.getByLabel("Concurrent requests").fill("");
  await page.getByLabel("On invalid IDs").selectOption("skip");
  await runButton(page).focus();
  await page.keyboard.press("Enter");
  assert.equal(await headline(page), "No contact was removed: it was already out.");
  assert.equal(await countOf(page, "Invalid"), 1);
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), "H2", "the result has the focus");
  assert.deepEqual(complaints, []);
});

browserTest("a dry run sends nothing", async (context) => {
  const { page } = await openPlayground(context);
  await fill(page, "spring", contactIds(150));
  await page.getByText("Options", { exact: true }).click();
  await page.getByLabel("Dry run").check();
  await run(page);
  assert.equal(await headline(page), "Dry run: 150 contacts can be sent. Nothing was sent.");
  assert.equal(await page.locator(".requests tbody tr:not(.details)").count(), 0);
});

browserTest("cancel, stop gently, and continue with the remaining contacts", async (context) => {
  const { page, complaints } = await openPlayground(context);
  const total = 3000;
  await fill(page, "vip", contactIds(total));
  await page.getByLabel("Answers take").selectOption("1000");
  await run(page);
  await page.getByText("in progress").nth(1).waitFor(FIVE_SECONDS);
  await page.getByRole("button", { name: "Cancel now" }).click();
  assert.match(await headline(page), /^Stopped: /);
  const confirmed = await countOf(page, "Confirmed");
  const unknown = await countOf(page, "Unknown");
  assert.ok(confirmed >= 100);
  assert.ok(unknown > 0, "open requests are unknown");
  assert.equal(confirmed + unknown + (await countOf(page, "Unsent")), total);
  const remaining = (await saved(page, "Save remaining")) as { removals: { contactIds: string[] }[] };
  const left = remaining.removals.flatMap((removal) => removal.contactIds).length;
  assert.equal(left, total - confirmed);

  await page.getByRole("button", { name: /^Continue with/ }).click();
  await page.getByText("Remaining contacts of the last run").waitFor(FIVE_SECONDS);
  await run(page);
  await page.getByText("in progress").nth(1).waitFor(FIVE_SECONDS);
  await page.getByRole("button", { name: "Stop gently" }).click();
  assert.match(await headline(page), /^Stopped: /);
  assert.equal(await countOf(page, "Unknown"), 0, "open requests may end");
  assert.equal((await countOf(page, "Confirmed")) + (await countOf(page, "Unsent")), left);

  // What was saved is an input again.
  await page.getByRole("button", { name: "Clear" }).click();
  const buffer = Buffer.from(JSON.stringify(remaining));
  await page
    .getByLabel("Choose files")
    .first()
    .setInputFiles({ name: "remaining.json", mimeType: "application/json", buffer });
  await counted(page, `${left.toLocaleString("en")} contacts in 1 sequence.`);
  await page.getByLabel("Answers take").selectOption("0");
  await page.getByLabel("Rate limit").selectOption("2");
  await run(page);
  assert.match(await headline(page), /already out\.$/);
  assert.deepEqual(complaints, []);
});

browserTest("failures, lost responses and an unknown sequence are reported as they are", async (context) => {
  const { page, complaints } = await openPlayground(context);
  const rows = [
    ...contactIds(1500, 1).map((id) => `spring;${id}`),
    ...contactIds(120, 2).map((id) => `<b>gone</b>;${id}`),
  ];
  const csv = `Sequence ID;Contact-ID\n${rows.join("\n")}\n`;
  await page
    .getByLabel("Choose files")
    .first()
    .setInputFiles({ name: "contacts.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
  await counted(page, "1,620 contacts in 2 sequences.");
  await page.getByLabel("Fail now and then").check();
  await page.getByLabel("Rate limit").selectOption("2");
  await page.getByLabel("Answers take").selectOption("0");
  await run(page);
  assert.match(
    await headline(page),
    /^Partly done: 1,500 are out of their sequence \(at least 1,[23]\d\d removed now\), 120 refused\.$/,
  );
  assert.equal(await countOf(page, "Refused"), 120);
  assert.match(await page.locator(".requests").innerText(), /503[\s\S]*response lost|response lost[\s\S]*503/);
  // The sequence's name is text, not markup.
  assert.equal(await page.locator(".result table b").count(), 0);
  assert.match(await page.locator(".result table").innerText(), /<b>gone<\/b>/);
  assert.deepEqual(complaints, []);
});

/** A drop anywhere in the page. */
async function drop(page: Page, files: [name: string, text: string][], text = ""): Promise<void> {
  await page.locator("h1").evaluate(
    (target, [list, plain]) => {
      const dataTransfer = new DataTransfer();
      for (const [name, content] of list) dataTransfer.items.add(new File([content], name));
      if (plain !== "") dataTransfer.setData("text/plain", plain);
      target.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
    },
    [files, text] as const,
  );
}

browserTest("lists that cannot be used say why, by their names", async (context) => {
  const { page } = await openPlayground(context);
  const [id = ""] = contactIds(1);
  const cases: [name: string, text: string, why: RegExp][] = [
    ["a.csv", `name,mail\nAnn,ann@example.com\n`, /There is no column “contactId”.*The columns are: name, mail\./],
    ["b.csv", `contact,uuid\n${id},${id}\n`, /More than one column could be “contactId”/],
    ["c.json", `{"removals": [`, /This is not whole JSON/],
    ["d.txt", "\n\n", /d\.txt holds no contacts/],
    ["contacts.xlsx", "PK\u0003\u0004…", /contacts\.xlsx is a workbook.*save the sheet as CSV/],
    ["e.xlsx", "made up", /e\.xlsx is named like a workbook, but is none/],
    ["f.json", `[{"sequence_id": 5, "contactIds": ["${id}"]}]`, /“sequence_id” is not a key/],
    ["g.csv", `${company},${id}\n${company},${id}`, /The first line holds an ID/],
  ];
  for (const [name, text, why] of cases) {
    await drop(page, [[name, text]]);
    await page.locator(".attached", { hasText: why }).waitFor(FIVE_SECONDS);
    // A list that cannot be read is not skipped: nothing runs until it is removed.
    await page.getByLabel("Sequence ID", { exact: true }).fill("spring");
    await run(page);
    await page.locator(".field .error", { hasText: why }).waitFor(FIVE_SECONDS);
    await page.getByRole("button", { name: `Remove ${name}` }).click();
    await counted(page, "No contacts yet.");
  }
});

browserTest("a long text that was pasted is taken back by Ctrl+Z, and what it replaced returns", async (context) => {
  const { page, complaints } = await openPlayground(context);
  const box = page.getByLabel("Contact IDs", { exact: true });
  const typed = contactIds(2, 9).join("\n");
  // Of 150, it is inserted; of 3,000, it is kept beside the box.
  for (const count of [150, 3000]) {
    await box.fill(typed);
    await box.press("Control+a");
    await paste(page, contactIds(count).join("\n"));
    await counted(page, `${count.toLocaleString("en")} contacts.`);
    await box.press("Control+z");
    assert.equal(await box.inputValue(), typed);
    await counted(page, "2 contacts.");
    assert.equal(await page.locator(".attached").count(), 0);
    // What was typed since is the browser's to take back, and comes first.
    await box.press("Control+End");
    await paste(page, `\n${contactIds(count).join("\n")}`);
    await box.press("x");
    await box.press("Control+z");
    await counted(page, `${(count + 2).toLocaleString("en")} contacts.`);
    await box.press("Control+z");
    assert.equal(await box.inputValue(), typed);
    await counted(page, "2 contacts.");
  }
  assert.deepEqual(complaints, []);
});

browserTest("the request can be copied right after typing", async (context) => {
  const { page } = await openPlayground(context, { permissions: ["clipboard-read", "clipboard-write"] });
  await page.locator(".preview summary").click();
  await fill(page, "spring", contactIds(2));
  const sequence = page.getByLabel("Sequence ID", { exact: true });
  for (const name of ["autumn", "vip"]) {
    await sequence.fill(name);
    await page.locator("pre", { hasText: `/v1/sequences/${name}/contacts HTTP` }).waitFor();
    // Pressing the button leaves the field, which is a change.
    await page.getByRole("button", { name: "Copy curl" }).click({ delay: 50 });
    await page.getByRole("button", { name: "Copied" }).waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.ok(copied.includes(`/v1/sequences/${name}/contacts'`), copied);
  }
});

browserTest("a page whose module could not be loaded does not say that it is loading", async (context) => {
  const { page } = await openPage(await launch(context), "about:blank");
  await page.route("**/*.wasm", (route) => route.abort());
  await page.goto(await servePlayground(context));
  await page.getByText("The page cannot start: the module cannot be loaded").waitFor();
  assert.equal(await page.getByText("Loading").count(), 0);
});

browserTest("where the browser has no clipboard, a button that copies says so", async (context) => {
  const { page, complaints } = await openPlayground(context);
  await fill(page, "spring", contactIds(2));
  await page.getByText("The request that will be sent").click();
  // As in a page that came over plain HTTP.
  await page.evaluate(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
  await page.getByRole("button", { name: "Copy curl" }).click();
  await page.getByRole("button", { name: "The browser did not allow copying" }).waitFor(FIVE_SECONDS);
  assert.deepEqual(complaints, []);
});

browserTest("typed ids, files, drops and pastes are all counted, and none replaces another", async (context) => {
  const { page, complaints } = await openPlayground(context);
  const [a = "", b = "", c = "", d = "", e = ""] = contactIds(5);
  await page.getByLabel("Contact IDs", { exact: true }).fill(a);
  await page
    .getByLabel("Choose files")
    .first()
    .setInputFiles([
      { name: "b.txt", mimeType: "text/plain", buffer: Buffer.from(b) },
      { name: "c.csv", mimeType: "text/csv", buffer: Buffer.from(`sep=;\r\nsequenceId;contactId\r\nautumn;${c}\r\n`) },
    ]);
  await counted(page, "3 contacts in 1 sequence. From 3 lists.");
  await drop(page, [], d);
  await counted(page, "4 contacts in 1 sequence.");
  await drop(page, [["e.tsv", `contact\tsequence\tname\n${e}\tvip\tAda\n`]]);
  await counted(page, "5 contacts in 2 sequences. From 4 lists.");
  assert.match(await page.locator(".attached", { hasText: "e.tsv" }).innerText(), /Ada/, "its first rows are shown");
  await page.getByLabel("Sequence ID", { exact: true }).fill("spring");
  await page.getByLabel("Answers take").selectOption("0");
  await run(page);
  await headline(page);
  const rows = await page.locator(".result table tbody th").allInnerTexts();
  assert.deepEqual(rows.sort(), ["autumn", "spring", "vip"]);
  assert.deepEqual(complaints, []);
});

browserTest("a long text takes the place of what is marked", async (context) => {
  const { page } = await openPlayground(context);
  const box = page.getByLabel("Contact IDs", { exact: true });
  // The longer one is kept beside the box.
  for (const count of [200, 4000]) {
    await box.fill(contactIds(1, 9).join());
    await counted(page, "1 contact.");
    await box.selectText();
    await paste(page, `\n${contactIds(count).join("\n")}`);
    await counted(page, `${count.toLocaleString("en")} contacts.`);
    await page.getByRole("button", { name: "Clear" }).click();
  }
});

browserTest("a column that was chosen in one table is not used in another", async (context) => {
  const { page } = await openPlayground(context);
  const [a = "", b = ""] = contactIds(2);
  const box = page.getByLabel("Contact IDs", { exact: true });
  const used = page.locator(".typed td.used");
  await box.fill(`id,name,id\n${company},Ada,${a}\n`);
  await page.getByLabel("Column of contact IDs").selectOption({ index: 3 });
  await page.locator(".typed td.used", { hasText: a }).waitFor(FIVE_SECONDS);
  // More rows of the same table are read as chosen.
  await box.fill(`id,name,id\n${company},Ada,${a}\n${company},Eve,${b}\n`);
  await counted(page, "2 contacts.");
  assert.deepEqual(await used.allInnerTexts(), [a, b]);
  await box.fill(`contactId,name,companyId\n${b},Ada,${company}\n`);
  await counted(page, "1 contact.");
  assert.deepEqual(await used.allInnerTexts(), [b]);
  // A column without a name can be chosen, too.
  await box.fill(`name;\nAda;${a}\n`);
  await page.getByLabel("Column of contact IDs").selectOption({ label: "(column 2)" });
  await page.locator(".typed td.used", { hasText: a }).waitFor(FIVE_SECONDS);
  await counted(page, "1 contact.");
});

browserTest("a run that is started while the ids are still read takes those of the chosen column", async (context) => {
  const { page } = await openPlayground(context);
  const rows = contactIds(20_000).map((id, i) => `${id},${contactIds(1, i + 1)[0] ?? ""}`);
  await page.getByLabel("Sequence ID", { exact: true }).fill("vip");
  await page.getByLabel("Contact IDs", { exact: true }).evaluate(
    (box, text) => {
      (box as HTMLTextAreaElement).value = text;
      box.dispatchEvent(new Event("input", { bubbles: true }));
    },
    `contactId,uuid\n${rows.join("\n")}`,
  );
  await counted(page, "20,000 contacts.");
  await page.getByLabel("Answers take").selectOption("0");
  await page.getByLabel("Column of contact IDs").evaluate((select) => {
    // Without storage the page begins at once.
    Object.defineProperty(navigator, "locks", { value: undefined });
    (select as HTMLSelectElement).value = "1";
    select.dispatchEvent(new Event("change", { bubbles: true }));
    document.querySelector("form")?.requestSubmit();
  });
  await page.getByRole("button", { name: "Request 1", exact: true }).click();
  const details = await page.locator("tr.details").first().innerText();
  assert.ok(details.includes(contactIds(1, 1)[0] ?? "-"), details.slice(0, 300));
});

browserTest("two lines that are pasted or dropped as the sequence do not become one", async (context) => {
  const { page } = await openPlayground(context, { permissions: ["clipboard-read", "clipboard-write"] });
  const field = page.getByLabel("Sequence ID", { exact: true });
  const pasteInto = async (text: string): Promise<void> => {
    await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
    await field.press("Control+v");
  };
  await pasteInto("spring\r\nautumn\n");
  assert.equal(await field.inputValue(), "");
  await page.getByText("Enter one ID. That text has 2 lines.").waitFor();
  await pasteInto("spring\n");
  assert.equal((await field.inputValue()).trim(), "spring");
  assert.equal(await page.getByText("Enter one ID").isVisible(), false);
  await field.fill("");
  const box = page.getByLabel("Contact IDs", { exact: true });
  await box.fill("spring\nautumn");
  await box.press("Control+a");
  await box.dragTo(field, { sourcePosition: { x: 20, y: 18 } });
  await page.getByText("Enter one ID. That text has 2 lines.").waitFor();
  assert.equal(await field.inputValue(), "");
  assert.equal(await box.inputValue(), "spring\nautumn");
});

browserTest("the example brings its own sequence", async (context) => {
  const { page } = await openPlayground(context);
  const sequence = page.getByLabel("Sequence ID", { exact: true });
  await sequence.fill("vip");
  await page.getByLabel("Contact IDs", { exact: true }).fill(`contactId,sequenceId\n${contactIds(1).join()},autumn`);
  await counted(page, "1 contact in 1 sequence.");
  await page.getByRole("button", { name: "2,500 made-up contacts" }).click();
  await counted(page, "2,500 contacts.");
  assert.equal(await sequence.inputValue(), "spring");
});

browserTest("two columns of one name, and a text that is dropped onto another field", async (context) => {
  const { page } = await openPlayground(context);
  const [id = ""] = contactIds(1);
  await drop(page, [["ids.csv", `id,name,id\n${company},Ada,${id}\n`]]);
  await page.getByLabel("Column of contact IDs").selectOption({ index: 3 });
  await counted(page, "1 contact.");
  assert.deepEqual(await page.locator(".attached td.used").allInnerTexts(), [id]);

  const isTaken = await page.getByLabel("Sequence ID", { exact: true }).evaluate((field) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.setData("text/plain", "spring");
    const event = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
    field.dispatchEvent(event);
    return event.defaultPrevented;
  });
  assert.ok(!isTaken, "the browser inserts it");
  assert.equal(await page.getByLabel("Contact IDs", { exact: true }).inputValue(), "");
});

browserTest("a run waits for the files that are still being read", async (context) => {
  const { page } = await openPlayground(context);
  const [a = "", b = "", c = ""] = contactIds(3);
  await page.getByLabel("Sequence ID", { exact: true }).fill("spring");
  await page.getByLabel("Contact IDs", { exact: true }).fill(a);
  await counted(page, "1 contact.");
  await page.getByLabel("Answers take").selectOption("0");
  await page.evaluate(() => {
    File.prototype.arrayBuffer = async function (this: File) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      return new Response(this).arrayBuffer();
    };
  });
  await drop(page, [
    ["b.txt", b],
    ["c.txt", c],
  ]);
  await run(page);
  assert.equal(await headline(page), "2 removed, 1 was already out.");
});

browserTest("a column that could hold sequences is never ignored in favour of the typed one", async (context) => {
  const { page } = await openPlayground(context);
  const [id = ""] = contactIds(1);
  await page.getByLabel("Sequence ID", { exact: true }).fill("spring");
  await page.getByLabel("Contact IDs", { exact: true }).fill(`contactId;séquence\n${id};vip\n`);
  await counted(page, "1 contact in 1 sequence.");
  const contradiction = page.getByText("The contacts come with their own sequences (column “séquence”). Leave the");
  await contradiction.waitFor(FIVE_SECONDS);
  await run(page);
  assert.equal(await page.locator(".run, .result").count(), 0, "nothing is sent");
  await page.getByLabel("Contact IDs", { exact: true }).fill(`contactId;Campaign\n${id};vip\n`);
  await counted(page, "1 contact.");
  await contradiction.waitFor({ state: "hidden", ...FIVE_SECONDS });
  assert.equal(await page.getByLabel("Sequence ID", { exact: true }).inputValue(), "spring");
  await run(page);
  await page.getByText("The column “Campaign” could hold sequences").waitFor(FIVE_SECONDS);
  await page.getByLabel("Column of sequence IDs").selectOption({ label: "Campaign" });
  await counted(page, "1 contact in 1 sequence.");
  await page.getByText("(column “Campaign”). Leave the sequence empty.").waitFor(FIVE_SECONDS);
  await page.getByLabel("Sequence ID", { exact: true }).fill("");
  await run(page);
  await headline(page);
  assert.deepEqual(await page.locator(".requests tbody .name").allInnerTexts(), ["vip"]);
  await page.getByLabel("Contact IDs", { exact: true }).fill(`contactId;sequence\n${id};vip\n`);
  await page.locator("input[name=sequenceId]:disabled").waitFor(FIVE_SECONDS);
});

browserTest("what is invalid is listed, and invisible characters are made visible", async (context) => {
  const { page } = await openPlayground(context);
  const [id = ""] = contactIds(1);
  await page.getByLabel("Contact IDs", { exact: true }).fill(`\u200b${id}\u00a0\n${id.replace("-", "\u2011")}\nAda\n`);
  await counted(page, "3 contacts, 2 not valid (lines 2, 3).");
  assert.deepEqual(await page.locator(".invalid li").allInnerTexts(), [
    `line 2: ${id.replace("-", "‹U+2011›")}`,
    "line 3: Ada",
  ]);
  // It is not so with the contact that was left because of them.
  await page.getByLabel("Sequence ID", { exact: true }).fill("vip");
  await run(page);
  assert.equal(await headline(page), "Not done: 1 unsent.");
  assert.match(await page.locator(".errors").innerText(), /^Some IDs are not valid\./);
  // JSON is read where it is pasted.
  await page.getByLabel("Contact IDs", { exact: true }).fill(JSON.stringify([{ contactId: id, sequenceId: "vip" }]));
  await counted(page, "1 contact in 1 sequence.");
});

browserTest("an error disappears once it is corrected", async (context) => {
  const { page } = await openPlayground(context);
  await run(page);
  const sequence = page.getByLabel("Sequence ID", { exact: true });
  await page.getByText("Enter the ID of the sequence").waitFor(FIVE_SECONDS);
  await sequence.fill("spring");
  await page.getByText("Enter the ID of the sequence").waitFor({ state: "hidden", ...FIVE_SECONDS });
  assert.equal(await sequence.getAttribute("aria-invalid"), null);
  await page.getByText("Options", { exact: true }).click();
  const attempts = page.getByLabel("Attempts per batch");
  await attempts.fill("0");
  await run(page);
  await page.getByText("Enter a whole number, 1 to 20").waitFor(FIVE_SECONDS);
  await attempts.fill("21");
  await page.getByText("Enter a whole number, 1 to 20").waitFor(FIVE_SECONDS);
  await attempts.fill("20");
  await page.getByText("Enter a whole number, 1 to 20").waitFor({ state: "hidden", ...FIVE_SECONDS });
  // Durations are typed in seconds.
  await page.getByLabel("Request timeout").fill("601");
  await run(page);
  await page.getByText("Enter a whole number, 1 to 600 seconds").waitFor(FIVE_SECONDS);
});

browserTest("the request that will be sent, and those that were", async (context) => {
  const { page } = await openPlayground(context);
  const [id = ""] = contactIds(1);
  await fill(page, "it's spring", [id]);
  await page.getByText("The request that will be sent").click();
  const curl = page.getByLabel("curl", { exact: true });
  await curl.waitFor(FIVE_SECONDS);
  const path = "/v1/sequences/it%27s%20spring/contacts";
  const text = await curl.innerText();
  assert.ok(text.includes(`curl -X DELETE 'https://sandbox.invalid${path}'`), text);
  assert.ok(text.includes('-H "Authorization: Bearer $SKIPCALL_API_KEY"'));
  assert.ok(text.includes(id));
  assert.match(await page.getByLabel("JSON (input of the action)").innerText(), /"removals"/);
  assert.ok((await page.getByLabel("JavaScript", { exact: true }).innerText()).includes(path));

  await page.getByLabel("Its sequences").fill("it's spring");
  await page.getByLabel("Answers take").selectOption("0");
  await run(page);
  await headline(page);
  await page.getByRole("button", { name: "Request 1" }).click();
  const details = await page.locator("tr.details").innerText();
  for (const part of [`DELETE https://sandbox.invalid${path}`, id, "status 200", '{"removed":0}']) {
    assert.ok(details.includes(part), part);
  }
  assert.ok(!details.includes("sk_test"));
});

browserTest("a run survives a reload of the page", async (context) => {
  const { page, complaints } = await openPlayground(context);
  await fill(page, "vip", contactIds(1000));
  await page.getByLabel("Answers take").selectOption("1000");
  await run(page);
  await page.locator(".requests .good").first().waitFor({ timeout: 10_000 });
  page.on("dialog", (dialog) => void dialog.accept());
  await page.reload();
  await page.getByText("A run was interrupted").waitFor(FIVE_SECONDS);
  // Another run would take its place.
  await fill(page, "vip", contactIds(2));
  await run(page);
  await page.locator("h2:focus", { hasText: "A run was interrupted" }).waitFor(FIVE_SECONDS);
  assert.match(await page.locator(".interrupted").innerText(), /1,000 contacts of 1 sequence/);
  await page.getByLabel("Answers take").selectOption("0");
  await page.getByRole("button", { name: "Resume" }).click();
  assert.match(await headline(page), /^All 1,000 contacts are out of their sequence; at least/);

  // What has ended or was discarded is not offered again; the contacts of an interrupted run can be used.
  await page.reload();
  await runButton(page).waitFor();
  assert.equal(await page.getByText("A run was interrupted").count(), 0);
  await fill(page, "vip", contactIds(300));
  await page.getByLabel("Answers take").selectOption("1000");
  await run(page);
  await page.getByText("in progress").first().waitFor(FIVE_SECONDS);
  await page.reload();
  await page.getByRole("button", { name: "Use all its contacts" }).click();
  await counted(page, "300 contacts in 1 sequence.");
  await page.reload();
  await runButton(page).waitFor();
  assert.equal(await page.getByText("A run was interrupted").count(), 0);
  assert.deepEqual(complaints, []);
});

browserTest("an interrupted run is kept by all tabs until one of them decides", async (context) => {
  const { page: first } = await openPlayground(context);
  const begin = async (page: Page): Promise<void> => {
    await fill(page, "vip", contactIds(1000));
    await page.getByLabel("Answers take").selectOption("1000");
    await run(page);
  };
  await begin(first);
  await first.locator(".requests .good").first().waitFor({ timeout: 10_000 });
  const open = async (): Promise<Page> => {
    const page = await first.context().newPage();
    await page.goto(first.url());
    await runButton(page).waitFor();
    return page;
  };
  const second = await open();
  await first.close();
  // It was opened before the run was interrupted, and would have replaced it.
  await fill(second, "vip", contactIds(2));
  await run(second);
  await second.getByText("A run was interrupted").waitFor(FIVE_SECONDS);
  assert.equal(await second.locator(".requests").count(), 0);

  const third = await open();
  await third.getByText("A run was interrupted").waitFor(FIVE_SECONDS);
  await third.getByLabel("Answers take").selectOption("1000");
  await third.getByRole("button", { name: "Resume" }).click();
  await third.locator(".requests").waitFor(FIVE_SECONDS);
  // While one tab has it, no other may discard it.
  await second.getByRole("button", { name: "Discard" }).click();
  await second.getByText("Another tab of this page has a run").waitFor(FIVE_SECONDS);
  await third.close();
  const [fourth, fifth] = [await open(), await open()];
  await fourth.getByRole("button", { name: "Discard" }).click();
  await fourth.locator(".interrupted").waitFor({ state: "detached", ...FIVE_SECONDS });
  await fifth.getByRole("button", { name: "Resume" }).click();
  await fifth.getByText("discarded in another tab").waitFor(FIVE_SECONDS);
});

browserTest("on a phone the run is in view, and its button before", async (context) => {
  const { page } = await openPlayground(context, {
    viewport: { width: 360, height: 640 },
    hasTouch: true,
    isMobile: true,
  });
  const isInView = (selector: string): Promise<boolean> =>
    page.locator(selector).evaluate((part) => {
      const { top, bottom } = part.getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight;
    });
  assert.ok(await isInView('form button[type="submit"]'));
  await fill(page, "vip", contactIds(1000));
  await page.getByLabel("Answers take").selectOption("1000");
  assert.ok(await isInView('form button[type="submit"]'));
  await run(page);
  await page.locator(".counts", { hasText: "of 1,000 contacts" }).waitFor({ timeout: 10_000 });
  assert.ok((await isInView(".bar")) && (await isInView(".counts")));
  assert.ok(await isInView(".controls .row"));
  await page.getByRole("button", { name: "Cancel now" }).click();
  await headline(page);
  assert.ok(await isInView(".result h2"));
});

browserTest("with forced colours the bar shows what was confirmed, and what was not", async (context) => {
  const { page } = await openPlayground(context, { forcedColors: "active" });
  // What is refused comes first, and much is left to do after it.
  const rows = [...contactIds(300, 2).map((id) => `gone,${id}`), ...contactIds(1000, 1).map((id) => `vip,${id}`)];
  await page.getByLabel("Contact IDs", { exact: true }).fill(`sequenceId,contactId\n${rows.join("\n")}`);
  await counted(page, "1,300 contacts in 2 sequences.");
  await page.getByLabel("Answers take").selectOption("1000");
  await run(page);
  await page.locator(".counts", { hasText: /, \d+ not/ }).waitFor({ timeout: 20_000 });
  const colors = await page
    .locator(".bar, .bar span")
    .evaluateAll((parts) =>
      parts.map((part) => [getComputedStyle(part).backgroundColor, part.getBoundingClientRect().width] as const),
    );
  assert.equal(new Set(colors.map(([color]) => color)).size, 3, JSON.stringify(colors));
  assert.ok((colors[2]?.[1] ?? 0) > 0, "what was not confirmed has its own part");
  await headline(page);
});
