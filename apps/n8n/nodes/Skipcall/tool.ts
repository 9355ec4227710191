// The node as a tool of an AI agent: one compact item, whatever happens.
import type { IDataObject } from "n8n-workflow";

import { passedOn, resultOf } from "./output";
import { TOOL_LIMIT } from "./properties";
import { configurationReason, type Reason } from "./reasons";
import type { Report } from "./report";
import type { Removal } from "./items";
import { countsOf, toldOf } from "./summary";

/** How many unconfirmed ids a model gets; more would fill its context. */
const NAMED_IDS = 20;

/** Why the call lists too many ids, or undefined. */
export function tooMany(removals: readonly Removal[]): Reason | undefined {
  const length = removals.reduce((sum, { contactIds }) => sum + contactIds.length, 0);
  if (length <= TOOL_LIMIT) return undefined;
  const limit = TOOL_LIMIT.toLocaleString("en");
  const reason = configurationReason(
    `Nothing was removed: the call lists ${length.toLocaleString("en")} contact ids, and one call takes at most ${limit}`,
    "Ask the user whether they really mean so many people, then call again in batches.",
  );
  return { ...reason, cause: "invalid-input" };
}

/** What a model reads: the outcome, and sentences. It calls with one removal; several are reported as one. */
export function toolAnswer(report: Report): IDataObject {
  const { outcomes } = report;
  const told = outcomes.find((outcome) => outcome.reason !== null) ?? outcomes[0];
  const words = new Set(outcomes.map((outcome) => outcome.outcome));
  const text = toldOf(report);
  const said = text === undefined ? [] : [`${text.headline}.`, text.reason.advice];
  const left = outcomes.flatMap((outcome) => outcome.contactIds ?? []);
  return {
    ...(told === undefined ? {} : resultOf(told)),
    ...(words.size > 1 ? { outcome: "partial" } : {}),
    requested: outcomes.reduce((sum, outcome) => sum + outcome.requested, 0),
    confirmed: outcomes.reduce((sum, outcome) => sum + outcome.confirmed, 0),
    // Not read is null: an empty list would say that nothing is left to do.
    contactIds: told?.contactIds === null ? null : (left.slice(0, NAMED_IDS).map(passedOn) as string[]),
    message: [...said, countsOf(report)].filter(Boolean).join(" "),
  };
}
