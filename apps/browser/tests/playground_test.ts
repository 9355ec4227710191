// The playground in Chromium, from an empty form to what remains, in its own sandbox and under a strict policy.
import assert from "node:assert/strict";
import { browserTest } from "./support/chromium.js";
import { contactIds, countOf, fill, headline, openPlayground, run, RUN, saved } from "./support/playground.js";
import { repositoryPath } from "./support/repository.js";

/** The README's picture is taken anew with SKIPCALL_RECORD=1. */
const screenshot = repositoryPath(
  `apps/browser/${process.env.SKIPCALL_RECORD === "1" ? "docs" : "build"}/playground.png`,
);
const FIVE_SECONDS = { timeout: 5000 };

browserTest("a whole run, and what the page says while it goes", async (context) => {
  const { page, complaints } = await openPlayground(context, { viewport: { width: 1280, height: 1000 } });
  assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), RUN);
  await page.getByRole("button", { name: "2,500 made-up contacts" }).click();
  await page.getByText("2,500 contacts.", { exact: true }).waitFor();
  await run(page);
  // 19 of 20 requests go; one is left to the key's other users.
  await page.locator(".phase", { hasText: "Waiting for the next rate window" }).waitFor(FIVE_SECONDS);
  assert.match(await page.locator(".progress .help").innerText(), /^Rate window: 1 of 20 requests left\.$/);
  assert.match(await page.locator(".phase").innerText(), /: \d+ s$/);
  await page.screenshot({ path: screenshot, animations: "disabled" });
  assert.equal(await headline(page), "Done: 2,500 contacts confirmed.");
  assert.equal(await page.locator(".requests tbody tr").count(), 25);
  const result = (await saved(page, "Save the result")) as Record<string, unknown>;
  assert.equal(result.status, "completed");
  assert.equal(result.confirmed, 2500);
  assert.ok(Number(result.waitedMs) > 0);
  assert.deepEqual(complaints, []);
});

