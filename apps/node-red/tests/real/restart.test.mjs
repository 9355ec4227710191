// A real Node-RED is killed, or stopped, in the middle of 5,000 dirty rows, and started again: the run resumes, its
// message leaves the node, then that of a message that waited, and nobody is left.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { startSandbox } from "skipcall-test-support/sandbox";
import { checkAccount, dirtyRows, sequences, SWITCHES } from "../support/dirty_rows.mjs";
import { startNodeRed, userFolder } from "../support/node_red.mjs";

const KEY = "sk_test_node_red_0123456789";

function flows(sandbox, folderOfResults) {
  const at = { z: "tab", x: 1, y: 1 };
  const file = (id, name) => ({
    ...{ ...at, id, type: "file", filename: join(folderOfResults, name), filenameType: "str" },
    ...{ appendNewline: true, createDir: true, overwriteFile: "false", encoding: "none", wires: [[]] },
  });
  return [
    { id: "tab", type: "tab" },
    { id: "account", type: "skipcall-account", baseUrl: sandbox.url, credentials: { key: KEY } },
    { ...at, id: "in", type: "http in", url: "/rows", method: "post", wires: [["remove", "answer"]] },
    { ...at, id: "answer", type: "http response", statusCode: "202" },
    {
      ...{ ...at, id: "remove", type: "skipcall-remove-contacts", account: "account", sequence: "" },
      ...{ contactColumn: "contactId", sequenceColumn: "sequenceId", onInvalid: "skip", store: "disk" },
      wires: [["whole"], ["rest"], []],
    },
    {
      ...at,
      id: "whole",
      type: "change",
      rules: [{ t: "set", p: "payload", pt: "msg", to: "skipcall", tot: "msg" }],
      wires: [["account-file"]],
    },
    { ...at, id: "rest", type: "json", property: "payload", action: "str", wires: [["rest-file"]] },
    file("account-file", "account.json"),
    file("rest-file", "rest.json"),
  ];
}

for (const signal of ["SIGKILL", "SIGTERM"]) {
  test(`${signal} in the middle`, { timeout: 240_000 }, async () => {
    const list = Object.entries(sequences).map(([id, contacts]) => ({ id, contacts }));
    const sandbox = await startSandbox({ keys: [{ key: KEY, plan: "EXPERT" }], sequences: list, switches: SWITCHES });
    const user = userFolder();
    const results = join(user.folder, "results");
    const lines = (name) => {
      const path = join(results, name);
      const text = existsSync(path) ? readFileSync(path, "utf8") : "";
      return text
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line));
    };
    const post = async (red, body) => {
      const headers = { "content-type": "application/json" };
      const response = await fetch(`${red.url}/rows`, { method: "POST", body: JSON.stringify(body), headers });
      assert.ok(response.ok, await response.text());
    };
    const deploy = async (red) => {
      const body = JSON.stringify({ flows: flows(sandbox, results) });
      const headers = { "content-type": "application/json", "Node-RED-API-Version": "v2" };
      const response = await fetch(`${red.url}/flows`, { method: "POST", body, headers });
      assert.ok(response.ok, await response.text());
      // Node-RED answers before the new flows have started.
      await red.until((log) => log.split("Started flows").length > 2);
    };
    let red = await startNodeRed(user.folder);
    try {
      await deploy(red);
      await post(red, dirtyRows());
      await post(red, { sequenceId: "spring", contactIds: ["no id"] });
      await red.until(() => sandbox.requests().length >= 25, 60);
      await red.stop(signal);
      const sentBefore = sandbox.requests().length;
      assert.deepEqual(lines("account.json"), [], "the run was in the middle");
      red = await startNodeRed(user.folder);
      await red.until(() => lines("account.json").length > 0 && lines("rest.json").length > 1, 120);
      const [account] = lines("account.json");
      checkAccount(account);
      assert.deepEqual([account.status, account.confirmed], ["completed", 4800]);
      const [rest, waited] = lines("rest.json");
      assert.equal(rest.length, 100);
      assert.deepEqual(
        waited.map(({ contactId, outcome }) => [contactId, outcome]),
        [["no id", "invalid"]],
      );
      // Sent twice is at most what was open when it ended: it did not begin anew.
      assert.ok(account.requests >= sandbox.requests().length - 6 && sandbox.requests().length > sentBefore);
      assert.ok(!red.log.includes(KEY));
      const removals = list.map(({ id, contacts }) => ({ sequenceId: id, contactIds: contacts }));
      await post(red, { removals });
      await red.until(() => lines("account.json").length > 1, 120);
      const { requested, removed } = lines("account.json")[1];
      assert.deepEqual([requested, removed], [4800, 0], "nobody was left");
    } finally {
      await red.stop("SIGKILL");
      await sandbox.stop();
      user.remove();
    }
  });
}
