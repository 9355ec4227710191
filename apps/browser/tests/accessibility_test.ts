// axe-core's rules (WCAG 2.0 to 2.2, A and AA, and its best practices) on every state of the playground.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { browserTest } from "./support/chromium.js";
import { contactIds, counted, fill, headline, openPlayground, run } from "./support/playground.js";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

async function check(page: Page, state: string): Promise<void> {
  const { violations, passes } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run(),
  );
  assert.deepEqual(
    violations.map(({ id, nodes }) => [id, ...nodes.map((node) => node.html)]),
    [],
    state,
  );
  assert.ok(
    passes.some((rule) => rule.id === "color-contrast") && passes.length > 10,
    `${state}: the rules were checked`,
  );
  const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(width <= 0, `${state}: nothing has to be scrolled sideways`);
}

const SIZES = { wide: { width: 1280, height: 900 }, narrow: { width: 320, height: 640 } };

for (const colorScheme of ["light", "dark"] as const) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    browserTest(`no violations, ${colorScheme} and ${size}`, async (context) => {
      const { page } = await openPlayground(context, { colorScheme, viewport, reducedMotion: "reduce" });
      // The page's policy keeps foreign scripts out, but not the inspector's.
      await page.evaluate(axeSource);
      await check(page, "empty");

      await page.getByText("Options", { exact: true }).click();
      await page.getByLabel("Attempts per batch").fill("x");
      await run(page);
      await page.getByText("Enter a whole number, 1 to 20").waitFor();
      await check(page, "with errors");
      await page.getByLabel("Attempts per batch").fill("");

      await page.getByLabel("A real server").check();
      await check(page, "with a server");
      await page.getByLabel("API Key").fill("sk_test_0123456789");
      await fill(page, "spring", contactIds(3));
      await run(page);
      await page.getByRole("dialog").waitFor();
      await check(page, "asking");
      await page.keyboard.press("Escape");

      await page.getByLabel("Sandbox in this page").check();
      await page.getByRole("button", { name: "Clear" }).click();
      const rows = [...contactIds(2200, 1).map((id) => `spring,${id}`), ...contactIds(20, 2).map((id) => `gone,${id}`)];
      const buffer = Buffer.from(`sequenceId,contactId\n${rows.join("\n")}`);
      await page.getByLabel("Choose files").first().setInputFiles({ name: "a.csv", mimeType: "text/csv", buffer });
      await counted(page, "2,220 contacts in 2 sequences.");
      await check(page, "with a sequence beside those of all contacts");
      await page.getByLabel("Sequence ID", { exact: true }).fill("");
      await run(page);
      await page.locator(".phase", { hasText: "Waiting for the next rate window" }).waitFor();
      await check(page, "while running");
      assert.match(await headline(page), /^Partly done/);
      await check(page, "with a result");
    });
  }
}

for (const [size, viewport] of Object.entries(SIZES)) {
  browserTest(`nothing that has the focus is behind the button below, ${size}`, async (context) => {
    const { page } = await openPlayground(context, { viewport });
    await page.getByText("Options", { exact: true }).click();
    await page.getByLabel("A real server").check();
    await page.locator("body").evaluate((body) => {
      scrollTo(0, 0);
      body.setAttribute("tabindex", "-1");
      body.focus();
    });
    const covered: string[] = [];
    for (let stop = 0; stop < 40; stop++) {
      await page.keyboard.press("Tab");
      const name = await page.evaluate(() => {
        const focused = document.activeElement as HTMLInputElement;
        const { left, top, width, height } = focused.getBoundingClientRect();
        const seen = document.elementFromPoint(left + width / 2, top + height / 2);
        const isSeen = seen !== null && (focused.contains(seen) || focused.classList.contains("visually-hidden"));
        return {
          isSeen,
          isLast: focused.type === "submit",
          text: focused.labels?.[0]?.textContent ?? focused.textContent,
        };
      });
      if (!name.isSeen) covered.push(name.text);
      if (name.isLast) break;
    }
    assert.deepEqual(covered, []);
  });
}
