// The node in real n8n, by `n8n execute`, against the sandbox: every case of cases/. A case says
//
//     { server, key, rows, parameters, node, settings, before, change, query, check(execution) }
//
// where node is more of the node, settings are the workflow's, before is the code of a node before the node, change has
// the workflow before it is imported, and query makes it a call of the tool, whose answer goes to check.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startSandbox } from "skipcall-test-support/sandbox";

import { N8n } from "../support/n8n.mjs";
import { need } from "../support/places.mjs";
import { startPostgres } from "../support/services.mjs";
import { recordingServer } from "../support/recording_server.mjs";
import api from "./cases/api.mjs";
import expressions from "./cases/expressions.mjs";
import items from "./cases/items.mjs";
import { id } from "./cases/rows.mjs";
import settings from "./cases/settings.mjs";
import tool from "./cases/tool.mjs";
import { credential, manualTrigger, rowsWorkflow, skipcallNode, toolWorkflow } from "../support/workflows.mjs";

const PARTS = { items, expressions, settings, api, tool };
const CASES = Object.entries(PARTS).flatMap(([part, cases]) =>
  Object.entries(cases).map(([name, one], at) => ({ part, name, workflow: `${part}${at}`, ...one })),
);

const DATA = {
  keys: [
    { key: "sk_test_good", plan: "EXPERT" },
    { key: "sk_test_free", plan: "FREE" },
    { key: "sk_test_revoked", plan: "EXPERT", status: "revoked" },
  ],
  sequences: [{ id: "vip", contacts: [1, 2, 3, 4, 5, 6].map(id) }],
};

// Each sandbox by its name: what differs from the data above.
const SANDBOXES = {
  plain: { echoKey: true },
  limited: { limit: 2 },
  waiting: { limit: 2, windowMs: 3000 },
  failing: { failEvery: 1 },
  hanging: { latencyMs: 60_000 },
  redirecting: { redirect: "/elsewhere" },
};

function workflowOf(one, credentialId) {
  const { workflow: id, rows, parameters, node, settings, query, change } = one;
  if (query !== undefined) return toolWorkflow(id, query, credentialId);
  const made = rowsWorkflow(id, rows, skipcallNode(credentialId, parameters, node), manualTrigger, one);
  Object.assign(made.settings, settings);
  change?.(made);
  return made;
}

const missing = await need("postgresql");
describe("n8n execute", { skip: missing && `cannot run here: ${missing}` }, () => {
  const sandboxes = {};
  let postgres, n8n, recording, page;

  const urlOf = (server) =>
    ({
      silent: "http://127.0.0.1:9", // the discard port: nobody listens there
      nowhere: "http://127.0.0.1:9",
      clear: "http://example.com",
      nameless: "https://no-such-host.invalid",
      untrusted: recording.url.replace("http:", "https:"),
      versioned: ` ${sandboxes.plain?.url}/v1/ `,
      recording: recording.url,
      page: page.url,
    })[server] ?? sandboxes[server].url;

  // Not the key itself: n8n writes the names of credentials into errors.
  const credentialId = ({ server = "plain", key = "sk_test_good" }) => `${server}-${key.trim().split("_").pop()}`;
  before(async () => {
    postgres = await startPostgres();
    for (const [name, switches] of Object.entries(SANDBOXES))
      sandboxes[name] = await startSandbox({ ...DATA, switches });
    recording = await recordingServer((_, number) =>
      number === 1 ? "reset" : { status: number === 2 ? 500 : 200, body: number === 2 ? "" : '{"removed":1}' },
    );
    page = await recordingServer(() => ({ status: 404, body: "<!DOCTYPE html><title>Sign in</title>" }));
    n8n = await N8n.create(await postgres.database());
    const credentials = new Map();
    for (const one of CASES) {
      const { server = "plain", key = "sk_test_good" } = one;
      credentials.set(credentialId(one), credential(credentialId(one), key, urlOf(server)));
    }
    await n8n.import("credentials", [...credentials.values()]);
    const workflows = CASES.map((one) => workflowOf(one, credentialId(one)));
    await n8n.import("workflow", workflows);
  });

  after(async () => {
    await n8n?.stop();
    await recording?.stop();
    await page?.stop();
    for (const sandbox of Object.values(sandboxes)) await sandbox.stop();
    await postgres?.stop();
  });

  for (const one of CASES) {
    test(`${one.part}: ${one.name}`, async () => {
      const execution = await n8n.execute(one.workflow);
      assert.ok(!execution.text.includes((one.key ?? "sk_test_good").trim()), "the key is in what n8n wrote");
      if (one.query === undefined) {
        return one.check({
          ...execution,
          sandbox: sandboxes[one.server ?? "plain"],
          recorded: recording.requests,
        });
      }
      const { code, items, text } = execution;
      assert.equal(code, 0, text.slice(-2000));
      const answers = JSON.parse(items.Call[0][0].json.response ?? items.Call[0][0].json);
      assert.equal(answers.length, 1);
      one.check(answers[0]);
    });
  }
});
