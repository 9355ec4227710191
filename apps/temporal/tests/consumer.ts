// A user's program, which tests/types.test.mjs compiles: the types as the package has them.
import { Client, Connection, WithStartWorkflowOperation } from "@temporalio/client";
import { Worker } from "@temporalio/worker";
import { createActivities, type RequestActivities, workflowsPath } from "skipcall-temporal";
import {
  MEMO,
  progressQuery,
  removalQueue,
  type RemovalInput,
  type removeContacts,
  type removeContactsFrom,
  removeInTurnUpdate,
  type SourceActivities,
  stopSignal,
} from "skipcall-temporal/workflows";

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

export async function useSource(client: Client, apiKey: string): Promise<number> {
  const activities: SourceActivities & RequestActivities = {
    ...createActivities({ apiKey }),
    readSkipcallContacts: async (_source, cursor) => ({ removals: [], next: cursor === null ? 1 : null }),
    keepSkipcallLists: async (_source, { remaining }) => console.log(remaining.removals.length),
  };
  await Worker.create({ taskQueue: "skipcall", workflowsPath, activities });
  const args: Parameters<typeof removeContactsFrom> = [{ source: "a", options: { onInvalid: "skip" } }];
  const options = { taskQueue: "skipcall", workflowId: "a", args };
  const handle = await client.workflow.start<typeof removeContactsFrom>("removeContactsFrom", options);
  const inTurn = await client.workflow.executeUpdateWithStart(removeInTurnUpdate, {
    args: [{ sequenceId: "s", contactIds: [] }],
    startWorkflowOperation: new WithStartWorkflowOperation(removalQueue, {
      workflowId: "key",
      taskQueue: "skipcall",
      workflowIdConflictPolicy: "USE_EXISTING",
    }),
  });
  const { next, confirmed } = await handle.result();
  return next === null ? confirmed : inTurn.confirmed;
}

export const wrong: RemovalInput = {
  sequenceId: "s",
  // @ts-expect-error a list
  contactIds: "a",
};
