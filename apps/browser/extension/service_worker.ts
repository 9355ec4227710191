// The extension's worker. Listeners are set up in the first turn, since the browser starts the worker for an event.
import { loadAction } from "./action.js";
import { Display } from "./display.js";
import { KeyStore } from "./key_store.js";
import { offerMarkedText, takeMarkedText } from "./marked_text.js";
import { type Command, isFromOwnPage, readCommand, type Reply } from "./messages.js";
import { Refusal } from "./refusal.js";
import { RunStore } from "./run_store.js";
import { ALARM, Schedule } from "./schedule.js";
import { Supervisor } from "./supervisor.js";

const OWN_PAGES = ["popup.html", "options.html"].map((page) => chrome.runtime.getURL(page));
const store = new RunStore();
const keys = new KeyStore();
const supervisor = new Supervisor({ store, keys, schedule: new Schedule(), display: new Display(), loadAction });

async function carryOut(command: Command): Promise<unknown> {
  switch (command.type) {
    case "view":
      void supervisor.wake();
      return supervisor.view();
    case "preview":
      return supervisor.preview(command.removals);
    case "start":
      return supervisor.start(command.removals);
    case "key":
      return supervisor.keepKey(command.key);
    case "forget-key":
      return supervisor.forgetKey();
    case "resume":
      return supervisor.resume();
    case "stop":
    case "cancel":
      return supervisor.end(command.type);
    case "outcome":
      return store.outcome();
    case "dismiss":
      return supervisor.dismiss();
  }
}

async function replyTo(command: Command): Promise<Reply> {
  try {
    return { value: await carryOut(command) };
  } catch (error) {
    return { refused: error instanceof Refusal ? error.message : `That did not work: ${String(error)}` };
  }
}

chrome.runtime.onMessage.addListener((message: unknown, sender, reply: (reply: Reply) => void) => {
  const command = readCommand(message);
  if (!isFromOwnPage(sender, chrome.runtime.id, OWN_PAGES) || command === undefined) {
    reply({ refused: "Only the popup of this extension may ask for that." });
    return false;
  }
  void replyTo(command).then(reply);
  return true; // the reply comes later
});
chrome.alarms.onAlarm.addListener(({ name }) => {
  if (name === ALARM) void supervisor.wake();
});
chrome.runtime.onStartup.addListener(() => void supervisor.wake());
chrome.runtime.onInstalled.addListener(() => {
  void offerMarkedText();
  void supervisor.wake();
});
chrome.contextMenus.onClicked.addListener((click) => void takeMarkedText(click));
void keys.protect();
