// The node as a tool: query is what a model fills in.
import assert from "node:assert/strict";

import { id } from "./rows.mjs";

export default {
  "as a tool: one compact item": {
    query: { sequenceId: "vip", contactIds: `${id(1)},${id(2)}` },
    check(answer) {
      assert.equal(answer.outcome, "confirmed");
      assert.equal(answer.confirmed, 2);
      assert.match(answer.message, /^2 of 2 contacts confirmed/);
      assert.equal(answer.skipcall, undefined);
    },
  },
  "as a tool, with an invalid id: no throw, nothing removed": {
    query: { sequenceId: "vip", contactIds: `${id(1)},somebody` },
    check(answer) {
      assert.equal(answer.confirmed, 0);
      assert.equal(answer.cause, "invalid-input");
      assert.match(answer.message, /"somebody" is not a contact ID/);
    },
  },
  "as a tool, with 1,001 ids: refused": {
    query: { sequenceId: "vip", contactIds: Array.from({ length: 1001 }, (_, n) => id(n)).join(",") },
    check(answer) {
      assert.equal(answer.requested, 1001);
      assert.equal(answer.confirmed, 0);
      assert.match(answer.message, /^Nothing was removed: .* at most 1,000/);
      assert.ok(answer.contactIds.length <= 20);
    },
  },
  "as a tool, with a revoked key: reported, not thrown": {
    key: "sk_test_revoked",
    query: { sequenceId: "vip", contactIds: id(1) },
    check(answer) {
      assert.equal(answer.cause, "credential-invalid");
    },
  },
};
