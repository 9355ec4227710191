// Which rows of a page are read, and where their ids are taken from: the rules of the extension's README, in Chromium, on
// tables, lists and grids as other people make them.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Page } from "playwright-core";
import type { PageScan } from "../../extension/page/found.js";
import { contactOptions, rowsOf, sequenceOptions, signalOptions } from "../../extension/popup/choice.js";
import { browserTest, launch } from "../support/chromium.js";
import { repositoryFile, repositoryPath } from "skipcall-test-support/repository";

const SCRIPT = readFileSync(repositoryFile("apps/browser/dist/extension/page_scan.js"), "utf8");
const PAGES = repositoryPath("apps/browser/tests/extension/pages");

const id = (n: number): string => `123e4567-e89b-42d3-a456-42661417${String(n).padStart(4, "0")}`;
const company = (n: number): string => `c0ffee00-e89b-42d3-a456-42661417${String(n).padStart(4, "0")}`;

async function scanned(page: Page, html: string): Promise<PageScan> {
  await page.setContent(html);
  return page.evaluate<PageScan>(SCRIPT);
}

/**
 * What is taken without a question: ids by their numbers; "rows?" or "ids?" if the person is asked, "none" for nothing.
 */
function taken(scan: PageScan): string[] {
  return scan.lists.flatMap((list) => {
    const signal = signalOptions(list);
    if (signal.offered.length === 0 || list.rows.length === 0) return [];
    if (signal.chosen === undefined) return ["rows?"];
    const rows = list.signals[signal.chosen]?.rows ?? [];
    const contacts = contactOptions(list, rows);
    if (contacts.offered.length === 0) return ["none"];
    if (contacts.chosen === undefined) return ["ids?"];
    return rowsOf(list, rows, contacts.chosen, sequenceOptions(list, rows).chosen).map(({ contactId, sequenceId }) => {
      const short = contactId.toLowerCase().startsWith("c0ffee")
        ? `company ${contactId.slice(-1)}`
        : contactId.slice(-1);
      return short + (sequenceId === "" ? "" : `@${sequenceId}`);
    });
  });
}

async function newPage(context: TestContext): Promise<Page> {
  return (await launch(context)).newPage();
}

const ON = '<input type="checkbox" checked aria-label="Select">';
const OFF = '<input type="checkbox" aria-label="Select">';

interface Fixture {
  name: string;
  html: string;
  expected: string;
}

/**
 * The pages of a file in pages/, each after a comment with its name and with what is taken. {1} is the id of a contact,
 * {c1} that of a company; [x] and [ ] are boxes called Select, [v] and [_] such without a name.
 */
function fixturesIn(file: string): Fixture[] {
  const text = readFileSync(join(PAGES, file), "utf8")
    .replaceAll(/\{(\d)\}/g, (_, n: string) => id(Number(n)))
    .replaceAll(/\{c(\d)\}/g, (_, n: string) => company(Number(n)))
    .replaceAll("[x]", ON)
    .replaceAll("[ ]", OFF)
    .replaceAll("[v]", '<input type="checkbox" checked>')
    .replaceAll("[_]", '<input type="checkbox">');
  const parts = text.split(/^<!-- (.+): (.+) -->$/m).slice(1);
  return Array.from({ length: parts.length / 3 }, (_, i) => {
    const [name = "", expected = "", html = ""] = parts.slice(3 * i);
    return { name, expected, html };
  });
}

for (const file of readdirSync(PAGES)) {
  browserTest(`each page of ${file} gives the ids of the selected rows, or a question`, async (context) => {
    const page = await newPage(context);
    const differ: unknown[] = [];
    const fixtures = fixturesIn(file);
    assert.ok(fixtures.length > 0);
    for (const { name, html, expected } of fixtures) {
      const scan = await scanned(page, html);
      const actual = taken(scan)
        .map((one) => one || "nothing")
        .join(", ");
      if ((actual || "no list") !== expected) differ.push({ name, expected, actual, scan: JSON.stringify(scan) });
    }
    assert.deepEqual(differ, []);
  });
}

browserTest("open shadow roots and frames of the same site are read, frames of others are counted", async (context) => {
  const page = await newPage(context);
  await page.setContent(
    `<contact-table></contact-table><contact-row data-contact-id="${id(2)}"></contact-row>
     <iframe srcdoc='<table><tr data-contact-id="${id(3)}"><td>${ON}</td></tr></table>'></iframe>
     <iframe sandbox srcdoc="<p>other</p>"></iframe>`,
  );
  await page.locator("iframe").first().contentFrame().locator("table").waitFor();
  await page.evaluate(
    ([first, box]) => {
      const table = `<table><tr data-contact-id="${first}"><td>${box}</td></tr></table>`;
      document.querySelector("contact-table")!.attachShadow({ mode: "open" }).innerHTML = `<div>${table}</div>`;
      document.querySelector("contact-row")!.attachShadow({ mode: "open" }).innerHTML = `${box}<slot></slot>`;
    },
    [id(1), ON] as const,
  );
  const scan = await page.evaluate<PageScan>(SCRIPT);
  assert.deepEqual(taken(scan).sort(), ["1", "2", "3"]);
  assert.equal(scan.otherFrames, 1);
});

