// The sandbox with contacts of these tests.
import { startSandbox as start } from "skipcall-test-support/sandbox";

export const KEY = "sk_test_mcp_0123456789";

/** n different contact ids, the same ones for the same group. */
export function contactIds(n, group = 0) {
  const prefix = group.toString(16).padStart(8, "0");
  return Array.from({ length: n }, (_, i) => `${prefix}-0000-4000-8000-${i.toString(16).padStart(12, "0")}`);
}

/** sequences: ids of contacts by sequence. requests(): how many removals it answered. */
export async function startSandbox(sequences, switches = {}) {
  const sandbox = await start({
    keys: [{ key: KEY, plan: "EXPERT" }],
    sequences: Object.entries(sequences).map(([id, contacts]) => ({ id, contacts })),
    switches,
  });
  return { ...sandbox, requests: () => sandbox.requests().filter((line) => line.includes("DELETE ")).length };
}
