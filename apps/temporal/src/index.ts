// For workers: what they run. Clients and workflows import "skipcall-temporal/workflows".
import { join } from "node:path";

export { createActivities } from "./activities.js";
export type { ActivitySettings } from "./activities.js";
export type { RequestActivities } from "./exchange.js";

/** For `Worker.create({ workflowsPath })`. A file of your own says `export * from "skipcall-temporal/workflows"`. */
export const workflowsPath = join(__dirname, "workflows.js");
