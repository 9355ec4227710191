// The sandbox with the contacts of these tests.
import { startSandbox as start } from "skipcall-test-support/sandbox";

export { contactIds } from "skipcall-test-support/contacts";

export const KEY = "sk_test_mcp_0123456789";

/** sequences: ids of contacts by sequence. requests(): how many removals it answered. */
export async function startSandbox(sequences, switches = {}) {
  const sandbox = await start({
    keys: [{ key: KEY, plan: "EXPERT" }],
    sequences: Object.entries(sequences).map(([id, contacts]) => ({ id, contacts })),
    switches,
  });
  return { ...sandbox, requests: () => sandbox.requests().filter((line) => line.includes("DELETE ")).length };
}
