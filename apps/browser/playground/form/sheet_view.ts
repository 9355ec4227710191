// How a list of contacts was read: its columns, which may be chosen, its first rows, notes, and what is not valid.
import { element, freshId } from "../../shared/dom.js";
import type { NamedColumns } from "../../shared/contacts/columns.js";
import { shownWhole } from "../../shared/contacts/characters.js";
import { type ContactGroups, invalidLines, type TableView } from "../../shared/contacts/contact_groups.js";

function columnSelect(
  label: string,
  { columns }: TableView,
  chosen: number | undefined,
  none: string,
  choose: (name: string | number | undefined) => void,
): HTMLElement {
  const id = freshId("column");
  const select = element(
    "select",
    { id },
    element("option", { value: "" }, none),
    ...columns.map((name, i) =>
      element("option", { value: String(i), selected: i === chosen }, name || `(column ${String(i + 1)})`),
    ),
  );
  // No name, and one that several columns have, say nothing.
  const nameOf = (i: number): string | number | undefined =>
    columns[i] === "" || columns.filter((name) => name === columns[i]).length > 1 ? i : columns[i];
  select.addEventListener("change", () => choose(select.value === "" ? undefined : nameOf(Number(select.value))));
  return element("div", { class: "field" }, element("label", { for: id }, label), select);
}

function firstRows({ columns, contact, sequence, rows }: TableView): HTMLElement {
  const kind = (i: number): string | undefined => (i === contact || i === sequence ? "used" : undefined);
  return element(
    "div",
    { class: "scroller", role: "region", "aria-label": "First rows", tabindex: "0" },
    element(
      "table",
      {},
      element("caption", { class: "visually-hidden" }, "First rows"),
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          ...columns.map((name, i) => element("th", { scope: "col", class: kind(i) }, shownWhole(name))),
        ),
      ),
      element(
        "tbody",
        {},
        ...rows.map((cells) =>
          element(
            "tr",
            {},
            ...columns.map((_, i) => element("td", { class: kind(i) }, element("bdi", {}, shownWhole(cells[i] ?? "")))),
          ),
        ),
      ),
    ),
  );
}

/** What is shown of a list. choose: called with the columns that the person names. */
export function sheetView(
  { table, notes = [], ...contacts }: Partial<ContactGroups>,
  named: NamedColumns,
  choose: (named: NamedColumns) => void,
): HTMLElement[] {
  const parts: HTMLElement[] = [];
  if (table !== undefined) {
    const hasSequence = table.sequence !== undefined;
    parts.push(
      element(
        "div",
        { class: "grid" },
        columnSelect("Column of contact IDs", table, table.contact, "Choose…", (contact) =>
          choose({ ...named, contact }),
        ),
        columnSelect(
          "Column of sequence IDs",
          table,
          table.sequence,
          hasSequence ? "Choose…" : "None: the one typed above",
          (sequence) => choose({ ...named, sequence }),
        ),
      ),
      firstRows(table),
    );
  }
  parts.push(...notes.map((note) => element("p", { class: "help" }, note)));
  if (contacts.invalidEntries !== undefined && contacts.invalidEntries.length > 0) {
    const lines = invalidLines({ ...contacts, notes } as ContactGroups).map((line) =>
      element("li", {}, element("bdi", {}, line)),
    );
    parts.push(
      element(
        "details",
        { open: true },
        element("summary", {}, "Not valid"),
        element("ul", { class: "invalid" }, ...lines),
      ),
    );
  }
  return parts;
}
