// A worker of a user: the package's workflows and activities beside activities of its own, and where ENCRYPTED is set, a
// payload codec. A source is { contacts, group, every }: every n-th contact is of a sequence that is not there;
// or { wrong: { part } }, which it gives as it is.
import { appendFileSync } from "node:fs";
import { NativeConnection, Worker } from "@temporalio/worker";
import { contactIds } from "skipcall-test-support/contacts";
import { createActivities, workflowsPath } from "skipcall-temporal";
import { dataConverter } from "./codec.mjs";

const { TEMPORAL_ADDRESS, TASK_QUEUE, KEEP_FILE, PART, ENCRYPTED, SKIPCALL_API_KEY, SKIPCALL_BASE_URL } = process.env;
const part = Number(PART);

/** The last source's: to make a million of them takes a while. */
let latest;
function idsOf(contacts, group) {
  if (latest?.group !== group) latest = { group, ids: contactIds(contacts, group) };
  return latest.ids;
}

const connection = await NativeConnection.connect({ address: TEMPORAL_ADDRESS });
const worker = await Worker.create({
  connection,
  taskQueue: TASK_QUEUE,
  workflowsPath,
  ...(ENCRYPTED === undefined ? {} : { dataConverter }),
  activities: {
    ...createActivities({ apiKey: SKIPCALL_API_KEY, baseUrl: SKIPCALL_BASE_URL }),
    readSkipcallContacts({ contacts, group, every, wrong }, cursor) {
      if (wrong !== undefined) return wrong.part;
      const at = cursor ?? 0;
      const ids = idsOf(contacts, group).slice(at, at + part);
      const isGone = (_id, i) => (at + i + 1) % every === 0;
      const removals = [
        { sequenceId: "spring", contactIds: ids.filter((id, i) => !isGone(id, i)) },
        { sequenceId: "gone", contactIds: [...ids.filter(isGone), `row ${at}`] },
      ];
      return { removals, next: at + part < contacts ? at + part : null };
    },
    keepSkipcallLists(_source, lists) {
      appendFileSync(KEEP_FILE, `${JSON.stringify(lists)}\n`);
    },
  },
  shutdownGraceTime: "1 minute",
});
await worker.run();
await connection.close();