browserTest("what is put into the slots of a shadow root is read where it is shown", async (context) => {
  const page = await newPage(context);
  const names = ["Select", "Company ID", "Contact ID"];
  const rows = [ON, company(1), id(1), OFF, company(1), id(2)];
  await page.setContent(`<contact-grid>${[...names, ...rows].map((text, n) => `<span slot="${String(n)}">${text}</span>`).join("")}
    <table><tr data-contact-id="${id(3)}"><td>${ON} in no slot, so not shown</td></tr></table></contact-grid>`);
  await page.evaluate(() => {
    const cells = (tag: string, from: number): string =>
      [0, 1, 2].map((n) => `<${tag}><slot name="${String(from + n)}"></slot></${tag}>`).join("");
    document.querySelector("contact-grid")!.attachShadow({ mode: "open" }).innerHTML =
      `<table><thead><tr>${cells("th", 0)}</tr></thead><tr>${cells("td", 3)}</tr><tr>${cells("td", 6)}</tr></table>`;
  });
  assert.deepEqual(taken(await page.evaluate<PageScan>(SCRIPT)), ["1"]);
});

browserTest("a page without headings has the name of its list right before it", async (context) => {
  const page = await newPage(context);
  const table = `<table><tr><th></th><th>ID</th></tr><tr><td>${ON}</td><td>${id(1)}</td></tr></table>`;
  assert.deepEqual(taken(await scanned(page, `<div>Contacts</div>${table}`)), ["1"]);
  assert.deepEqual(taken(await scanned(page, `<div>Contacts</div><div>Imports</div>${table}`)), ["ids?"]);
  assert.deepEqual(taken(await scanned(page, table)), ["ids?"]);
});

browserTest("links to companies of other sites say nothing about the rows", async (context) => {
  const page = await newPage(context);
  const row = (one: string, path: string): string =>
    `<tr><td>${ON}</td><td><a href="${path}">page</a></td><td>${one}</td></tr>`;
  const takenWith = async (site: string): Promise<string[]> => {
    const rows = row(id(1), `${site}/company/acme`) + row(id(2), `${site}/in/grace`);
    const html = `<h2>Contacts</h2><table><tr><th></th><th>Profile</th><th>ID</th></tr>${rows}</table>`;
    await page.unrouteAll();
    await page.route("**", (route) => route.fulfill({ contentType: "text/html", body: html }));
    await page.goto("http://crm.example/");
    return taken(await page.evaluate<PageScan>(SCRIPT));
  };
  assert.deepEqual(await takenWith("https://people.example"), ["1", "2"]);
  assert.deepEqual(await takenWith("//people.example"), ["1", "2"]);
  assert.deepEqual(await takenWith("https://["), ["1", "2"]);
  assert.deepEqual(await takenWith("http://crm.example"), ["ids?"]);
  assert.deepEqual(await takenWith(""), ["ids?"]);
});

browserTest("a person who is asked is told why", async (context) => {
  const page = await newPage(context);
  const labelOf = async (rows: string): Promise<string | undefined> => {
    const { lists } = await scanned(
      page,
      `<h2>Contacts</h2><table><tr><th></th><th>ID</th><th>Name</th></tr>${rows}</table>`,
    );
    return lists[0]?.contacts[0]?.label;
  };
  const row = (one: string, name: string, type = ""): string =>
    `<tr data-type="${type}"><td>${ON}</td><td>${one}</td><td>${name}</td></tr>`;
  assert.equal(
    await labelOf(row(company(1), "X", "company") + row(id(1), "Ada")),
    "the column “ID”, where some rows are companies",
  );
  assert.equal(
    await labelOf(row(company(1), "X") + row(id(1), '<span style="padding-left: 20px">Ada</span>')),
    "the column “ID”, where not all rows are of one kind",
  );
  assert.equal(await labelOf(row(id(1), "Ada") + row(id(2), "Grace")), "the column “ID”");
});

browserTest("names are shown without the arrows and pictures beside them", async (context) => {
  const page = await newPage(context);
  const { lists } = await scanned(
    page,
    `<table><tr><th>▾ Edit</th><th>Contact ID ▲▼</th></tr>
     <tr><td><input type="checkbox" checked></td><td>${id(1)}</td></tr></table>
     <ul><li><label><input type="checkbox" checked> ⭐ VIP \ue5cf</label> ${id(1)}</li></ul>
     <ul><li><label><input type="checkbox" checked> ★</label> ${id(1)}</li></ul>`,
  );
  const labels = lists.flatMap(({ signals, contacts }) => [signals[0]?.label, contacts[0]?.label]);
  assert.deepEqual(labels, [
    "the boxes “Edit”",
    "the column “Contact ID”",
    "the boxes “VIP”",
    "the text of the row",
    "the boxes “★”",
    "the text of the row",
  ]);
});