browserTest("by keyboard alone, and what is wrong is said where it is", async (context) => {
  const { page, complaints } = await openPlayground(context);
  const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.getAttribute("name") ?? "");
  await page.getByRole("button", { name: RUN }).focus();
  await page.keyboard.press("Enter");
  const sequence = page.getByLabel("Sequence ID");
  await page.getByText("Type the id of the sequence").waitFor(FIVE_SECONDS);
  assert.equal(await focused(), "sequenceId");
  assert.equal(await sequence.getAttribute("aria-invalid"), "true");
  const described = (await sequence.getAttribute("aria-describedby"))?.split(" ") ?? [];
  const texts = await Promise.all(described.map((id) => page.locator(`#${id}`).innerText()));
  assert.ok(
    texts.some((text) => text.startsWith("Type the id")),
    "the error describes its field",
  );

  await page.keyboard.type("spring");
  await page.keyboard.press("Tab");
  await page.keyboard.type("not-an-id");
  await page.keyboard.press("Enter");
  await page.keyboard.type(contactIds(1)[0] ?? "");
  await page.getByText("2 contacts, 1 not valid (line 1).").waitFor(FIVE_SECONDS);
  await page.getByText("Options", { exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.getByLabel("Concurrency").fill("99");
  await page.getByRole("button", { name: RUN }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("Type a whole number, 1 to 32").waitFor(FIVE_SECONDS);
  assert.equal(await focused(), "concurrency");
  await page.getByLabel("Concurrency").fill("");
  await page.getByLabel("On Invalid ID").selectOption("skip");
  await page.getByRole("button", { name: RUN }).focus();
  await page.keyboard.press("Enter");
  assert.equal(await headline(page), "Done: 1 contact confirmed.");
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
  assert.equal(await headline(page), "Dry run: 150 contacts would be removed. Nothing was sent.");
  assert.equal(await page.locator(".requests tbody tr").count(), 0);
});

browserTest("cancel, stop gently, and go on with what remains", async (context) => {
  const { page, complaints } = await openPlayground(context);
  const total = 3000;
  await fill(page, "vip", contactIds(total));
  await page.getByLabel("Answers take").selectOption("1000");
  await run(page);
  await page.getByText("under way").nth(1).waitFor(FIVE_SECONDS);
  await page.getByRole("button", { name: "Cancel now" }).click();
  assert.match(await headline(page), /^Stopped: /);
  const confirmed = await countOf(page, "Confirmed");
  const unknown = await countOf(page, "Unknown");
  assert.ok(confirmed >= 100);
  assert.ok(unknown > 0, "open requests are unknown");
  assert.equal(confirmed + unknown + (await countOf(page, "Unsent")), total);
  const remaining = (await saved(page, "Save what remains")) as { removals: { contactIds: string[] }[] };
  const left = remaining.removals.flatMap((removal) => removal.contactIds).length;
  assert.equal(left, total - confirmed);

  await page.getByRole("button", { name: /^Continue with/ }).click();
  await page.getByText("What remained of the last run").waitFor(FIVE_SECONDS);
  await run(page);
  await page.getByText("under way").nth(1).waitFor(FIVE_SECONDS);
  await page.getByRole("button", { name: "Stop gently" }).click();
  assert.match(await headline(page), /^Stopped: /);
  assert.equal(await countOf(page, "Unknown"), 0, "open requests may end");
  assert.equal((await countOf(page, "Confirmed")) + (await countOf(page, "Unsent")), left);

  // What was saved is an input again.
  const buffer = Buffer.from(JSON.stringify(remaining));
  await page
    .getByLabel("Choose a file")
    .first()
    .setInputFiles({ name: "remaining.json", mimeType: "application/json", buffer });
  await page.getByText(`${left.toLocaleString("en")} contacts in 1 sequence.`).waitFor(FIVE_SECONDS);
  await page.getByLabel("Answers take").selectOption("0");
  await page.getByLabel("Rate limit").selectOption("2");
  await run(page);
  assert.equal(await headline(page), `Done: ${left.toLocaleString("en")} contacts confirmed.`);
  assert.deepEqual(complaints, []);
});

browserTest("failures, lost answers and an unknown sequence are told as they are", async (context) => {
  const { page, complaints } = await openPlayground(context);
  const rows = [
    ...contactIds(1500, 1).map((id) => `spring;${id}`),
    ...contactIds(120, 2).map((id) => `<b>gone</b>;${id}`),
  ];
  const csv = `Sequence ID;Contact-ID\n${rows.join("\n")}\n`;
  await page
    .getByLabel("Choose a file")
    .first()
    .setInputFiles({ name: "contacts.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
  await page.getByText("1,620 contacts in 2 sequences.").waitFor(FIVE_SECONDS);
  await page.getByLabel("Fail now and then").check();
  await page.getByLabel("Rate limit").selectOption("2");
  await page.getByLabel("Answers take").selectOption("0");
  await run(page);
  assert.equal(await headline(page), "Partly done: 1,500 of 1,620 contacts confirmed.");
  assert.equal(await countOf(page, "Refused"), 120);
  assert.match(await page.locator(".requests").innerText(), /503[\s\S]*answer lost|answer lost[\s\S]*503/);
  assert.match(await page.locator(".result").innerText(), /The API counted at least/);
  // The sequence's name is text, not markup.
  assert.equal(await page.locator(".result table b").count(), 0);
  assert.match(await page.locator(".result table").innerText(), /<b>gone<\/b>/);
  assert.deepEqual(complaints, []);
});

browserTest("files that cannot be used say why", async (context) => {
  const { page } = await openPlayground(context);
  const input = page.getByLabel("Choose a file").first();
  const take = (name: string, text: string): Promise<void> =>
    input.setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
  const [id] = contactIds(1);
  await take("a.csv", `name,mail\nAnn,ann@example.com\n`);
  await page.getByText("There is no column “contactId” (the first line says: name, mail).").waitFor(FIVE_SECONDS);
  await take("b.csv", `contact,uuid\n${id!},${id!}\n`);
  await page.getByText("More than one column could be “contactId”.").waitFor(FIVE_SECONDS);
  await take("c.json", `{"removals": [`);
  await page.getByText("no whole JSON document").waitFor(FIVE_SECONDS);
  await take("d.txt", "\n\n");
  await page.getByText("The file holds no contacts.").waitFor(FIVE_SECONDS);
  await take("e.txt", `${id!}\nnonsense\n${id!}`);
  await page.getByText("3 contacts, 1 not valid (line 2).").waitFor(FIVE_SECONDS);
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await page.getByText("No contacts yet.").waitFor(FIVE_SECONDS);
  // Dropped instead of chosen, with a tab between its cells.
  await page.locator(".drop").evaluate((target, text) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([text], "dropped.tsv"));
    target.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  }, `contact\tsequence\n${id!}\tspring\n${id!}\tvip\n`);
  await page.getByText("2 contacts in 2 sequences.").waitFor(FIVE_SECONDS);
  await input.setInputFiles(repositoryPath("examples/contacts.csv"));
  await page.getByText(/^[\d,]+ contacts in 5 sequences/).waitFor(FIVE_SECONDS);
});
