// From the page to the question: what is chosen is shown, what is not certain is asked, and the person's own lists.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import type { TestContext } from "node:test";
import { repositoryPath } from "skipcall-test-support/repository";
import { startSandbox } from "skipcall-test-support/sandbox";
import { browserTest } from "../support/chromium.js";
import { contactIds } from "./support/contact_table.js";
import { builtFor, Installed, servePage, temporaryFolder } from "./support/installed.js";
import type { Popup } from "./support/popup.js";
import { Recorder } from "./support/recorder.js";
import { confirmRemoval, giveKey, KEY, resultOf } from "./support/removal.js";

const [ADA = "", GRACE = "", EDSGER = ""] = contactIds(3);
const [COMPANY = ""] = contactIds(1, 0xc0ffee);

async function open(
  context: TestContext,
  html: string,
): Promise<{ recorder: Recorder; installed: Installed; popup: Popup }> {
  const sandbox = await startSandbox({
    keys: [{ key: KEY, plan: "EXPERT" }],
    sequences: [{ id: "spring", contacts: [ADA, GRACE, EDSGER] }],
  });
  context.after(() => sandbox.stop());
  const recorder = await Recorder.start(context, sandbox.url);
  const folder = await builtFor(context, recorder.baseUrl);
  const url = await servePage(context, `<!doctype html><html lang="en"><title>Contacts</title>${html}</html>`);
  const installed = await Installed.start(context, folder, temporaryFolder(context), url);
  const popup = await installed.openPopup();
  await popup.until("document.getElementById('found').innerText !== ''");
  return { recorder, installed, popup };
}

/** Chooses the entry of a question, by how it begins. */
async function choose(popup: Popup, label: string, entry: string): Promise<void> {
  await popup.evaluate(`(() => {
    const label = [...document.querySelectorAll("label")].find((one) => one.innerText.startsWith(${JSON.stringify(label)}));
    const select = document.getElementById(label.htmlFor);
    select.value = [...select.options].find((one) => one.text.startsWith(${JSON.stringify(entry)})).value;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  })()`);
}

browserTest("what is not certain is asked, and nothing can be removed before it is answered", async (context) => {
  const row = (id: string, first: string, second: string): string =>
    `<tr><td><input type="checkbox" ${first}></td><td><input type="checkbox" ${second}></td><td>${COMPANY}</td><td>${id}</td></tr>`;
  const { recorder, popup } = await open(
    context,
    `<table data-sequence-id="spring" aria-rowcount="1000">${row(ADA, "checked", "")}${row(GRACE, "checked", "checked")}</table>`,
  );
  assert.match(await popup.text("found"), /which contacts you mean/);
  assert.match(await popup.text("lists-found"), /998 more rows of this list are not in the page yet, and not read/);
  assert.ok(await popup.evaluate("document.getElementById('start').disabled"));
  await choose(popup, "Which rows", "box 1");
  await popup.until("document.getElementById('lists-found').innerText.includes('Where are the contact IDs?')");
  assert.match(await popup.text("found"), /which contacts you mean/);
  await choose(popup, "Where are the contact IDs?", `the text of the row (first: ${ADA}`);
  await popup.until("!document.getElementById('start').disabled");
  assert.equal(await popup.text("preview"), "2 contacts from sequence spring");

  // The key comes before the question, and the question says where the ids come from.
  await popup.click("start");
  await popup.until("document.getElementById('problem').innerText.includes('API key first')");
  assert.ok(!(await popup.evaluate("document.getElementById('confirm').open")));
  await giveKey(popup, KEY);
  await popup.until("document.getElementById('confirm').open");
  assert.match(await popup.text("confirm"), new RegExp(`Remove 2 contacts from the sequence spring[^]*${ADA}`));
  await popup.click("yes");
  assert.equal((await resultOf(popup)).removed, 2);
  assert.deepEqual(recorder.sent.flatMap((sent) => sent.contactIds).sort(), [ADA, GRACE].sort());
});

