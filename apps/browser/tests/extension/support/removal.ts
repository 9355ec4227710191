// What the end-to-end tests have in common: a sandbox behind a recorder, and Chromium with the extension built for it.
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { Outcome } from "../../../extension/outcome.js";
import type { RemovalResult } from "../../../../../plugin-manifest/remove_contacts.js";
import { startSandbox } from "skipcall-test-support/sandbox";
import { contactIds, contactTable } from "./contact_table.js";
import { builtFor, Installed, servePage, temporaryFolder } from "./installed.js";
import type { Popup } from "./popup.js";
import { Recorder } from "./recorder.js";

export const KEY = "sk_test_extension";
export const OTHER_KEY = "sk_test_somebody_else";
export const CONTACTS = contactIds(1500);

export interface Setting {
  recorder: Recorder;
  installed: Installed;
  /** Of the extension as built. */
  folder: string;
  profile: string;
  /** Of the page with the table. */
  url: string;
}

/** switches: sandbox/README.md. others: folders of extensions that are loaded too. */
export async function setUp(context: TestContext, switches: object, others: string[] = []): Promise<Setting> {
  const sandbox = await startSandbox({
    keys: [KEY, OTHER_KEY].map((key) => ({ key, plan: "EXPERT" })),
    sequences: [{ id: "spring", contacts: CONTACTS }],
    switches: { reset: "milliseconds", ...switches },
  });
  context.after(() => sandbox.stop());
  const recorder = await Recorder.start(context, sandbox.url);
  const folder = await builtFor(context, recorder.baseUrl);
  const profile = temporaryFolder(context);
  const url = await servePage(context, contactTable("spring", CONTACTS));
  return { recorder, folder, profile, url, installed: await Installed.start(context, folder, profile, url, others) };
}

export async function giveKey(popup: Popup, key: string): Promise<void> {
  await popup.untilVisible("key-form");
  await popup.fill("key", key);
  await popup.submit("key-form");
}

/** Gives the key, confirms what is selected, and waits until the run is on disk. */
export async function startRemoval(popup: Popup): Promise<void> {
  await giveKey(popup, KEY);
  await popup.until("!document.getElementById('key-form').checkVisibility()");
  await confirmRemoval(popup);
  await popup.untilVisible("run");
}

/** Confirms what is selected, once it has been read and previewed. */
export async function confirmRemoval(popup: Popup): Promise<void> {
  await popup.until("!document.getElementById('start').disabled");
  await popup.click("start");
  await popup.until("document.getElementById('confirm').open");
  await popup.click("yes");
}

export async function outcomeOf(popup: Popup): Promise<Outcome> {
  await popup.untilVisible("outcome");
  return ((await popup.ask({ type: "outcome" })) as { value: Outcome }).value;
}

export async function resultOf(popup: Popup): Promise<RemovalResult> {
  const outcome = await outcomeOf(popup);
  assert.equal(outcome.kind, "result");
  return JSON.parse((outcome as { text: string }).text) as RemovalResult;
}
