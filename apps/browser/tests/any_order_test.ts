// The playground used in any order, by chance: contacts from everywhere, servers that fail, runs that are stopped, loaded
// again, continued. Nothing is sent that the screen did not name when the person agreed, and every contact is accounted
// for. SEEDS=first-last plays others.
import assert from "node:assert/strict";
import { browserTest, launch, openPage } from "./support/chromium.js";
import { Chance } from "./support/chance.js";
import { Person } from "./support/person.js";
import { runButton, servePlayground } from "./support/playground.js";
import { RecordingServer } from "./support/recording_server.js";

const [FIRST = 1, LAST = FIRST] = (process.env.SEEDS ?? "1-3").split("-").map(Number);
const STEPS = 25;

browserTest("used in any order, the page sends what it named, and accounts for it", async (context) => {
  const browser = await launch(context);
  const url = await servePlayground(context);
  for (let seed = FIRST; seed <= LAST; seed++) {
    const chance = new Chance(seed);
    const servers = [new RecordingServer(chance), new RecordingServer(chance)];
    for (const server of servers) await server.listen(context);
    const { page, complaints } = await openPage(browser, url);
    await runButton(page).waitFor();
    const person = new Person(page, chance, servers, seed);
    try {
      await person.connect();
      for (let step = 0; step < STEPS; step++) {
        const what = chance.below(10);
        if (what < 5) await person.editForm();
        else if (what < 6) await person.connect();
        else if (what < 8) await person.run();
        else await person.decide();
        await person.check();
      }
    } catch (error) {
      console.error(`seed ${String(seed)}: ${person.done.join(", ")}`);
      throw error;
    }
    const thrown = complaints.filter((text) => !/Failed to load resource|CORS|net::/.test(text));
    assert.deepEqual(thrown, []);
    await page.context().close();
  }
});
