export * from "./core/index.js";
export { fetchSender } from "./platform/fetch_sender.js";
export type { Fetch } from "./platform/fetch_sender.js";
export { loadModule } from "./platform/load.js";
export type { ModuleSource } from "./platform/load.js";
export { RunDatabase } from "./platform/run_database.js";
export { systemClock, turn } from "./platform/system_clock.js";
