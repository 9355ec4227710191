// A user's program, which tests/types.test.mjs compiles: the types as the package has them.
import { Client, Connection } from "@temporalio/client";
import { Worker } from "@temporalio/worker";
import { createActivities, workflowsPath } from "skipcall-temporal";
import { MEMO, progressQuery, type RemovalInput, type removeContacts, stopSignal } from "skipcall-temporal/workflows";

export async function use(apiKey: string): Promise<number> {
  const activities = createActivities({ apiKey, baseUrl: "https://api.example.com" });
  await Worker.create({ taskQueue: "skipcall", workflowsPath, activities });
  const client = new Client({ connection: await Connection.connect() });
  const input: RemovalInput = { sequenceId: "s", contactIds: ["a"], options: { onInvalid: "skip" } };
  const handle = await client.workflow.start<typeof removeContacts>("removeContacts", {
    taskQueue: "skipcall",
    workflowId: MEMO,
    args: [input, { taskQueue: "keys" }],
  });
  await handle.signal(stopSignal);
  const { waitingUntil } = await handle.query(progressQuery);
  const { confirmed, remaining } = await handle.result();
  return waitingUntil === null ? confirmed : remaining.removals.length;
}

export const wrong: RemovalInput = {
  sequenceId: "s",
  // @ts-expect-error a list
  contactIds: "a",
};
