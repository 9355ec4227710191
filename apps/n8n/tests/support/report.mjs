// What the node makes of a run of the module, for tests of its parts.
import { Execution } from "../../dist/nodes/Skipcall/execution.js";
import { outcomesOf } from "../../dist/nodes/Skipcall/outcomes.js";
import { UNNAMED, reasonOf } from "../../dist/nodes/Skipcall/reasons.js";
import { contextOf } from "./context.mjs";
import { answers, runModule } from "./module.mjs";

export const FIELDS = {
  sequenceId: { title: "Sequence ID", expression: "{{ $json.sequenceId }}" },
  contactIds: { title: "Contact IDs", expression: "{{ $json.contactId }}" },
};
export const SCENE = {
  host: "api.example.com",
  timezone: "Europe/Paris",
  breaks: new Map(),
  waits: true,
  leaves: 0,
  moreTime: "raise Max Duration (Seconds)",
};

/** An execution that never has to pause. */
export const execution = () => new Execution(contextOf([]), { now: () => 0, turn: async () => undefined });

/** The outcomes of a result that exists. */
export function outcomesBy(removals, result, scene = SCENE) {
  const reasonOfGroup = (group) =>
    group.error === null ? UNNAMED : reasonOf(result.errors[group.error], group, scene);
  return outcomesOf(removals, result, FIELDS, reasonOfGroup, UNNAMED, execution());
}

/** { result, outcomes, resultField }: a report of the node. */
export async function reportOf(removals, options = {}, send = answers({ status: 200, body: '{"removed":1}' })) {
  const result = await runModule(removals, options, send);
  return { result, outcomes: await outcomesBy(removals, result), resultField: "skipcall" };
}
