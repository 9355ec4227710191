// From n8n's items to what became of each: reads, checks, runs, and never throws.
import type { IExecuteFunctions } from "n8n-workflow";

import { type FieldTexts } from "./bad_rows";
import { type Access, readAccess } from "./credential";
import { isResult, isTaken, resultsForOthers } from "./earlier";
import type { Execution } from "./execution";
import { hasExpression } from "./expression";
import type { Connection } from "./generated/host/connection.js";
import { type Outcome, outcomesOf, sameOutcome } from "./outcomes";
import { DEFAULT_RESULT_FIELD } from "./properties";
import { plain, saidBy } from "./quote";
import { configurationReason, isReason, NO_TIME, type Reason, reasonOf, type Scene, STOPPED, UNNAMED } from "./reasons";
import type { RemovalResult, UnconfirmedRemoval } from "./generated/result";
import { fieldTexts, inputText, readRows, type Row, unevaluatedField } from "./rows";
import { compiledModule, removeContacts } from "./run";
import {
  actionOptions,
  checkOptions,
  differingOptions,
  moreTimeOf,
  type NodeOptions,
  resultFieldOf,
  timeLeft,
  unknownParameter,
} from "./settings";
import { N8nSender } from "./transport";

export interface Report {
  /** One for each item. */
  outcomes: Outcome[];
  /** undefined: there was no run, or it ended without one. */
  result: RemovalResult | undefined;
  /** The field in which an item gets its outcome. */
  resultField: string;
}

/** Why a call that is about to be sent is refused, or undefined. */
export type Refuse = (rows: readonly Row[]) => Reason | undefined;

function internalReason(thrown: unknown): Reason {
  const why = saidBy(thrown);
  return {
    cause: "internal",
    httpStatus: null,
    retryable: false,
    retryAt: null,
    headline: `The node stopped unexpectedly: ${why}`,
    advice: "Running again is safe. Please report this to the authors of the node.",
  };
}

/** The options, the same for all items. */
async function readOptions(context: IExecuteFunctions, execution: Execution): Promise<NodeOptions | Reason> {
  const rawOf = (name: string, absent: unknown): unknown =>
    context.getNodeParameter(name, 0, absent, { rawExpressions: true });
  const unknown = unknownParameter(rawOf);
  if (unknown !== undefined) return unknown;
  const raw = rawOf("options", {});
  const valuesOf = (at: number): unknown => context.getNodeParameter("options", at, {});
  const values = valuesOf(0);
  const options = checkOptions(raw, values);
  if (isReason(options) || !hasExpression(raw)) return options;
  for (let at = 1; at < context.getInputData().length; ++at) {
    if (execution.due) await execution.pause();
    if (execution.over) return STOPPED;
    const differs = differingOptions(values, valuesOf(at), at);
    if (differs !== undefined) return differs;
  }
  return options;
}

function unreadableOptions(thrown: unknown): Reason {
  const why = saidBy(thrown);
  return configurationReason(
    `Options: an expression could not be evaluated: ${why}`,
    "Nothing was sent. Correct the expression.",
  );
}

/** Why the result cannot be put into its field, or undefined. */
function takenField(context: IExecuteFunctions, rows: readonly Row[], field: string): Reason | undefined {
  const items = context.getInputData();
  const at = items.findIndex(({ json }, at) => {
    if (!isTaken(json ?? {}, field)) return false;
    return !isResult(json[field]) || resultsForOthers(json[field], rows[at]?.sequenceId).length > 0;
  });
  if (at < 0) return undefined;
  return configurationReason(
    `Put Result in Field is "${plain(field)}", and item ${at} has a field of this name`,
    "Nothing was sent. Choose another name, also for a second node that removes from another sequence.",
  );
}

