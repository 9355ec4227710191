// That n8n's linter reports nothing means something: it reports a node file that breaks its rules.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ESLint } from "eslint";

import { packageRoot } from "../support/places.mjs";

const eslint = new ESLint({ cwd: packageRoot });
const rulesOf = async (text) => {
  const [{ messages }] = await eslint.lintText(text, { filePath: join(packageRoot, "nodes/Skipcall/items.ts") });
  return messages.map(({ ruleId }) => ruleId);
};

test("the linter passes a file as it is, and reports a timer, a file access and a plain error in it", async () => {
  const text = readFileSync(join(packageRoot, "nodes/Skipcall/items.ts"), "utf8");
  assert.deepEqual(await rulesOf(text), []);
  const spoiled = `import { readFileSync } from "fs";
${text}
export function spoiled(): void {
  try {
    setTimeout(() => readFileSync("/etc/hostname"), 1);
  } catch {
    throw new Error("plain");
  }
}
`;
  const rules = await rulesOf(spoiled);
  for (const name of ["no-restricted-imports", "no-restricted-globals", "require-node-api-error"]) {
    assert.ok(rules.includes(`@n8n/community-nodes/${name}`), name);
  }
});
