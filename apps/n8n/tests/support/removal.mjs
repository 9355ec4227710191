/** A removal as the node makes it of an item: contactIds is a text with commas between ids, a list, or no value. */
export function removalOf(sequenceId, contactIds) {
  const ids = typeof contactIds === "string" ? contactIds.split(",") : [contactIds].flat();
  return { sequenceId, contactIds: ids };
}