function hostOf({ baseUrl = "" }: Connection): string {
  return plain(baseUrl.replace(/^[a-z]+:\/\//i, "").replace(/\/.*$/, ""));
}

/** Removes what the items name. skipBadIds: asked for by the node's settings. */
export class Removing {
  private rows: Row[] = [];
  private resultField = DEFAULT_RESULT_FIELD;
  private sender: N8nSender | undefined;

  constructor(
    private readonly context: IExecuteFunctions,
    private readonly execution: Execution,
    private readonly skipBadIds: boolean,
    private readonly refuse: Refuse = () => undefined,
  ) {}

  async report(): Promise<Report> {
    try {
      return await this.run();
    } catch (thrown) {
      // What was never passed to n8n cannot have been carried out.
      const isSent = this.sender !== undefined && this.sender.handed > 0;
      return this.withoutResult(isSent ? "unknown" : "unsent", internalReason(thrown));
    }
  }

  private async run(): Promise<Report> {
    const { context, execution } = this;
    // First of all: whatever is refused after this, the items say so where the user looks.
    this.resultField = resultFieldOf(context.getNodeParameter("options", 0, {}, { rawExpressions: true }));
    const options = await readOptions(context, execution).catch(unreadableOptions);
    if (isReason(options)) return this.withoutResult("unsent", options);
    this.resultField = options.resultField;
    const unevaluated = unevaluatedField(context);
    if (unevaluated !== undefined) return this.withoutResult("unsent", unevaluated);
    const access = await readAccess(context, (await compiledModule()).manifest, execution);
    if (isReason(access)) return this.withoutResult("unsent", access);
    return await this.send(options, access);
  }

  private async send(options: NodeOptions, { connection, credential }: Access): Promise<Report> {
    const { context, execution } = this;
    const fields = fieldTexts(context);
    this.rows = await readRows(context, context.getInputData(), fields, execution);
    if (execution.over) return this.withoutResult("unsent", STOPPED);
    const refused = takenField(context, this.rows, options.resultField) ?? this.refuse(this.rows);
    if (refused !== undefined) return this.withoutResult("unsent", refused);
    const chosen = actionOptions(options, timeLeft(context, Date.now()), this.skipBadIds);
    if (isReason(chosen)) return this.withoutResult("unsent", NO_TIME);
    const input = await inputText(this.rows, chosen, execution);
    const sender = (this.sender = new N8nSender(context, credential, execution));
    const result = await removeContacts(input, connection, sender, execution);
    const scene = {
      host: hostOf(connection),
      timezone: context.getTimezone(),
      breaks: sender.breaks,
      leaves: options.leaveRemaining ?? 0,
      waits: options.whenLimited === "wait",
      moreTime: moreTimeOf(options, chosen),
    };
    return { outcomes: await this.outcomes(result, fields, scene), result, resultField: this.resultField };
  }

  private outcomes(result: RemovalResult, fields: FieldTexts, scene: Scene): Promise<Outcome[]> {
    const stopped = result.errors.find(({ cause }) => cause === result.stoppedBy) ?? result.errors[0];
    const reasonAt = (index: number | null, of: Pick<UnconfirmedRemoval, "sequenceId" | "outcome">): Reason => {
      const error = index === null ? stopped : result.errors[index];
      return error === undefined ? UNNAMED : reasonOf(error, of, scene);
    };
    const known = new Map<string, Reason>();
    return outcomesOf(
      this.rows,
      result,
      fields,
      (group) => {
        const key = `${String(group.error)} ${group.outcome} ${group.sequenceId}`;
        const reason = known.get(key) ?? reasonAt(group.error, group);
        known.set(key, reason);
        return reason;
      },
      reasonAt(null, { sequenceId: "", outcome: "unknown" }),
      this.execution,
    );
  }

  /** Items that were not read get an outcome, too. */
  private withoutResult(word: "unsent" | "unknown", reason: Reason): Report {
    const rows = this.context.getInputData().map((_, at) => this.rows[at]);
    return { outcomes: sameOutcome(rows, word, reason), result: undefined, resultField: this.resultField };
  }
}
