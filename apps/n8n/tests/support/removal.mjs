/** A removal as the node makes it from an item: contactIds is a string with commas between ids, a list, or no value. */
export function removalOf(sequenceId, contactIds) {
  const ids = typeof contactIds === "string" ? contactIds.split(",") : [contactIds].flat();
  return { sequenceId, contactIds: ids };
}
