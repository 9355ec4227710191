// Which rows of a page are read, and where their ids are taken from: the rules of the extension's README, in Chromium, on
// tables, lists and grids as other people make them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { TestContext } from "node:test";
import type { Page } from "playwright-core";
import type { PageScan } from "../../extension/page/found.js";
import { contactOptions, rowsOf, sequenceOptions, signalOptions } from "../../extension/popup/choice.js";
import { browserTest, launch } from "../support/chromium.js";
import { repositoryFile } from "skipcall-test-support/repository";

const SCRIPT = readFileSync(repositoryFile("apps/browser/dist/extension/page_scan.js"), "utf8");

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

/** Selected entries of a list, of contacts from 1 on. */
function lowRows(count: number): string {
  const row = (n: number): string => `<li style="height: 30px" data-contact-id="${id(n)}">${ON} ${String(n)}</li>`;
  return Array.from({ length: count }, (_, i) => row(i + 1)).join("");
}

/** Markups, and what is taken from each without a question. */
const MARKUPS: Record<string, [html: string, expected: string[]]> = {
  "a row's own attribute": [`<table><tr data-contact-id="${id(1)}"><td>${ON}</td><td>Ada</td></tr></table>`, ["1"]],
  "a column of contact ids after one of company ids": [
    `<table><thead><tr><th></th><th>Company ID</th><th>Contact ID</th></tr></thead>
     <tr><td>${ON}</td><td>${company(1)}</td><td>${id(1)}</td></tr>
     <tr><td>${OFF}</td><td>${company(1)}</td><td>${id(2)}</td></tr></table>`,
    ["1"],
  ],
  "a column of what is no contact": [
    `<table><tr><th></th><th>No contact</th></tr><tr><td>${ON}</td><td>${company(1)}</td></tr></table>`,
    ["ids?"],
  ],
  "a column of contacts to test with": [
    `<table><tr><th></th><th>Test contact</th></tr><tr><td>${ON}</td><td>${company(1)}</td></tr></table>`,
    ["ids?"],
  ],
  "a column of contacts' numbers": [
    `<table><tr><th></th><th>Contact no.</th></tr><tr><td>${ON}</td><td>${id(1)}</td></tr></table>`,
    ["1"],
  ],
  "boxes of what is to be left": [
    `<table><tr><th>Deselect</th><th>Contact ID</th></tr>
     <tr><td><input type="checkbox" checked></td><td>${id(1)}</td></tr>
     <tr><td><input type="checkbox"></td><td>${id(2)}</td></tr></table>`,
    ["rows?"],
  ],
  "boxes that say what a click does": [
    `<table><tr><th></th><th>Contact ID</th></tr>
     <tr><td><input type="checkbox" checked aria-label="Deselect Ada"></td><td>${id(1)} Ada</td></tr>
     <tr><td><input type="checkbox" aria-label="Select Grace"></td><td>${id(2)} Grace</td></tr></table>`,
    ["1"],
  ],
  "contacts and companies in one list called Contacts": [
    `<h2>Contacts</h2><table><tr><th></th><th>ID</th><th>Type</th></tr>
     <tr><td>${ON}</td><td>${id(1)}</td><td>Person</td></tr>
     <tr><td>${ON}</td><td>${company(1)}</td><td>Company</td></tr></table>`,
    ["ids?"],
  ],
  "a list called Contacts, of the companies' contacts": [
    `<h2>Contacts</h2><table><tr><th></th><th>ID</th><th>Company</th><th>Type</th></tr>
     <tr><td>${ON}</td><td>${id(1)}</td><td>Company</td><td>Lead</td></tr></table>`,
    ["1"],
  ],
  "files of contacts": [
    `<h2>Contacts to import</h2><table><tr><th></th><th>ID</th><th>File</th></tr>
     <tr><td>${ON}</td><td>${company(1)}</td><td>may.csv</td></tr></table>`,
    ["ids?"],
  ],
  "titles that say more than contacts": [
    ["Contacts to merge", "No contacts", "Errors for contacts", "Contacts settings", "Kontakte importieren"]
      .map(
        (title) =>
          `<h2>${title}</h2><table><tr><th></th><th>ID</th></tr><tr><td>${ON}</td><td>${company(1)}</td></tr></table>`,
      )
      .join(""),
    ["ids?", "ids?", "ids?", "ids?", "ids?"],
  ],
  "titles that say whose contacts they are, or how many": [
    ["My contacts", "All contacts (3)", "Mes contacts", "Contacts: 3 selected"]
      .map(
        (title) =>
          `<h2>${title}</h2><table><tr><th></th><th>ID</th></tr><tr><td>${ON}</td><td>${id(1)}</td></tr></table>`,
      )
      .join(""),
    ["1", "1", "1", "1"],
  ],
  "rows in a list called Contacts that say they are companies": [
    [
      `<tr><td>${ON}</td><td>${company(1)}</td><td>Company</td></tr>`,
      `<tr><td>${ON}</td><td>${company(1)}</td><td>X <span>Company</span></td></tr>`,
      `<tr><td>${ON}</td><td>${company(1)}</td><td><img alt="Company"> X</td></tr>`,
      `<tr data-type="company"><td>${ON}</td><td>${company(1)}</td><td>X</td></tr>`,
    ]
      .map((row) => `<h2>Contacts</h2><table><tr><th></th><th>ID</th><th>Name</th></tr>${row}</table>`)
      .join(""),
    ["ids?", "ids?", "ids?", "ids?"],
  ],
  "links to the companies of a list called Contacts": [
    `<h2>Contacts</h2><table><tr><th></th><th>ID</th><th>Open</th></tr>
     <tr><td>${ON}</td><td>${id(1)}</td><td><a href="/companies">Company</a></td></tr></table>`,
    ["1"],
  ],
  "views of other things below the name Contacts": [
    [
      `<div role="tablist"><button role="tab" aria-selected="true">Companies</button></div>`,
      `<nav><a href="/contacts">People</a> <a href="/companies" aria-current="page">Organizations</a></nav>`,
      `<ul><li class="active"><a href="/companies">Companies</a></li></ul>`,
      `<select><option>Contacts</option><option selected>Companies</option></select>`,
    ]
      .map(
        (views) =>
          `<h2>Contacts</h2>${views}<table><tr><th></th><th>ID</th></tr><tr><td>${ON}</td><td>${company(1)}</td></tr></table>`,
      )
      .join(""),
    ["ids?", "ids?", "ids?", "ids?"],
  ],
  "views of contacts, beside others that are not chosen": [
    `<h2>Contacts</h2><div role="tablist"><button role="tab" aria-selected="true">All</button>
       <button role="tab" aria-selected="false">Companies</button></div><button>Export</button>
     <table><tr><th></th><th>ID</th></tr><tr><td>${ON}</td><td>${id(1)}</td></tr></table>`,
    ["1"],
  ],
  "boxes that send what is to be left": [
    `<table><tr><th></th><th>Contact ID</th></tr>
     <tr><td><input type="checkbox" name="unselected[]" checked></td><td>${id(1)}</td></tr></table>`,
    ["rows?"],
  ],
  "an id that can be copied": [
    `<table><tr><th></th><th>Contact ID</th></tr>
     <tr><td>${ON}</td><td>123e… <button data-clipboard-text="${id(1)}">Copy</button></td></tr></table>`,
    ["1"],
  ],
  "companies of a tree with their contacts": [
    `<h2>Contacts</h2><ul role="tree"><li role="treeitem" aria-checked="true" data-id="${company(1)}">X
       <ul role="group"><li role="treeitem" aria-checked="true" data-id="${id(1)}">Ada</li></ul></li></ul>`,
    ["ids?", "ids?"],
  ],
  "what opens below Contact, in an inbox and in a list of contacts": [
    ["Inbox", "Contacts"]
      .map(
        (title) => `<h2>${title}</h2><table><tr><th></th><th>Contact</th></tr>
          <tr><td>${ON}</td><td><a href="/open/${id(1)}">Ada</a></td></tr></table>`,
      )
      .join(""),
    ["ids?", "1"],
  ],
  "a grid whose rows have a box that is no cell": [
    `<div role="table"><div role="row"><div role="columnheader">Company ID</div><div role="columnheader">Contact ID</div></div>
       <div role="row"><div>${ON}</div><div role="cell">${company(1)}</div><div role="cell">${id(1)}</div></div></div>`,
    ["1"],
  ],
  "a header apart from a table that begins with a row of widths": [
    `<h2>Contacts</h2><table><thead><tr><th><input type="checkbox"></th><th>ID</th><th></th></tr></thead></table>
     <table><tr aria-hidden="true"><td></td><td></td></tr><tr><td><input type="checkbox" checked></td><td>${id(1)}</td></tr></table>`,
    ["1"],
  ],
  "a column of boxes with one in its header, which the program calls a state": [
    `<table><thead><tr><th data-field="state"><input type="checkbox" name="btSelectAll"></th><th>Contact ID</th></tr></thead>
     <tr><td><input type="checkbox" name="btSelectItem" checked></td><td>${id(1)}</td></tr></table>`,
    ["1"],
  ],
  "boxes that say what of they select": [
    `<table><tr><th><input type="checkbox" aria-label="Select all objects on this page for an action"></th><th>Contact ID</th></tr>
     <tr><td><input type="checkbox" checked aria-label="Select this object for an action - Ada"></td><td>${id(1)} Ada</td></tr>
     <tr><td><input type="checkbox" aria-label="Select this object for an action - Grace"></td><td>${id(2)} Grace</td></tr></table>`,
    ["1"],
  ],
  "company ids alone": [
    `<table><tr><th></th><th>Company ID</th></tr><tr><td>${ON}</td><td>${company(1)}</td></tr></table>`,
    ["none"],
  ],
  "two columns named ID, under names of groups": [
    `<table><thead><tr><th rowspan="2"></th><th colspan="2">Company</th><th colspan="2">Contact</th></tr>
     <tr><th>ID</th><th>Name</th><th>ID</th><th>Name</th></tr></thead>
     <tr><td>${ON}</td><td>${company(1)}</td><td>X</td><td>${id(1)}</td><td>Ada</td></tr></table>`,
    ["1"],
  ],
  "a company's cell over several rows": [
    `<table><thead><tr><th>Company ID</th><th></th><th>Contact ID</th></tr></thead>
     <tr><td rowspan="2">${company(1)}</td><td>${OFF}</td><td>${id(1)}</td></tr>
     <tr><td>${ON}</td><td>${id(2)}</td></tr></table>`,
    ["2"],
  ],
  "ids without any name": [`<table><tr><td>${ON}</td><td>${company(1)}</td><td>${id(1)}</td></tr></table>`, ["ids?"]],
  "a ticked box of another column": [
    `<table><thead><tr><th><input type="checkbox"></th><th>Subscribed</th><th>Contact ID</th></tr></thead>
     <tr><td><input type="checkbox"></td><td><input type="checkbox" checked></td><td>${id(1)}</td></tr>
     <tr><td><input type="checkbox" checked></td><td><input type="checkbox"></td><td>${id(2)}</td></tr></table>`,
    ["2"],
  ],
  "a box of another column, in the same cell": [
    `<h2>Contacts</h2><table><tr><td><input type="checkbox" name="ids[]" value="${id(1)}">
       <label><input type="checkbox" checked> VIP</label></td></tr>
     <tr><td><input type="checkbox" name="ids[]" value="${id(2)}" checked>
       <label><input type="checkbox"> VIP</label></td></tr></table>`,
    ["2"],
  ],
  "nothing selected, but something ticked": [
    `<table><tr><th>Select</th><th>Active</th><th>Contact ID</th></tr>
     <tr><td><input type="checkbox"></td><td><input type="checkbox" checked></td><td>${id(1)}</td></tr></table>`,
    [],
  ],
  "a box that means something else, and no other": [
    `<table><tr><th>Opt-in</th><th>Contact ID</th></tr>
     <tr><td><input type="checkbox" checked></td><td>${id(1)}</td></tr></table>`,
    ["rows?"],
  ],
  "two columns of boxes without a name": [
    `<table><tr><td><input type="checkbox" checked></td><td><input type="checkbox" checked></td><td>${id(1)}</td></tr>
     <tr><td><input type="checkbox" checked></td><td><input type="checkbox"></td><td>${id(2)}</td></tr></table>`,
    ["rows?"],
  ],
  "a box that sends something else": [
    `<table><tr><th></th><th>Contact ID</th></tr>
     <tr><td><input type="checkbox" name="subscribed" checked></td><td>${id(1)}</td></tr></table>`,
    ["rows?"],
  ],
  "a selection column after one that says what it is": [
    `<table><tr><th>Active</th><th></th><th>Contact ID</th></tr>
     <tr><td><input type="checkbox" checked></td><td><input type="checkbox"></td><td>${id(1)}</td></tr>
     <tr><td><input type="checkbox"></td><td><input type="checkbox" checked></td><td>${id(2)}</td></tr></table>`,
    ["2"],
  ],
  "an ID in a table of companies": [
    `<h1>Companies</h1><table><tr><th></th><th>ID</th></tr><tr><td>${ON}</td><td>${company(1)}</td></tr></table>`,
    ["ids?"],
  ],
  "an ID in a table of contacts": [
    `<h1>Contacts</h1><table><tr><th></th><th>ID</th></tr><tr><td>${ON}</td><td>${id(1)}</td></tr></table>`,
    ["1"],
  ],
  "an ID in a table without a name, on a page about contacts": [
    `<title>Contacts</title><table><tr><th></th><th>ID</th></tr><tr><td>${ON}</td><td>${id(1)}</td></tr></table>`,
    ["ids?"],
  ],
  "an ID in a second table under the heading of the first": [
    `<h1>Contacts</h1><table><tr><th></th><th>ID</th></tr><tr><td>${ON}</td><td>${id(1)}</td></tr></table>
     <p>Recent deals</p><table><tr><th></th><th>ID</th></tr><tr><td>${ON}</td><td>${company(1)}</td></tr></table>
     <table><tr><th></th><th>ID</th></tr><tr><td>${ON}</td><td>${company(2)}</td></tr></table>`,
    ["1", "ids?", "ids?"],
  ],
  "an ID in a table with a title that is no heading": [
    `<h1>Contacts</h1><div>Imports</div><table><tr><th></th><th>ID</th></tr><tr><td>${ON}</td><td>${company(1)}</td></tr></table>`,
    ["ids?"],
  ],
  "an ID in a table of contacts, below buttons": [
    `<header><h1>Contacts</h1></header><div><button>Export</button> <label>Search <input></label></div>
     <table><tr><th></th><th>ID</th></tr><tr><td>${ON}</td><td>${id(1)}</td></tr></table>`,
    ["1"],
  ],
  "an ID after a section about contacts": [
    `<aside><h2>Contacts</h2></aside><table><tr><th></th><th>ID</th></tr><tr><td>${ON}</td><td>${company(1)}</td></tr></table>`,
    ["ids?"],
  ],
  "an ID after a heading that is not shown": [
    `<div hidden><h2>Contacts</h2></div><table><tr><th></th><th>ID</th></tr><tr><td>${ON}</td><td>${company(1)}</td></tr></table>`,
    ["ids?"],
  ],
  "several ids below one name, in a table in a cell": [
    `<table><tr><th></th><th>Company</th></tr><tr><td>${ON}</td><td>X <table><tr><th>Contact ID</th></tr>
     <tr><td>${id(1)}</td></tr><tr><td>${id(2)}</td></tr></table></td></tr></table>`,
    ["ids?"],
  ],
  "rows without a box of their own": [
    `<div role="grid">${["", "visibility: hidden"]
      .map(
        (style, n) =>
          `<div role="row" aria-selected="true" style="display: contents; ${style}" data-contact-id="${id(n)}"><div role="gridcell">Ada</div></div>`,
      )
      .join("")}</div>`,
    ["0"],
  ],
  "rows moved above the upper edge of what clips them": [
    `<div style="height: 60px; overflow: hidden"><ul style="margin: 0; transform: translateY(-60px)">${lowRows(4)}</ul></div>`,
    ["3", "4"],
  ],
  "slides beside the one that is shown": [
    `<div style="width: 300px; overflow: hidden"><div style="display: flex; width: 900px">${[
      `<ul><li data-contact-id="${id(1)}">${ON} Ada</li></ul>`,
      `<ul><li data-contact-id="${id(2)}">${ON} Grace</li></ul>`,
      `<div style="height: 60px; overflow: auto"><ul><li data-contact-id="${id(3)}">${ON} Joan</li></ul></div>`,
    ]
      .map((slide) => `<div style="width: 300px; flex: none">${slide}</div>`)
      .join("")}</div></div>`,
    ["1"],
  ],
  "a list that shows its first rows until it is unfolded": [
    `<div style="height: 40px; overflow: hidden"><ul style="margin: 0">${lowRows(4)}</ul></div>`,
    ["1", "2"],
  ],
  "rows further down in what can be scrolled, within what cannot": [
    `<div style="height: 60px; overflow: hidden"><div style="height: 60px; overflow: auto"><ul style="margin: 0">${lowRows(4)}</ul></div></div>`,
    ["1", "2", "3", "4"],
  ],
  "a grid that keeps its columns apart": [
    `<div role="grid"><div role="row"><div role="columnheader" col-id="contactId">Contact ID</div></div>
     <div><div role="row" row-index="0"><div role="gridcell" col-id="sel">${ON}</div></div>
       <div role="row" row-index="1"><div role="gridcell" col-id="sel">${OFF}</div></div></div>
     <div><div role="row" row-index="0"><div role="gridcell" col-id="contactId">${id(1)}</div></div>
       <div role="row" row-index="1"><div role="gridcell" col-id="contactId">${id(2)}</div></div></div></div>`,
    ["1"],
  ],
  "rows that are cut away": [
    ["position:absolute;left:-9999px", "position:absolute;clip-path:inset(50%)", "transform:scale(0)"]
      .map((style, n) => `<li style="${style}" data-contact-id="${id(n)}">${ON} Ada</li>`)
      .reduce((list, row) => list + row, `<ul><li data-contact-id="${id(9)}">${ON} Grace</li>`),
    ["9"],
  ],
  "lists that nobody sees": [
    [
      "position:fixed;top:0;right:-400px;width:400px",
      "position:fixed;top:0;right:0;width:400px;transform:translateX(100%)",
      "position:fixed;top:100vh;left:0",
      "opacity:0.01",
      "filter:opacity(0)",
      "clip-path:circle(0)",
      "clip-path:inset(100%)",
    ]
      .map((style, n) => `<div style="${style}"><ul><li data-contact-id="${id(n)}">${ON} Ada</li></ul></div>`)
      .join(""),
    [],
  ],
  "a drawer and an overlay that are open, and a menu that reaches out of its card": [
    `<div style="position:fixed;top:0;right:0;width:400px"><ul><li data-contact-id="${id(1)}">${ON} Ada</li></ul></div>
     <div style="position:fixed;inset:0;overflow:auto"><ul style="margin-top:2000px"><li data-contact-id="${id(2)}">${ON} Joan</li></ul></div>
     <div style="height:20px;overflow:hidden"><ul style="position:absolute;margin-top:80px"><li data-contact-id="${id(3)}">${ON} Grace</li></ul></div>`,
    ["1", "2", "3"],
  ],
  "rows that a long list keeps for later, above where scrolling leads": [
    `<div id="scroller" style="height:60px;overflow:auto;position:relative"><div style="height:3000px">${[1, 2, 3]
      .map((n) => {
        const top = n === 2 ? -9999 : n * 40;
        return `<div style="position:absolute;transform:translateY(${String(top)}px)">${ON} <a href="/contacts/${id(n)}">${String(n)}</a></div>`;
      })
      .join("")}</div></div><script>document.getElementById("scroller").scrollTop = 100</script>`,
    ["1", "3"],
  ],
  "a page and a list that are written from right to left": [
    `<html dir="rtl"><div style="width:200px;margin-right:2500px"><ul><li data-contact-id="${id(1)}">${ON} Ada</li></ul></div>
     <div style="width:300px;overflow:auto"><ul style="margin-right:2900px"><li data-contact-id="${id(2)}">${ON} Joan</li></ul></div>
     <ul style="position:absolute;right:-500px;width:300px"><li data-contact-id="${id(3)}">${ON} Grace</li></ul></html>`,
    ["1", "2"],
  ],
  "a body that scrolls, and messages from the bottom up": [
    `<!doctype html><html style="height:100%;overflow:hidden"><body style="height:100%;overflow:auto;margin:0">
     <ul><li data-contact-id="${id(1)}">${ON} Ada</li></ul><div style="height:3000px"></div>
     <div style="display:flex;flex-direction:column-reverse;height:60px;overflow:auto">
       <div style="flex:none;height:4000px"><ul><li data-contact-id="${id(2)}">${ON} Joan</li></ul></div></div>
     <script>document.body.scrollTop = 2000</script></body></html>`,
    ["1", "2"],
  ],
  "switches are settings": [
    `<table><tr><th>Contact ID</th><th></th></tr><tr><td>${id(1)}</td>
     <td><button role="switch" aria-checked="true">on</button></td></tr></table>`,
    ["rows?"],
  ],
  "rows that are not shown": [
    ["hidden", 'style="display:none"', 'style="visibility:hidden"', 'style="opacity:0"']
      .map((how, n) => `<tr ${how} data-contact-id="${id(n)}"><td>${ON}</td><td>Ada</td></tr>`)
      .reduce((table, row) => table + row, `<table><tr data-contact-id="${id(9)}"><td>${ON}</td><td>Ada</td></tr>`) +
      `</table><div hidden><table><tr data-contact-id="${id(8)}"><td>${ON}</td></tr></table></div>
      <details><summary>More</summary><table><tr data-contact-id="${id(7)}"><td>${ON}</td></tr></table></details>
      <div style="height:0;overflow:hidden"><table><tr data-contact-id="${id(6)}"><td>${ON}</td></tr></table></div>`,
    ["9"],
  ],
  "the box that selects all is not a row": [
    `<table><thead><tr><th><input type="checkbox" checked></th><th>Contact ID</th></tr></thead>
     <tr><td>${OFF}</td><td>${id(1)}</td></tr></table>`,
    [],
  ],
  "a header of ordinary cells": [
    `<table><tr><td><input type="checkbox" checked></td><td>Company ID</td><td>Contact ID</td></tr>
     <tr><td>${ON}</td><td>${company(1)}</td><td>${id(1)}</td></tr></table>`,
    ["1"],
  ],
  links: [
    `<table><tr><td>${ON}</td><td><a href="/companies/${company(1)}">X</a></td>
     <td><a href="/companies/${company(1)}/contacts/${id(1)}/edit">Ada</a></td></tr></table>`,
    ["1"],
  ],
  "links with a query": [
    `<table><tr><td>${ON}</td><td><a href="/x?company=${company(1)}&contact_id=${id(1)}">Ada</a></td></tr></table>`,
    ["1"],
  ],
  "attributes of what is in the row": [
    `<table><tr><td>${ON}</td><td><button data-company-id="${company(1)}" data-contact="${id(1)}">…</button></td></tr></table>`,
    ["1"],
  ],
  "a cut text with its id in the title": [
    `<table><tr><th></th><th>Contact</th></tr><tr><td>${ON}</td><td title="${id(1)}">123e…</td></tr></table>`,
    ["1"],
  ],
  "a list": [
    `<ul><li><label>${ON} Ada</label> <a href="/contacts/${id(1)}">open</a></li><li>${OFF} ${id(2)}</li></ul>`,
    ["1"],
  ],
  "boxes with values": [
    `<form><label><input type="checkbox" name="contact_ids[]" value="${id(1)}" checked> Ada</label>
     <label><input type="checkbox" name="contact_ids[]" value="${id(2)}"> Grace</label></form>`,
    ["1"],
  ],
  "a list to choose from": [
    `<select multiple size="3" name="contact_ids"><option value="${id(1)}" selected>Ada</option><option value="${id(2)}">Grace</option></select>`,
    ["1"],
  ],
  "options of a listbox": [
    `<div role="listbox" aria-multiselectable="true"><div role="option" aria-selected="true" data-contact-id="${id(1)}">Ada</div>
     <div role="option" aria-selected="false" data-contact-id="${id(2)}">Grace</div></div>`,
    ["1"],
  ],
  "a grid of divs": [
    `<div role="grid"><div role="row"><div role="columnheader">Pick</div><div role="columnheader">Company ID</div>
       <div role="columnheader">Contact ID</div></div>
     <div role="row"><div role="gridcell"><span role="checkbox" aria-checked="true">x</span></div>
       <div role="gridcell">${company(1)}</div><div role="gridcell">${id(1)}</div></div>
     <div role="row"><div role="gridcell"><span role="checkbox" aria-checked="false">x</span></div>
       <div role="gridcell">${company(1)}</div><div role="gridcell">${id(2)}</div></div></div>`,
    ["1"],
  ],
  "a grid that names its fields": [
    `<h2>Contacts</h2><div role="grid"><div role="row" data-id="${id(1)}" aria-selected="true"><div role="gridcell" data-field="companyId">${company(1)}</div>
     <div role="gridcell" data-field="name">Ada</div></div></div>`,
    ["1"],
  ],
  "cards without any roles": [
    `<div><div class="card"><div>${ON}</div><div>Contact ID: ${id(1)}</div><div>Company: ${company(1)}</div></div>
     <div class="card"><div>${OFF}</div><div>Contact ID: ${id(2)}</div></div></div>`,
    ["1"],
  ],
  "a definition list": [
    `<ul><li>${ON}<dl><dt>Company</dt><dd>${company(1)}</dd><dt>Contact ID</dt><dd>${id(1)}</dd></dl></li></ul>`,
    ["1"],
  ],
  "ids in capitals": [
    `<table><tr><th></th><th>Contact ID</th></tr><tr><td>${ON}</td><td> ${id(1).toUpperCase()} </td></tr></table>`,
    ["1"],
  ],
  "a row without an id is not skipped": [
    `<table><tr><th></th><th>Contact ID</th></tr><tr><td>${ON}</td><td>${id(1)}</td></tr><tr><td>${ON}</td><td>none</td></tr></table>`,
    ["1", ""],
  ],
  "a column of sequences": [
    `<table><tr><th></th><th>Sequence ID</th><th>Contact ID</th></tr>
     <tr><td>${ON}</td><td>spring</td><td>${id(1)}</td></tr><tr><td>${ON}</td><td>autumn</td><td>${id(2)}</td></tr></table>`,
    ["1@spring", "2@autumn"],
  ],
  "names of sequences are not ids": [
    `<table><tr><th></th><th>Sequence</th><th>Contact ID</th></tr><tr><td>${ON}</td><td>Spring 26</td><td>${id(1)}</td></tr></table>`,
    ["1"],
  ],
  "two attributes that differ": [
    `<table><tr data-contact-id="${id(1)}"><td>${ON}</td><td><a href="/contacts/${id(2)}">Ada</a></td></tr></table>`,
    ["ids?"],
  ],
  "boxes and the page's own marks differ": [
    `<table><tr aria-selected="true" data-contact-id="${id(1)}"><td>${OFF}</td></tr>
     <tr aria-selected="false" data-contact-id="${id(2)}"><td>${ON}</td></tr></table>`,
    ["rows?"],
  ],
  "a class alone": [`<table><tr class="selected" data-contact-id="${id(1)}"><td>Ada</td></tr></table>`, ["rows?"]],
  "a table in a cell": [
    `<table><tr data-contact-id="${id(1)}"><td>${OFF}</td><td><table><tr><td><input type="checkbox" checked> tag</td></tr></table></td></tr></table>`,
    ["rows?"],
  ],
  "a radio button for each row": [
    `<table><tr><th></th><th>Contact ID</th></tr>
     <tr><td><input type="radio" name="contact"></td><td>${id(1)}</td></tr>
     <tr><td><input type="radio" name="contact" checked></td><td>${id(2)}</td></tr></table>`,
    ["2"],
  ],
  "radio buttons of a role": [
    `<div role="grid"><div role="row" data-contact-id="${id(1)}"><div role="gridcell"><span role="radio" aria-checked="true">●</span></div></div>
     <div role="row" data-contact-id="${id(2)}"><div role="gridcell"><span role="radio" aria-checked="false">●</span></div></div></div>`,
    ["1"],
  ],
  "radio buttons that are settings of each row": [
    `<table><tr><th>Select</th><th>Contact ID</th><th>Calls</th></tr>
     <tr><td><input type="checkbox"></td><td>${id(1)}</td><td><input type="radio" name="calls1" checked> yes <input type="radio" name="calls1"> no</td></tr>
     <tr><td><input type="checkbox" checked></td><td>${id(2)}</td><td><input type="radio" name="calls2"> yes <input type="radio" name="calls2" checked> no</td></tr></table>`,
    ["2"],
  ],
  "radio buttons that are settings of each row, and nothing selected": [
    `<table><tr><th>Contact ID</th><th></th></tr>
     <tr><td>${id(1)}</td><td><input type="radio" name="calls1" checked> yes <input type="radio" name="calls1"> no</td></tr>
     <tr><td>${id(2)}</td><td><input type="radio" name="calls2"> yes <input type="radio" name="calls2" checked> no</td></tr></table>`,
    ["rows?"],
  ],
  "ids without hyphens, in a column of contacts": [
    `<table><tr><th></th><th>Contact ID</th></tr><tr><td>${ON}</td><td>${id(1).replaceAll("-", "")}</td></tr></table>`,
    ["1"],
  ],
  "ids without hyphens, in an attribute of contacts": [
    `<table><tr data-contact="${id(1).replaceAll("-", "")}"><td>${ON}</td><td>Ada</td></tr></table>`,
    ["1"],
  ],
  "32 digits that may be anything": [
    `<h1>Contacts</h1><table><tr><td>${ON}</td><td><img src="/avatars/${id(1).replaceAll("-", "")}.png"></td><td>Ada</td></tr></table>`,
    ["none"],
  ],
  "a header table apart from the table of rows": [
    `<div><div><table><thead><tr><th></th><th>Company ID</th><th>Contact ID</th></tr></thead></table></div>
     <div><table><tbody><tr><td>${ON}</td><td>${company(1)}</td><td>${id(1)}</td></tr></tbody></table></div></div>`,
    ["1"],
  ],
  "a sticky header whose clone selects all": [
    `<table class="clone"><thead><tr><th><input type="checkbox" checked></th><th>Contact ID</th></tr></thead></table>
     <table><thead style="visibility:collapse"><tr><th><input type="checkbox"></th><th>Contact ID</th></tr></thead>
     <tbody><tr><td>${OFF}</td><td>${id(1)}</td></tr><tr><td>${ON}</td><td>${id(2)}</td></tr></tbody></table>`,
    ["2"],
  ],
  "a hidden column": [
    `<table><tr><th></th><th>Name</th><th hidden>Contact ID</th></tr>
     <tr><td>${ON}</td><td>Ada</td><td style="display:none">${id(1)}</td></tr></table>`,
    ["1"],
  ],
  "a cell over several columns": [
    `<table><thead><tr><th></th><th colspan="2">Name</th><th>Contact ID</th><th>Company ID</th></tr></thead>
     <tr><td>${ON}</td><td colspan="2">Ada Lovelace</td><td>${id(1)}</td><td>${company(1)}</td></tr>
     <tr><td>${ON}</td><td>Grace</td><td>Hopper</td><td>${id(2)}</td><td>${company(1)}</td></tr></table>`,
    ["1", "2"],
  ],
  "a table within each row": [
    `<table><thead><tr><th></th><th>Contact ID</th><th>Deals</th></tr></thead>
     <tr><td>${ON}</td><td>${id(1)}</td><td><table><tr><th>Deal ID</th></tr><tr><td>${company(1)}</td></tr></table></td></tr>
     <tr><td>${OFF}</td><td>${id(2)}</td><td><table><tr><th>Deal ID</th></tr><tr><td>${company(2)}</td></tr></table></td></tr></table>`,
    ["1"],
  ],
  "a table that is a grid": [
    `<table role="grid" aria-multiselectable="true"><thead><tr role="row"><th role="columnheader">Contact ID</th></tr></thead>
     <tr role="row" aria-selected="true"><td role="gridcell">${id(1)}</td></tr>
     <tr role="row" aria-selected="false"><td role="gridcell">${id(2)}</td></tr></table>`,
    ["1"],
  ],
  "cells that are selected, and no row": [
    `<div role="grid"><div role="row"><div role="columnheader">Contact ID</div></div>
     <div role="row"><div role="gridcell" aria-selected="true">${id(1)}</div></div></div>`,
    [],
  ],
  "rows with aria-checked": [
    `<div role="tree"><div role="treeitem" aria-checked="true" data-contact-id="${id(1)}">Ada</div>
     <div role="treeitem" aria-checked="mixed" data-contact-id="${id(2)}">Grace</div></div>`,
    ["1"],
  ],
  "rows whose state says selected": [
    `<table><thead><tr><th></th><th>Contact ID</th></tr></thead>
     <tr data-state="selected"><td><button role="checkbox" aria-checked="true" aria-label="Select row"></button></td><td>${id(1)}</td></tr>
     <tr><td><button role="checkbox" aria-checked="false" aria-label="Select row"></button></td><td>${id(2)}</td></tr></table>`,
    ["1"],
  ],
  "a state alone": [`<table><tr data-state="selected" data-contact-id="${id(1)}"><td>Ada</td></tr></table>`, ["rows?"]],
  "classes of widespread libraries": [
    ["table-active", "p-highlight", "dx-selection", "ant-table-row-selected", "k-selected", "Mui-selected"]
      .map((name, n) => `<table><tr class="${name}" data-contact-id="${id(n)}"><td>Ada</td></tr></table>`)
      .join(""),
    Array.from({ length: 6 }, () => "rows?"),
  ],
  "a box in a label in its own cell": [
    `<table><tr><th><label>All <input type="checkbox"></label></th><th>Contact ID</th></tr>
     <tr><td><label><input type="checkbox" checked><span>Ada</span></label></td><td>${id(1)}</td></tr>
     <tr><td><label><input type="checkbox"><span>Grace</span></label></td><td>${id(2)}</td></tr></table>`,
    ["1"],
  ],
  "a hidden field of each row": [
    `<table><tr><td><input type="hidden" name="company_id" value="${company(1)}"><input type="hidden" name="contact_id" value="${id(1)}">${ON}</td></tr></table>`,
    ["1"],
  ],
  "what a click on the row does": [
    `<table><tr onclick="open('/contacts/${id(1)}')"><td>${ON}</td><td>Ada</td></tr></table>`,
    ["1"],
  ],
  "JSON in an attribute": [
    `<table><tr data-row='{"companyId":"${company(1)}","contactId":"${id(1)}"}'><td>${ON}</td><td>Ada</td></tr></table>`,
    ["1"],
  ],
  "a record of two rows": [
    `<table><thead><tr><th></th><th>Name</th></tr></thead>
     <tr><td rowspan="2">${ON}</td><td>Ada</td></tr><tr><td>Contact ID: ${id(1)}</td></tr>
     <tr><td rowspan="2">${OFF}</td><td>Grace</td></tr><tr><td>Contact ID: ${id(2)}</td></tr></table>`,
    ["", "1"],
  ],
  "a box over several contacts": [
    `<table><thead><tr><th></th><th>Contact ID</th></tr></thead>
     <tr><td rowspan="2">${ON}</td><td>${id(1)}</td></tr><tr><td>${id(2)}</td></tr>
     <tr><td>${OFF}</td><td>${id(3)}</td></tr></table>`,
    ["1", "2"],
  ],
  "bodies with rows of headings between them": [
    `<table><thead><tr><th></th><th>Contact ID</th></tr></thead>
     <tbody><tr><th colspan="2">Paris</th></tr><tr><td>${OFF}</td><td>${id(1)}</td></tr></tbody>
     <tbody><tr><th colspan="2">Lyon</th></tr><tr><td>${ON}</td><td>${id(2)}</td></tr></tbody></table>`,
    ["2"],
  ],
  "ids of a contact's manager, of the last contact and of a referring one": [
    ["Last contact", "Contact manager", "Referring contact", "Contact person", "Current contact"]
      .map(
        (name) => `<table><tr><th></th><th>${name}</th><th>ID</th></tr>
          <tr><td>${ON}</td><td>${company(1)}</td><td>${id(1)}</td></tr></table>`,
      )
      .join(""),
    ["ids?", "ids?", "ids?", "ids?", "ids?"],
  ],
  "a link to a referring contact": [
    `<table><tr><th></th><th>Name</th><th>Referring contact</th></tr>
     <tr data-id="${id(1)}"><td>${ON}</td><td>Ada</td><td><a href="/contacts/${id(2)}">Grace</a></td></tr></table>`,
    ["ids?"],
  ],
  "a link to a page of another kind of contact": [
    `<table><tr><td>${ON}</td><td><a href="/contact-us/${company(1)}">Ada</a></td></tr></table>`,
    ["ids?"],
  ],
  "names of the contact's own id": [
    ["ID du contact", "Contact identifier", "Kontakt-Nr.", "Skipcall contact ID", "CONTACT_UUID", "contactId"]
      .map((name, n) => `<table><tr><th></th><th>${name}</th></tr><tr><td>${ON}</td><td>${id(n)}</td></tr></table>`)
      .join(""),
    ["0", "1", "2", "3", "4", "5"],
  ],
  "several contacts in a row": [
    `<table><tr><th></th><th>Deal</th><th>Contacts</th></tr>
     <tr><td>${ON}</td><td>Big</td><td><a href="/contacts/${id(1)}">Ada</a> <a href="/contacts/${id(2)}">Grace</a></td></tr></table>`,
    ["ids?"],
  ],
  "a company that is selected, with contacts that are not": [
    `<ul><li data-company-id="${company(1)}">${ON} X
       <ul><li data-contact-id="${id(1)}">${OFF} Ada</li><li data-contact-id="${id(2)}">${OFF} Grace</li></ul></li></ul>`,
    ["none"],
  ],
  "labels that not all rows have": [
    `<ul><li>${ON} Company: ${company(1)} Contact: ${id(1)}</li><li>${ON} Contact: ${id(2)}</li></ul>`,
    ["1", "2"],
  ],
  "addresses of records, with the kind before": [
    `<table><tr><td>${ON}</td><td><a href="/companies/42/record/${company(1)}">X</a></td>
     <td><a href="/contacts/42/record/0-1/${id(1)}">Ada</a></td></tr></table>`,
    ["1"],
  ],
  "an address within an address": [
    `<table><tr><td>${ON}</td><td><a href="/go?to=%2Fcontacts%2F${id(1)}">Ada</a></td></tr></table>`,
    ["1"],
  ],
  "boxes whose name has a word of selection, beside the selection column": [
    ["Marked as spam", "Background check", "Row locked", "Checked in", "Picked up", "Selected for newsletter"]
      .map(
        (name) => `<table><tr><th></th><th>${name}</th><th>Contact ID</th></tr>
          <tr><td><input type="checkbox"></td><td><input type="checkbox" checked></td><td>${id(1)}</td></tr>
          <tr><td><input type="checkbox" checked></td><td><input type="checkbox"></td><td>${id(2)}</td></tr></table>`,
      )
      .join(""),
    ["2", "2", "2", "2", "2", "2"],
  ],
  "a box whose name has a word of selection, and no other": [
    `<table><tr><th>Marked as spam</th><th>Contact ID</th></tr>
     <tr><td><input type="checkbox" checked></td><td>${id(1)}</td></tr></table>`,
    ["rows?"],
  ],
  "boxes with the name of their row in their own": [
    `<ul>${["Ada", "Grace"]
      .map(
        (name, n) => `<li data-contact-id="${id(n)}">
          <input type="checkbox" aria-label="Mark ${name} as VIP" ${n === 0 ? "checked" : ""}>
          <input type="checkbox" aria-label="Select ${name}" ${n === 1 ? "checked" : ""}></li>`,
      )
      .join("")}</ul>`,
    ["1"],
  ],
  "one row, whose box says that it selects it": [
    `<ul><li data-contact-id="${id(1)}"><input type="checkbox" checked aria-label="Select Ada Lovelace"> Ada Lovelace</li></ul>`,
    ["1"],
  ],
  "one row, whose box says that it selects something else": [
    `<ul><li data-contact-id="${id(1)}"><label><input type="checkbox" checked> Select for newsletter</label> Ada</li></ul>`,
    ["rows?"],
  ],
  "boxes with a text beside them that is no label": [
    [
      `<input type="checkbox" checked> subscribed`,
      `active <input type="checkbox" checked>`,
      `<input type="checkbox" checked><span>VIP</span>`,
    ]
      .map((box, n) => `<table><tr data-contact-id="${id(n)}"><td>${box}</td><td>Ada</td></tr></table>`)
      .join(""),
    ["rows?", "rows?", "rows?"],
  ],
  "a label in another cell": [
    `<table><tr data-contact-id="${id(1)}"><td><input type="checkbox" id="s1" checked></td><td><label for="s1">Subscribed</label></td></tr></table>`,
    ["rows?"],
  ],
  "boxes that only the program names": [
    [
      `<td><input type="checkbox" checked id="subscribed-7"></td>`,
      `<td><input type="checkbox" checked class="js-optin"></td>`,
      `<td><input type="checkbox" checked value="newsletter"></td>`,
      `<td data-cell="gdprConsent"><input type="checkbox" checked></td>`,
    ]
      .map((cell, n) => `<table><tr data-contact-id="${id(n)}">${cell}<td>Ada</td></tr></table>`)
      .join(""),
    ["rows?", "rows?", "rows?", "rows?"],
  ],
  "a column of settings with a box in its header": [
    `<table><tr><th><input type="checkbox"></th><th><input type="checkbox"> Subscribed</th><th>Contact ID</th></tr>
     <tr><td><input type="checkbox" checked></td><td><input type="checkbox"></td><td>${id(1)}</td></tr>
     <tr><td><input type="checkbox"></td><td><input type="checkbox" checked></td><td>${id(2)}</td></tr></table>`,
    ["1"],
  ],
  "ids that break, with invisible characters, and with marks of a search": [
    [
      id(1).replaceAll("-", "-<wbr>"),
      id(2).replaceAll("-", "-&shy;"),
      id(3).replaceAll("-", "\u200b-"),
      id(4).replace("123e", "<mark>123e</mark>"),
    ]
      .map((text) => `<table><tr><th></th><th>Contact ID</th></tr><tr><td>${ON}</td><td>${text}</td></tr></table>`)
      .join(""),
    ["1", "2", "3", "4"],
  ],
  "ids that were typed into fields": [
    `<table><tr><th></th><th>Contact ID</th></tr><tr><td>${ON}</td><td><input value="${id(1)}"></td></tr>
     <tr><td>${ON}</td><td><textarea></textarea></td></tr></table>
     <script>document.querySelectorAll("td input")[1].value = "${id(2)}";
       document.querySelector("textarea").value = "${id(3)}"</script>`,
    ["2", "3"],
  ],
  "forms whose fields are named as what elements have": [
    ["matches", "parentElement", "childNodes", "attributes", "shadowRoot", "getAttribute", "nodeType"]
      .map((name, n) => `<form><input name="${name}"><ul><li data-contact-id="${id(n)}">${ON} Ada</li></ul></form>`)
      .join("") +
      `<form name="documentElement"></form><form name="getSelection"></form><form name="createTreeWalker"></form>`,
    ["0", "1", "2", "3", "4", "5", "6"],
  ],
  "cards that are forms": [
    [1, 2]
      .map((n) => `<form data-contact-id="${id(n)}">${n === 1 ? ON : OFF}<input name="attributes"> Ada</form>`)
      .join(""),
    ["1"],
  ],
  "a header without a cell for the boxes, so that its names are those of other columns": [
    `<table><thead><tr><th>Name</th><th>Contact ID</th><th>City</th></tr></thead>
       <tr><td>${ON}</td><td><i title="${company(1)}">X</i></td><td>${id(1)}</td><td>Paris</td></tr></table>
     <div role="grid"><div role="row"><div role="columnheader">Name</div><div role="columnheader">Contact ID</div></div>
       <div role="row"><div role="gridcell">${ON}</div><div role="gridcell">${company(1)}</div>
         <div role="gridcell">${id(1)}</div></div></div>`,
    ["ids?", "ids?"],
  ],
  "a last column without a header": [
    `<table><thead><tr><th></th><th>Contact ID</th></tr></thead>
     <tr><td>${ON}</td><td>${id(1)}</td><td><button>…</button></td></tr></table>
     <table><thead><tr><th>Name</th><th>Contact ID</th></tr></thead>
     <tr><td>${ON} Ada</td><td>${id(2)}</td><td><button>…</button></td></tr></table>`,
    ["1", "2"],
  ],
  "boxes about which only their cell says something": [
    [
      `<span title="Do not disturb"><input type="checkbox" checked></span>`,
      `<span>Opted out</span><div><input type="checkbox" checked></div>`,
      `<input type="checkbox" checked data-tooltip="VIP">`,
      `<input type="checkbox" checked class="do-not-call">`,
      `<span>Select row</span><div><input type="checkbox" checked></div>`,
    ]
      .map((cell, n) => `<table><tr data-contact-id="${id(n)}"><td><div>${cell}</div></td><td>Ada</td></tr></table>`)
      .join(""),
    ["rows?", "rows?", "rows?", "rows?", "4"],
  ],
  "keys that a table library gives its rows": [
    ["Contacts", "Companies"]
      .map(
        (title) => `<h2>${title}</h2><table><tr><th></th><th>Name</th></tr>
          <tr data-row-key="${id(1)}"><td>${ON}</td><td>Ada</td></tr></table>`,
      )
      .join(""),
    ["1", "ids?"],
  ],
  "headers that are pictures": [
    [
      "<th>★</th>",
      "<th>✉</th>",
      '<th><svg aria-label="Locked"></svg></th>',
      '<th><img alt="Subscribed"></th>',
      '<th><i class="fa" title="Subscribed"></i></th>',
      '<th data-field="subscribed"></th>',
      "<th>☑</th>",
      '<th><img alt="Select"></th>',
    ]
      .map(
        (header, n) => `<table><tr>${header}<th>Contact ID</th></tr>
          <tr><td><input type="checkbox" checked></td><td>${id(n)}</td></tr></table>`,
      )
      .join(""),
    ["rows?", "rows?", "rows?", "rows?", "rows?", "rows?", "6", "7"],
  ],
  "columns of ids whose headers are pictures": [
    `<table><tr><th></th><th><img alt="Company"></th><th><svg role="img" aria-label="Contact"></svg></th></tr>
     <tr><td>${ON}</td><td>${company(1)}</td><td>${id(1)}</td></tr></table>`,
    ["1"],
  ],
  "boxes that are drawn as stars, hearts or switches": [
    [
      `<input type="checkbox" checked id="star7"><label for="star7">★</label>`,
      `<label class="switch"><input type="checkbox" checked><span class="slider"></span></label>`,
      `<div class="form-check form-switch"><input type="checkbox" checked></div>`,
    ]
      .map((box, n) => `<table><tr data-contact-id="${id(n)}"><td>${box}</td><td>Ada</td></tr></table>`)
      .join(""),
    ["rows?", "rows?", "rows?"],
  ],
  "a star and a heart beside the box that selects": [
    ["Starred,Not starred", "Remove from favourites,Add to favourites", "Active,Inactive"]
      .map((names) => {
        const [on = "", off = ""] = names.split(",");
        return `<ul>${[1, 2]
          .map(
            (n) => `<li data-contact-id="${id(n)}"><input type="checkbox" ${n === 1 ? "checked" : ""}>
              <span role="checkbox" aria-checked="${String(n === 2)}" aria-label="${n === 2 ? on : off}">♥</span> Ada</li>`,
          )
          .join("")}</ul>`;
      })
      .join(""),
    ["1", "1", "1"],
  ],
  "boxes with labels after them, and the id in what they send": [
    `<p>${[1, 2]
      .map(
        (n) => `<input type="checkbox" id="b${String(n)}" name="contacts" value="${id(n)}" ${n === 1 ? "checked" : ""}>
          <label for="b${String(n)}">${n === 1 ? "Ada" : "Grace"}</label>`,
      )
      .join("")}</p>`,
    ["1"],
  ],
  "a list to choose from that is not shown, and an entry that is not": [
    `<select multiple name="contact_ids" style="display:none"><option value="${id(1)}" selected>Ada</option></select>
     <select multiple name="contact_ids"><option value="${id(2)}" selected>Ada</option>
       <option hidden value="${id(3)}" selected>Joan</option></select>`,
    ["2"],
  ],
  "a header that says something else than its boxes": [
    `<table><tr><th>Subscribed</th><th>Contact ID</th></tr>
     <tr><td>${ON}</td><td>${id(1)}</td></tr><tr><td>${OFF}</td><td>${id(2)}</td></tr></table>`,
    ["rows?"],
  ],
  "how grids call their boxes": [
    [
      ["Press Space to toggle row selection (checked)", "Press Space to toggle row selection (unchecked)"],
      ["Unselect row", "Select row"],
      ["Row Selected", "Row Unselected"],
      ["Select row 1", "Select row 2"],
    ]
      .map(
        ([
          on = "",
          off = "",
        ]) => `<table><tr data-contact-id="${id(1)}"><td><input type="checkbox" checked aria-label="${on}"></td></tr>
         <tr data-contact-id="${id(2)}"><td><input type="checkbox" aria-label="${off}"></td></tr></table>`,
      )
      .join(""),
    ["1", "1", "1", "1"],
  ],
  "a contact whose deals these are": [
    `<table>${["", ""].map(() => `<tr><td>${ON}</td><td><a href="/deals/7?from=/contacts/${id(1)}">Deal</a></td></tr>`).join("")}</table>`,
    ["ids?"],
  ],
  "a list of what was done with contacts": [
    ["Contact imports", "Contact history", "Contact us"]
      .map(
        (title) =>
          `<h2>${title}</h2><table><tr><th></th><th>ID</th></tr><tr><td>${ON}</td><td>${id(1)}</td></tr></table>`,
      )
      .join(""),
    ["ids?", "ids?", "ids?"],
  ],
  "a row without height": [
    `<ul><li data-contact-id="${id(1)}" style="max-height:0;overflow:hidden">${ON} Ada</li>
     <li data-contact-id="${id(2)}">${ON} Grace</li></ul>`,
    ["2"],
  ],
  "a title in the header, and a header that is repeated": [
    `<table><thead><tr><th colspan="2">Companies and their people</th></tr><tr><th></th><th>Contact ID</th></tr></thead>
     <tr><td>${ON}</td><td>${id(1)}</td></tr><tr><th>Pick some</th><th>Contact ID, again</th></tr>
     <tr><td>${ON}</td><td>${id(2)}</td></tr></table>`,
    ["1", "2"],
  ],
  "an address that says contacts, in a column of companies": [
    `<table><tr><th></th><th>Name</th><th>Company</th></tr>
     <tr><td>${ON}</td><td>Ada</td><td><a href="/contacts/42/record/0-2/${company(1)}">X</a></td></tr></table>`,
    ["ids?"],
  ],
  "an address that says contacts, in a column of what a contact has": [
    `<table><tr><th></th><th>Email</th></tr>
     <tr><td>${ON}</td><td><a href="/contacts/${id(1)}">ada@example.com</a></td></tr></table>`,
    ["1"],
  ],
  "ids of views, and of what comes after another id": [
    [`/contacts?view=${company(1)}`, `/contacts/${company(1)}/${id(1)}`]
      .map((to) => `<table><tr><td>${ON}</td><td><a href="${to}">Ada</a></td></tr></table>`)
      .join(""),
    ["ids?", "ids?"],
  ],
  "two ids that a click on the row opens": [
    `<table><tr onclick="openContact('${company(1)}', '${id(1)}')"><td>${ON}</td><td>Ada</td></tr></table>`,
    ["ids?"],
  ],
  "what a program calls its elements": [
    `<h2>Contacts</h2><table><tr><th></th><th>Contact</th></tr>
       <tr><td><input type="checkbox" checked id="${company(1)}"></td><td><i id="${company(2)}"></i>Ada</td></tr></table>
     <h2>Contacts</h2><div class="card"><span><input type="checkbox" checked id="${company(1)}"></span>
       <a href="/contacts/${id(1)}">Ada</a></div>
     <table><tr><td><input type="checkbox" checked id="contact_${id(2)}"></td><td>Grace</td></tr></table>`,
    ["ids?", "2", "1"],
  ],
  "ids with a word that sticks to them": [
    ["cmp-", "company_", "contact_", "urn:uuid:", "Contact ID:", "ID: "]
      .map(
        (word, n) => `<table aria-label="Contacts"><tr><th></th><th>ID</th></tr>
          <tr><td>${ON}</td><td>${word}${id(n)}</td></tr></table>`,
      )
      .join(""),
    ["ids?", "none", "2", "3", "4", "5"],
  ],
  "a word before an id does not overrule the column's name": [
    `<table aria-label="Contacts"><tr><th></th><th>Company</th></tr><tr><td>${ON}</td><td>ID: ${company(1)}</td></tr></table>`,
    ["none"],
  ],
  "a tooltip that says what its id is": [
    `<table><tr><td>${ON}</td><td title="Contact ID: ${id(1)}">Ada</td></tr></table>`,
    ["1"],
  ],
  "fields with labels, not in the same order in each card": [
    `<dl class="card"><dt>Select</dt><dd>${ON}</dd><dt>Company ID</dt><dd>${company(1)}</dd>
       <dt>Contact ID</dt><dd>${id(1)}</dd></dl>
     <dl class="card"><dt>Select</dt><dd>${ON}</dd><dt>Contact ID</dt><dd>${id(2)}</dd></dl>
     <div class="tile">${ON}<b>Company</b><span>${company(1)}</span><b>Contact</b><span>${id(3)}</span></div>
     <div class="tile">${ON}<b>Contact</b><span>${id(4)}</span></div>`,
    ["1", "2", "3", "4"],
  ],
  "a group's row with its company's id in the column of the contacts'": [
    `<table><tr><th></th><th>Contact ID</th></tr><tr><td>${ON}</td><td>Example Ltd ${company(1)}</td></tr>
     <tr><td>${ON}</td><td>${id(1)}</td></tr></table>`,
    ["ids?"],
  ],
  "a group's row with its company's id over all columns": [
    `<table><tr><th></th><th>Contact ID</th><th>Name</th></tr>
     <tr><td>${ON}</td><td colspan="2">${company(1)}</td></tr>
     <tr><td>${ON}</td><td>${id(1)}</td><td>Ada</td></tr></table>`,
    ["", "1"],
  ],
  "companies and their contacts as levels of one grid": [
    `<table role="treegrid" aria-label="Contacts"><tr><th></th><th>ID</th></tr>
     <tr aria-level="1"><td>${ON}</td><td>${company(1)}</td></tr>
     <tr aria-level="2"><td>${ON}</td><td>${id(1)}</td></tr></table>`,
    ["ids?"],
  ],
  "one id for all rows is not a row's own": [
    `<table><tr><th></th><th>ID</th></tr><tr><td>${ON}</td><td>${company(1)}</td></tr><tr><td>${ON}</td><td>${company(1)}</td></tr></table>`,
    ["ids?"],
  ],
};

browserTest("each markup gives the ids of the selected rows, or a question", async (context) => {
  const page = await newPage(context);
  const differ: unknown[] = [];
  for (const [what, [html, expected]] of Object.entries(MARKUPS)) {
    const scan = await scanned(page, html);
    const actual = taken(scan);
    if (JSON.stringify(actual) !== JSON.stringify(expected))
      differ.push({ what, result: `${expected.join()} | ${actual.join()}`, scan: JSON.stringify(scan) });
  }
  assert.deepEqual(differ, []);
});

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
    assert.ok(many < few * 14, `${around}: ${String(few)} ms for 1,000 rows, ${String(many)} ms for 8,000`);
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
