// What n8n's types promise, and its older versions lack: whoever calls it must do without. Nothing may throw where nobody
// accounts for the rows: they would leave by the success output.
import type { IExecuteFunctions } from "n8n-workflow";

/** In the order of the versions that brought them: 1.80, 1.120, 2.3. */
type Newer = "addExecutionHints" | "getExecutionContext" | "isToolExecution";

export type AnyN8n = Omit<IExecuteFunctions, Newer> & Partial<Pick<IExecuteFunctions, Newer>>;

/** Whether an AI agent calls the node. Before 2.3, only the node's type says so. */
export function isTool(context: IExecuteFunctions): boolean {
  return (context as AnyN8n).isToolExecution?.() === true || context.getNode().type.endsWith("Tool");
}
