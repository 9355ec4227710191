// Rows of the cases, and what most of them check.
export const id = (n) => `123e4567-e89b-12d3-a456-${String(n).padStart(12, "0")}`;
export const row = (n, sequenceId = "vip", contactId = id(n)) => ({ name: `row ${n}`, sequenceId, contactId });
export const toError = { onError: "continueErrorOutput" };

/** Each item's name, and what became of it. */
export const words = (items) =>
  items.map(({ json }) => [json.name, json.skipcall.outcome, json.skipcall.cause, json.skipcall.retryable]);
