// The project's vectors in Chromium, under the playground's policy: the same announcements and the same bytes of result
// as the native core, which recorded them.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { browserTest, launch, openPage } from "./support/chromium.js";
import { MODULES, repositoryFile } from "skipcall-test-support/repository";
import { POLICY, serve } from "./support/serve.js";

/** tests/pages/vectors.ts */
interface ReplayPage {
  replayFile: (module: string, file: string) => Promise<string[]>;
}

for (const [build, path] of Object.entries(MODULES)) {
  browserTest(`vectors in Chromium on the module by ${build}`, async (context) => {
    const url = await serve(
      context,
      { "/pages/": "apps/browser/build/pages/", "/html/": "apps/browser/tests/pages/", "/files/": "" },
      { headers: { "content-security-policy": POLICY } },
    );
    const { page, complaints } = await openPage(await launch(context), `${url}/html/vectors.html`);
    const files = readdirSync(repositoryFile("tests/vectors")).filter((name) => name.endsWith(".jsonl"));
    assert.ok(files.length >= 5);
    for (const file of files) {
      const text = readFileSync(repositoryFile(`tests/vectors/${file}`), "utf8");
      const vectors = text.trimEnd().split(/\n(?=\{"journal":)/);
      const seen = await page.evaluate((files) => (globalThis as unknown as ReplayPage).replayFile(...files), [
        `/files/${path}`,
        `/files/tests/vectors/${file}`,
      ] as const);
      assert.ok(vectors.length > 0);
      assert.equal(seen.length, vectors.length);
      for (const [i, vector] of vectors.entries()) {
        assert.equal(seen[i], vector, file);
      }
    }
    assert.deepEqual(complaints, []);
  });
}
