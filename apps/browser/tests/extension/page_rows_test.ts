// Which rows of a page are read: the rule of the extension's README, in Chromium, on its sample page and on odd ones.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readPageRows } from "../../extension/page_rows.js";
import { groupRows } from "../../extension/popup/selection.js";
import { browserTest, launch } from "../support/chromium.js";
import { repositoryFile } from "../support/repository.js";

const ID = "123e4567-e89b-12d3-a456-42661417400";
const BOX = '<td><input type="checkbox" checked /></td>';

browserTest("selected rows are read, with their contacts and sequences", async (context) => {
  const page = await (await launch(context)).newPage();
  const read = async (html: string, most = 10) => {
    await page.setContent(html);
    return page.evaluate(readPageRows, most);
  };
  const table = (rows: string, attributes = ""): string => `<table ${attributes}><tbody>${rows}</tbody></table>`;

  assert.deepEqual(
    await read(
      table(`<tr data-contact-id="${ID}1">${BOX}<td>${ID}9</td></tr>
        <tr aria-selected="true"><td>Ada</td><td> ${ID.toUpperCase()}2 </td></tr>
        <tr data-contact-id="${ID}3" aria-selected="false"><td><input type="checkbox" /></td></tr>
        <tr>${BOX}<td>no id: ${ID}4</td></tr>`),
    ),
    {
      rows: [
        { contactId: `${ID}1`, sequenceId: "" },
        { contactId: `${ID.toUpperCase()}2`, sequenceId: "" },
        { contactId: "", sequenceId: "" },
      ],
      leftOut: 0,
    },
    "the attribute comes before a cell, a cell has to be an id as a whole, and a row without one is not hidden",
  );
  assert.deepEqual(
    (await read(`<table><thead><tr>${BOX}</tr></thead></table>`)).rows,
    [],
    "the box that selects all rows is no row",
  );
  const two = await read(
    `<div data-sequence-id="outer">${table(`<tr data-contact-id="a">${BOX}</tr>`)}
      ${table(`<tr data-contact-id="b" data-sequence-id="own">${BOX}</tr><tr data-contact-id="c">${BOX}</tr>`)}</div>
      ${table(`<tr data-contact-id="d">${BOX}</tr>`)}`,
  );
  assert.deepEqual(
    two.rows.map(({ contactId, sequenceId }) => contactId + sequenceId),
    ["aouter", "bown", "couter", "d"],
  );
  assert.deepEqual(groupRows(two, "typed"), [
    { sequenceId: "outer", contactIds: ["a", "c"] },
    { sequenceId: "own", contactIds: ["b"] },
    { sequenceId: "typed", contactIds: ["d"] },
  ]);
  const many = await read(table(`<tr data-contact-id="a">${BOX}</tr>`.repeat(12)));
  assert.deepEqual([many.rows.length, many.leftOut], [10, 2]);

  const sample = await read(readFileSync(repositoryFile("apps/browser/extension/sample/contacts.html"), "utf8"));
  assert.deepEqual(sample.rows.length, 2);
  assert.ok(sample.rows.every(({ contactId, sequenceId }) => contactId !== "" && sequenceId === "vip"));
});
