export { readConnections, SettingsError, variableNames } from "./environment.js";
export { FileJournal } from "./file_journal.js";