browserTest("what is ticked elsewhere on the page does not hold up a pasted list", async (context) => {
  const filter = `<aside><h2>Owner</h2><ul><li><label><input type="checkbox" name="owner" value="${COMPANY}" checked> Bob</label></ul></aside>`;
  const settings = `<table><tr data-contact-id="${GRACE}"><td><label><input type="checkbox" checked> Subscribed</label></td></tr></table>`;
  for (const [page, lists] of [
    [filter, 0], // the owner's id is no contact's: nothing to ask
    [settings, 1],
  ] as const) {
    const { popup } = await open(context, page);
    assert.equal(await popup.evaluate("document.querySelectorAll('#lists-found fieldset').length"), lists);
    await popup.fill("own-text", `contactId;sequenceId\n${ADA};spring\n`);
    await popup.until("document.getElementById('own-status').innerText !== ''");
    if (lists > 0) await popup.evaluate("document.querySelector('#lists-found legend input').click()");
    await popup.until("document.getElementById('preview').innerText === '1 contact from sequence spring'");
  }
});

browserTest("characters that nobody sees neither reorder the popup nor get into a sequence", async (context) => {
  const { popup } = await open(
    context,
    `<table aria-label="Con\u202Etacts" data-sequence-id="spr\u202Eing"><tr><th></th><th>Contact\u202E ID</th></tr>
     <tr><td><input type="checkbox" checked aria-label="Select\u202E"></td><td>${ADA}</td></tr></table>`,
  );
  await popup.until("document.getElementById('problem').innerText !== ''");
  const shown = await popup.text("lists-found");
  assert.match(shown, /Contacts[^]*the column “Contact ID” \(first: [^]*\(first: spr‹U\+202E›ing\)/);
  assert.doesNotMatch(shown, /\u202e/);
  assert.match(await popup.text("problem"), /The sequence ID contains the character U\+202E/);
  assert.ok(await popup.evaluate("document.getElementById('start').disabled"));
});

browserTest(
  "texts that are too long to be ids are said to be none, and what was wrong goes when it is mended",
  async (context) => {
    const { popup } = await open(context, "<p>Nothing here.</p>");
    await popup.fill("own-text", `contactId;sequenceId\n${ADA};spring\n${"x".repeat(600)};spring\n`);
    await popup.until("document.getElementById('preview').innerText.includes('1 contact from sequence spring')");
    assert.match(await popup.text("preview"), /has no valid contact ID: left out/);
    await popup.fill("own-text", `contactId;sequenceId\n${ADA};${"s".repeat(600)}\n`);
    await popup.until("document.getElementById('problem').innerText !== ''");
    assert.match(await popup.text("problem"), /A sequence ID is longer than 500 characters: sss/);
    await popup.fill("own-text", `contactId;sequenceId\n${ADA};spring\n`);
    await popup.until("!document.getElementById('start').disabled");
    assert.equal(await popup.text("problem"), "");
  },
);

browserTest("a row of a table without its sequence does not get the one that was typed for others", async (context) => {
  const { popup } = await open(context, "<p>Nothing here.</p>");
  await popup.fill("own-text", ADA);
  await popup.untilVisible("sequence-field");
  await popup.fill("sequence", "autumn");
  await popup.until("document.getElementById('preview').innerText === '1 contact from sequence autumn'");
  await popup.fill("own-text", `contactId;sequenceId\n${ADA};spring\n${GRACE};\n`);
  await popup.until("document.getElementById('preview').innerText !== '1 contact from sequence autumn'");
  assert.equal(await popup.text("preview"), "");
  assert.match(await popup.text("own-status"), /the pasted list: .* \(line 3\)\. Not all of them have a sequence ID/);
  assert.ok(await popup.evaluate("document.getElementById('start').disabled"));
});

browserTest(
  "a row of the page without its sequence does not get the one that was typed for others",
  async (context) => {
    const row = (id: string, name: string, sequence: string): string =>
      `<tr><td><input type="checkbox" checked aria-label="Select"></td><td>${id}</td><td>${name}</td><td>${sequence}</td></tr>`;
    const { popup } = await open(
      context,
      `<table><tr><th></th><th>Contact ID</th><th>Name</th><th>Sequence ID</th></tr>
     ${row(ADA, "Ada", "spring")}${row(GRACE, "Grace", "")}${row(COMPANY, "Joan", "N/A")}</table>`,
    );
    await popup.until("document.getElementById('preview').innerText !== ''");
    assert.equal(await popup.text("preview"), "1 contact from sequence spring");
    assert.match(
      await popup.text("lists-found"),
      /2 rows have no sequence ID in that place and are left out, the first: “\S+ Grace”/,
    );
    assert.equal(await popup.text("found"), "1 contact selected on this page.");
    await popup.fill("own-text", EDSGER);
    await popup.untilVisible("sequence-field");
    await popup.fill("sequence", "autumn");
    await popup.until("document.getElementById('preview').innerText.includes('autumn')");
    assert.equal(
      await popup.text("preview"),
      "2 contacts from 2 sequences:\n1 contact from sequence spring\n1 contact from sequence autumn",
    );
  },
);

browserTest("a row can be left out, and only the others are removed", async (context) => {
  const row = (id: string, name: string): string =>
    `<tr data-contact-id="${id}"><td><input type="checkbox" checked></td><td>${name}</td></tr>`;
  const { recorder, popup } = await open(
    context,
    `<table data-sequence-id="spring">${row(ADA, "Ada")}${row(GRACE, "Grace")}${row(EDSGER, "")}</table>`,
  );
  await popup.until("document.getElementById('preview').innerText === '3 contacts from sequence spring'");
  await popup.evaluate(
    `[...document.querySelectorAll("#lists-found li label")].find((one) => one.textContent.trim() === "Grace").click()`,
  );
  await popup.until("document.getElementById('preview').innerText === '2 contacts from sequence spring'");
  assert.equal(await popup.text("found"), "2 contacts selected on this page.");
  await giveKey(popup, KEY);
  await popup.until("!document.getElementById('key-form').checkVisibility()");
  await confirmRemoval(popup);
  assert.equal((await resultOf(popup)).removed, 2);
  assert.deepEqual(recorder.sent.flatMap((sent) => sent.contactIds).sort(), [ADA, EDSGER].sort());
});

browserTest("a page that cannot be read is no problem of the run, and the popup fits a phone", async (context) => {
  const { recorder, installed, popup } = await open(context, "<p>Nothing here.</p>");
  assert.equal(await popup.evaluate("innerWidth"), 380);
  await giveKey(popup, KEY);
  await popup.close();
  // Where there is no toolbar, the popup is a tab.
  const tab = await installed.chromium.newPage();
  await tab.setViewportSize({ width: 320, height: 640 });
  await tab.goto(`chrome-extension://${installed.id}/popup.html`);
  await tab.getByText("This page cannot be read").waitFor();
  assert.equal(await tab.evaluate("document.documentElement.scrollWidth"), 320);
  const other = await installed.chromium.newPage();
  await other.goto(`chrome-extension://${installed.id}/popup.html`);
  await other.locator("#own-text").fill(`contactId;sequenceId\n${ADA};spring\n`);
  await other.getByRole("button", { name: "Remove…" }).click();
  await other.getByRole("button", { name: "Remove", exact: true }).click();
  await tab.getByText("1 contact removed.").waitFor();
  assert.equal(await tab.locator("#problem").innerText(), "");
  assert.equal(recorder.sent.length, 1);
});

browserTest("hidden rows are left out and reported, and companies are never offered", async (context) => {
  const { popup } = await open(
    context,
    `<table data-sequence-id="spring"><thead><tr><th>Select</th><th>Company ID</th><th>Contact ID</th></tr></thead>
     <tr><td><input type="checkbox" checked></td><td>${COMPANY}</td><td>${ADA}</td></tr>
     <tr hidden><td><input type="checkbox" checked></td><td>${COMPANY}</td><td>${GRACE}</td></tr></table>`,
  );
  await popup.until("document.getElementById('preview').innerText !== ''");
  const shown = await popup.text("lists-found");
  assert.match(shown, /Contact IDs: the column “Contact ID”/);
  assert.match(shown, /1 selected row is hidden on the page and left out/);
  assert.doesNotMatch(shown, /Company/);
  assert.equal(await popup.text("preview"), "1 contact from sequence spring");
  // SKIPCALL_RECORD=1 retakes the README's picture.
  const folder = process.env.SKIPCALL_RECORD === "1" ? "docs" : "build";
  writeFileSync(repositoryPath(`apps/browser/${folder}/popup.png`), await popup.picture());
});

browserTest("a pasted list, a bad key, and the remaining contacts used again", async (context) => {
  const { recorder, popup } = await open(context, "<p>Nothing here.</p>");
  assert.equal(await popup.text("found"), "No contacts are selected on this page.");
  await popup.fill("own-text", `contactId;séquence\n${ADA};spring\n${GRACE};spring\n`);
  await popup.until("document.getElementById('preview').innerText !== ''");
  assert.equal(await popup.text("preview"), "2 contacts from sequence spring");
  assert.match(await popup.text("own-status"), /Sequences: the column “séquence”/);
  await giveKey(popup, "sk_test_of_nobody");
  await popup.until("!document.getElementById('key-form').checkVisibility()");
  await confirmRemoval(popup);
  await popup.untilVisible("outcome");
  assert.match(await popup.text("errors"), /forgotten the key/);
  assert.equal(await popup.text("summary"), "Not done: 2 unsent.");

  await popup.click("again");
  await popup.untilVisible("key-form");
  await giveKey(popup, KEY);
  await popup.until("!document.getElementById('key-form').checkVisibility()");
  await popup.until("document.getElementById('preview').innerText.includes('2 contacts from sequence spring')");
  await confirmRemoval(popup);
  const result = await resultOf(popup);
  assert.equal(result.removed, 2);
  assert.equal(await popup.text("summary"), "2 contacts removed.");
  assert.equal(await popup.text("account"), "");

  // The same again: nothing claims that something was removed now.
  await popup.click("dismiss");
  await popup.untilVisible("selection");
  await popup.fill("own-text", ADA);
  await popup.untilVisible("sequence-field");
  await popup.fill("sequence", "spring");
  await confirmRemoval(popup);
  await popup.untilVisible("outcome");
  assert.equal(await popup.text("summary"), "The contact is out of its sequence; none was counted as removed now.");
  assert.equal(recorder.sent.filter(({ status }) => status === 200).length, 2);
});

browserTest(
  "the question is about what is in the form when it is asked, and goes when that changes",
  async (context) => {
    const { recorder, popup } = await open(context, "<p>Nothing here.</p>");
    await giveKey(popup, KEY);
    await popup.fill("own-text", `contactId;sequenceId\n${ADA};spring\n`);
    await popup.until("document.getElementById('preview').innerText.includes('1 contact')");
    await popup.fill("own-text", `contactId;sequenceId\n${ADA};spring\n${GRACE};spring\n`);
    await popup.click("start"); // before the list is read
    await popup.until("document.getElementById('confirm').open");
    assert.match(await popup.text("question"), /Remove 2 contacts/);
    await popup.fill("own-text", `contactId;sequenceId\n${ADA};spring\n${GRACE};spring\n${EDSGER};spring\n`);
    await popup.until("!document.getElementById('confirm').open");
    assert.equal(recorder.sent.length, 0);

    // A file does not hide what is wrong with the pasted list.
    await popup.fill("own-text", "name;city\nAda;London\n");
    await popup.until("document.getElementById('start').disabled");
    await popup.evaluate(`(() => {
    const files = new DataTransfer();
    files.items.add(new File(["%PDF"], "bad.pdf"));
    files.items.add(new File(["contactId;sequenceId\\n${EDSGER};spring\\n"], "more.csv"));
    const input = document.getElementById("own-file");
    input.files = files.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  })()`);
    await popup.until("document.getElementById('own-status').innerText.includes('more.csv')");
    const before = await popup.text("own-status");
    assert.match(before, /PDF/);
    await popup.fill("own-text", "");
    await popup.until(`document.getElementById('own-status').innerText !== ${JSON.stringify(before)}`);
    assert.ok(await popup.evaluate("document.getElementById('start').disabled"));
  },
);

browserTest("selected text is offered, and the popup is readable with 60 sequences", async (context) => {
  const rows = Array.from(
    { length: 60 },
    (_, i) =>
      `<tr data-sequence-id="sequence ${String(i)}" data-contact-id="${contactIds(60)[i] ?? ""}"><td><input type="checkbox" checked aria-label="Select"></td></tr>`,
  );
  const { installed, popup } = await open(
    context,
    `<p id="text">${ADA} and ${GRACE}</p><table>${rows.join("")}</table>`,
  );
  await popup.until("document.getElementById('preview').innerText !== ''");
  assert.match(await popup.text("preview"), /^60 contacts from 60 sequences:/);
  const size = await popup.evaluate<number>("parseFloat(getComputedStyle(document.getElementById('found')).fontSize)");
  assert.ok(size >= 13, `text of ${String(size)} px`);
  // The button is in sight without scrolling.
  const [bottom, height] = await popup.evaluate<[number, number]>(
    `[document.getElementById("start").getBoundingClientRect().bottom, innerHeight]`,
  );
  assert.ok(bottom <= height, `${String(bottom)} of ${String(height)} px`);
  await popup.close();

  await installed.page.evaluate(`getSelection().selectAllChildren(document.getElementById("text"))`);
  await installed.page.evaluate(`document.querySelector("table").remove()`);
  const again = await installed.openPopup();
  await again.untilVisible("sequence-field");
  assert.match(await again.text("lists-found"), new RegExp(`2 IDs in the selected text, starting with ${ADA}`));
  await again.fill("sequence", "spring");
  await again.until("document.getElementById('preview').innerText.includes('2 contacts from sequence spring')");
});

browserTest("selected rows with several ids are not taken for contacts without being asked", async (context) => {
  const { recorder, installed, popup } = await open(
    context,
    `<table><tr><td>Ada</td><td>${ADA}</td><td>${COMPANY}</td></tr></table>`,
  );
  await popup.close();
  await installed.page.evaluate("getSelection().selectAllChildren(document.body)");
  const again = await installed.openPopup();
  await again.until("document.getElementById('lists-found').innerText !== ''");
  assert.match(
    await again.text("lists-found"),
    /2 IDs in the selected text.*\s+There may be IDs of other things in that text[^]*Show the 2 IDs/,
  );
  assert.equal(await again.evaluate("document.querySelectorAll('#lists-found input:checked').length"), 0);
  assert.ok(await again.evaluate("document.getElementById('start').disabled"));
  // One of them can be chosen.
  await again.evaluate(
    `[...document.querySelectorAll("#lists-found li label")].find((one) => one.innerText.includes("Ada ${ADA}")).click()`,
  );
  await again.untilVisible("sequence-field");
  await again.fill("sequence", "spring");
  await again.until("document.getElementById('preview').innerText === '1 contact from sequence spring'");
  await giveKey(again, KEY);
  await again.until("!document.getElementById('key-form').checkVisibility()");
  await confirmRemoval(again);
  assert.equal((await resultOf(again)).removed, 1);
  assert.deepEqual(
    recorder.sent.map((sent) => sent.contactIds),
    [[ADA]],
  );
});

browserTest("ids that the context menu took are in the next popup, and only there", async (context) => {
  const { installed, popup } = await open(context, "<p>Nothing here.</p>");
  await popup.close();
  const [worker] = installed.chromium.serviceWorkers();
  // What Chromium calls when the entry is clicked. It may or may not open the popup; here the test does.
  await worker?.evaluate((selectionText) => {
    chrome.action.openPopup = () => Promise.reject(new Error("by the test"));
    const event = chrome.contextMenus.onClicked as unknown as { dispatch: (...values: unknown[]) => void };
    event.dispatch({ menuItemId: "marked", selectionText }, {});
  }, `Ada: ${ADA}, Grace: ${GRACE}`);
  while ((await worker?.evaluate<string>("chrome.action.getBadgeText({})")) !== "2") {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  let again = await installed.openPopup();
  await again.until("document.getElementById('lists-found').innerText !== ''");
  // That text has no rows any more, so it may be one row with the ids of several things.
  assert.match(await again.text("lists-found"), /2 IDs in the selected text[^]*Ada: 0[^]*Grace: 0/);
  assert.equal(await again.evaluate("document.querySelectorAll('#lists-found input:checked').length"), 0);
  await again.close();
  again = await installed.openPopup();
  await again.until("document.getElementById('found').innerText !== ''");
  assert.equal(await again.text("lists-found"), "");
});

browserTest("a page that cannot be read says why", async (context) => {
  const { installed, popup } = await open(context, "<p>Nothing here.</p>");
  await popup.close();
  const objects = ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[]/Count 0>>"];
  const body = objects.map((text, n) => `${String(n + 1)} 0 obj${text}endobj`).join("\n");
  const pdf = await servePage(context, `%PDF-1.4\n${body}\ntrailer<</Root 1 0 R>>\n%%EOF`, "application/pdf");
  for (const [url, why] of [
    ["chrome://version/", /^This page cannot be read by extensions\./],
    [pdf, /^Extensions cannot read a PDF\. Copy its text/],
  ] as const) {
    await installed.page.goto(url);
    const again = await installed.openPopup();
    await again.until("document.getElementById('found').innerText !== ''");
    assert.match(await again.text("problem"), why);
    await again.close();
  }
});

browserTest("a question goes when a run is started in another window", async (context) => {
  const { recorder, popup } = await open(
    context,
    `<table data-sequence-id="spring"><tr data-contact-id="${ADA}"><td><input type="checkbox" checked></td></tr></table>`,
  );
  await giveKey(popup, KEY);
  await popup.until("!document.getElementById('key-form').checkVisibility()");
  await popup.until("!document.getElementById('start').disabled");
  await popup.click("start");
  await popup.until("document.getElementById('confirm').open");
  await popup.ask({ type: "start", removals: [{ sequenceId: "spring", contactIds: [GRACE] }] });
  await popup.untilVisible("outcome");
  assert.equal(await popup.evaluate("document.getElementById('confirm').open"), false);
  assert.deepEqual(
    recorder.sent.map((sent) => sent.contactIds),
    [[GRACE]],
  );
});

browserTest("the options page takes and forgets the key, and deletes what is stored", async (context) => {
  const { installed, popup } = await open(context, "<p>Nothing here.</p>");
  await popup.close();
  const options = await installed.chromium.newPage();
  await options.goto(`chrome-extension://${installed.id}/options.html`);
  await options.getByRole("textbox", { name: "API key" }).fill(KEY);
  await options.getByRole("button", { name: "Use this key" }).click();
  await options.getByText("A key is in use").waitFor();
  await installed.page.bringToFront();
  const again = await installed.openPopup();
  await again.until("document.getElementById('found').innerText !== ''");
  await again.fill("own-text", ADA);
  await again.untilVisible("sequence-field");
  await again.fill("sequence", "spring");
  await confirmRemoval(again);
  await again.untilVisible("outcome");
  await again.close();
  await options.bringToFront();
  await options.getByRole("button", { name: "Delete the result" }).click();
  await options.getByText("Nothing is stored.").waitFor();
  await options.getByRole("button", { name: "Forget the API key" }).click();
  await options.getByText("No key is in use.").waitFor();
});