browserTest("rows that a long grid does not hold are counted", async (context) => {
  const page = await newPage(context);
  const grid = (count: string): string =>
    `<div role="grid" aria-rowcount="${count}"><div role="row"><div role="columnheader">Contact ID</div></div>
     <div role="row" aria-rowindex="2" aria-selected="true"><div role="gridcell">${id(1)}</div></div>
     <div role="row" aria-rowindex="3" aria-selected="false"><div role="gridcell">${id(2)}</div></div></div>`;
  for (const [count, unseen] of [
    ["5001", 4998],
    ["3", 0],
    ["-1", 0],
    ["many", 0],
  ] as const) {
    const scan = await scanned(page, grid(count));
    assert.deepEqual(taken(scan), ["1"]);
    assert.equal(scan.lists[0]?.unseen, unseen, count);
  }
});

browserTest("a page of many rows takes time in proportion to them", async (context) => {
  const page = await newPage(context);
  const ids = ["a", "b", "c", "d", "e", "f", "g", "h"].map((name, n) => `data-${name}="${company(n)}"`).join(" ");
  const pages: [row: (n: number) => string, around: string][] = [
    [(n) => `<tr data-contact-id="${id(n)}" ${ids}><td><input type="checkbox" checked></td><td>Ada</td></tr>`, "table"],
    [() => `<div><input type="checkbox" checked> no row</div>`, "div"],
  ];
  for (const [row, around] of pages) {
    const took = async (rows: number): Promise<number> => {
      const html = Array.from({ length: rows }, (_, n) => row(n)).join("");
      await page.setContent(`<${around}>${html}</${around}>`);
      const began = performance.now();
      await page.evaluate<PageScan>(SCRIPT);
      return performance.now() - began;
    };
    const few = Math.min(await took(1000), await took(1000));
    const many = Math.min(await took(8000), await took(8000));
    assert.ok(many < few * 30, `${around}: ${String(few)} ms for 1,000 rows, ${String(many)} ms for 8,000`);
  }
});

browserTest("a box that shows a dash is not ticked", async (context) => {
  const page = await newPage(context);
  await page.setContent(
    `<ul><li data-contact-id="${id(1)}">${ON} Ada</li><li data-contact-id="${id(2)}">${ON} Grace</li></ul>`,
  );
  await page.evaluate(() => (document.querySelector("input")!.indeterminate = true));
  assert.deepEqual(taken(await page.evaluate<PageScan>(SCRIPT)), ["2"]);
});

browserTest("hidden rows are counted, and selected text is read", async (context) => {
  const page = await newPage(context);
  await page.setContent(
    `<h2>People</h2><p id="text">Please remove ${id(1)} and ${id(2)}, ${id(1)}.</p>
     <table><tr data-contact-id="${id(3)}"><td>${ON}</td></tr><tr hidden data-contact-id="${id(4)}"><td>${ON}</td></tr></table>`,
  );
  await page.evaluate(() => getSelection()?.selectAllChildren(document.getElementById("text")!));
  const scan = await page.evaluate<PageScan>(SCRIPT);
  assert.deepEqual(scan.marked, [
    { id: id(1), before: "Please remove" },
    { id: id(2), before: "and" },
  ]);
  assert.equal(scan.lists[0]?.name, "People");
  assert.equal(scan.lists[0].signals[0]?.hidden, 1);
  assert.deepEqual(scan.lists[0].signals[0].rows, [0]);
});

browserTest("selected rows with several ids are told from a text with some", async (context) => {
  const page = await newPage(context);
  for (const [html, expected] of [
    [`<p>${id(1)} and ${id(2)}</p><p>${id(3)}</p>`, false],
    [`<table><tr><td>${id(1)}</td><td>Ada</td></tr><tr><td>${id(2)}</td><td>Grace</td></tr></table>`, false],
    [`<table><tr><td>${id(1)}</td><td>Ada ${id(1)}</td></tr></table>`, false],
    [`<table><tr><td>${id(1)}</td><td>Ada</td><td>${company(1)}</td></tr></table>`, true],
    [`<ul><li><div>Ada</div><div>${id(1)}</div><div>${company(1)}</div></li></ul>`, true],
    [`<div role="row"><div>${id(1)}</div><div>${company(1)}</div></div>`, true],
    [`<ul><li>${id(1)}</li><li>${id(2)} <ul><li>${id(3)}</li></ul></li></ul>`, false],
    [`<div><p>Contact: ${id(1)}</p><p>Company ID: ${company(1)}</p></div>`, true],
  ] as const) {
    await page.setContent(html);
    await page.evaluate(() => getSelection()?.selectAllChildren(document.body));
    assert.equal((await page.evaluate<PageScan>(SCRIPT)).isMarkedMixed, expected, html);
  }
});

browserTest("the sample page", async (context) => {
  const html = readFileSync(repositoryFile("apps/browser/extension/sample/contacts.html"), "utf8");
  assert.deepEqual(taken(await scanned(await newPage(context), html)), ["1@vip", "2@vip"]);
});
