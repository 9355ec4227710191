// A run with a journal in a file, as a process that can be killed: URL, KEY, journal, input as JSON.
import { ActionHost, fetchSender, loadModule, systemClock } from "../../src/index.js";
import { FileJournal } from "../../src/node/index.js";
import { readBytes, REMOVE_CONTACTS } from "skipcall-test-support/repository";

const [, , baseUrl = "", secret = "", path = "", input = ""] = process.argv;
const host = new ActionHost(await loadModule(readBytes(REMOVE_CONTACTS)), {
  send: fetchSender(),
  clock: systemClock(),
});
const connections = { skipcall: { baseUrl, secret } };
await host.run({ action: "remove_contacts", input, connections, journal: await FileJournal.create(path) });
