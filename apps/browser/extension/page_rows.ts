// Reads the selected rows of a page's tables. README.md "Which rows are read" has the rule.

/** What was found. All texts are the page's: data, neither markup nor checked ids. */
export interface PageRows {
  /** In the page's order. Empty texts where the page does not say. */
  rows: { contactId: string; sequenceId: string }[];
  /** Selected rows that were left out because there are more than `most`. */
  leftOut: number;
}

/**
 * The browser takes the text of this function into the page's frame (chrome.scripting.executeScript), where it runs apart
 * from the page's scripts. So it may use nothing of this file, and it changes nothing.
 */
export function readPageRows(most: number): PageRows {
  const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
  const selected = [...document.querySelectorAll("tr")].filter(
    (row) =>
      row.closest("thead") === null &&
      (row.getAttribute("aria-selected") === "true" || row.querySelector('input[type="checkbox"]:checked') !== null),
  );
  const rows = selected.slice(0, most).map((row) => ({
    contactId:
      row.getAttribute("data-contact-id") ??
      [...row.cells].map((cell) => cell.textContent.trim()).find((text) => uuid.test(text)) ??
      "",
    sequenceId: row.closest("[data-sequence-id]")?.getAttribute("data-sequence-id") ?? "",
  }));
  return { rows, leftOut: selected.length - rows.length };
}
