export { FileJournal } from "./file_journal.js";
