/** n different contact ids, the same ones for the same group. */
export function contactIds(n: number, group = 0): string[] {
  const prefix = group.toString(16).padStart(8, "0");
  return Array.from({ length: n }, (_, i) => `${prefix}-0000-4000-8000-${i.toString(16).padStart(12, "0")}`);
}

/** A page with a table of these contacts, each with a checked box. */
export function contactTable(sequenceId: string, contacts: string[]): string {
  const rows = contacts.map(
    (id) => `<tr data-contact-id="${id}"><td><input type="checkbox" checked aria-label="Select" /></td><td>A</td></tr>`,
  );
  return `<!doctype html><html lang="en"><title>Contacts</title>
    <table data-sequence-id="${sequenceId}"><tbody>${rows.join("")}</tbody></table></html>`;
}
