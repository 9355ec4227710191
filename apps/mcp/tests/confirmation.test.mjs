// Nothing is removed before a person has agreed, or a second call with the same input has arrived: over both transports
// and with clients of both generations of the protocol.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { agree, causeOf, overHttp, overStdio, remove, serve, textOf } from "./support/client.mjs";
import { contactIds, startSandbox } from "./support/sandbox.mjs";

const input = { sequenceId: "spring", contactIds: contactIds(250) };
const WAYS = ["stdio", "http"].flatMap((transport) => ["legacy", "auto"].map((mode) => ({ transport, mode })));

for (const { transport, mode } of WAYS) {
  describe(`${transport}, protocol ${mode === "legacy" ? "2025" : "2026"}`, () => {
    let sandbox;
    let server;
    const clients = [];

    before(async () => {
      sandbox = await startSandbox({ spring: contactIds(250), autumn: contactIds(3, 1) });
      if (transport === "http") server = await serve(sandbox);
    });
    after(async () => {
      for (const client of clients) await client.close();
      await server?.stop();
      await sandbox.stop();
    });
    const connect = async (options = {}) => {
      const client = await (transport === "http"
        ? overHttp(server.url, { mode, ...options })
        : overStdio(sandbox, { mode, ...options }));
      clients.push(client);
      return client;
    };

    test("a person who declines, cancels or ticks nothing stops it", async () => {
      for (const answer of [
        { action: "decline" },
        { action: "cancel" },
        { action: "accept", content: { approve: false } },
      ]) {
        const client = await connect({ person: () => answer });
        const result = await remove(client, input);
        assert.equal(result.isError, true);
        assert.equal(causeOf(result), "declined");
      }
      assert.equal(sandbox.requests(), 0);
    });

    test("a person is asked with sequences, counts and the server, then it runs", async () => {
      const client = await connect({ person: agree });
      const both = { removals: [input, { sequenceId: "autumn", contactIds: contactIds(3, 1) }] };
      const result = await remove(client, both);
      assert.equal(client.asked.length, 1);
      const { message, requestedSchema } = client.asked[0];
      assert.match(message, /"spring": 250 unique/);
      assert.match(message, /"autumn": 3 unique/);
      assert.ok(message.includes(sandbox.url));
      assert.equal(requestedSchema.properties.approve.default, false);
      assert.equal(result.structuredContent.removed, 253);
      assert.equal(result.isError, false);
      assert.match(textOf(result), /253 removed/);
    });

    test("a client without a person gets a dry run and a token for exactly that input", async () => {
      const client = await connect();
      const sentBefore = sandbox.requests();
      const preview = await remove(client, input);
      assert.equal(preview.structuredContent.dryRun, true);
      assert.match(textOf(preview), /Nothing was sent yet[^]*"spring": 250 unique/);
      const { confirmationToken } = preview.structuredContent.confirmation;
      assert.equal(sandbox.requests(), sentBefore);
      const reordered = { contactIds: input.contactIds, confirmationToken, sequenceId: "spring" };
      const result = await remove(client, reordered);
      assert.equal(result.structuredContent.confirmed, 250);
      const again = await remove(client, { ...input, confirmationToken });
      assert.equal(causeOf(again), "not-confirmed");
    });

    test("a dry run needs nobody, by option and by its own tool", async () => {
      const client = await connect({ person: agree });
      const sentBefore = sandbox.requests();
      const byOption = await remove(client, { ...input, options: { dryRun: true } });
      assert.equal(byOption.structuredContent.dryRun, true);
      const tool = { name: "remove_contacts_dry_run", arguments: { ...input, options: { dryRun: false } } };
      const byTool = await client.callTool(tool);
      assert.equal(byTool.structuredContent.dryRun, true);
      assert.equal(byTool.structuredContent.unique, 250);
      assert.equal(client.asked.length, 0);
      assert.equal(sandbox.requests(), sentBefore);
    });

    test("progress is reported, and recent_runs has the account", async () => {
      const client = await connect({ person: agree });
      const seen = [];
      // The client itself reports the rounds of a question, without a total.
      await remove(client, input, { onprogress: (progress) => progress.total && seen.push(progress) });
      assert.ok(seen.length > 0);
      assert.ok(seen.every(({ progress }, at) => at === 0 || progress > seen[at - 1].progress));
      assert.equal(seen.at(-1).total, 250);
      const { structuredContent } = await client.callTool({ name: "recent_runs", arguments: {} });
      assert.equal(structuredContent.runs.at(-1).state, "ended");
      assert.equal(structuredContent.runs.at(-1).result.confirmed, 250);
    });
  });
}
