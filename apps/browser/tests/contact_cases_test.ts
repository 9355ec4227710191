// The cases of apps/contact-files, which the command line passes too: the same file means the same contacts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readJson, repositoryFile } from "skipcall-test-support/repository";

interface Case {
  name: string;
  text: string;
  encoding?: "latin1";
  file?: string;
  sequence?: string;
  columns?: { contact?: string; sequence?: string };
  expect: {
    contact?: string;
    sequence?: string;
    unused?: string[];
    removals?: unknown;
    refused?: string;
    line?: number;
    code?: string;
    proposes?: boolean;
  };
}

interface Table {
  columns: string[];
  contact: number;
  sequence?: number;
}

interface Reader {
  readContactFile: (file: File, columns?: object) => Promise<{ table?: Table }>;
  withSequence: (contacts: unknown, sequence: string) => unknown;
}

const { readContactFile, withSequence } = (await import(
  repositoryFile("apps/browser/build/contact_file.mjs").href
)) as Reader;

/** ID1 to ID9 stand for ids. */
const cases = JSON.parse(
  JSON.stringify(readJson("apps/contact-files/cases.json")).replace(
    /ID([1-9])/g,
    (_, n: string) => `00000000-0000-4000-8000-00000000000${n}`,
  ),
) as Case[];

/** How a name that is not UTF-8 looks to the person is not the point of a case. */
function plain(name: string | undefined, { encoding }: Case): string | undefined {
  return encoding === "latin1" ? name?.replace(/[^\0-\x7f]/g, "\ufffd") : name;
}

interface Refused {
  refusal: string;
  message: string;
  line?: number;
}

async function read(each: Case): Promise<unknown> {
  const { text, encoding = "utf8", file = "contacts.csv", sequence = "", columns = {} } = each;
  const contacts = await readContactFile(new File([Buffer.from(text, encoding)], file), columns);
  const removals = withSequence(contacts, sequence);
  const { table } = contacts;
  const unused = table?.columns.filter((name, i) => i !== table.contact && i !== table.sequence && name !== "") ?? [];
  return {
    ...(table === undefined ? {} : { contact: plain(table.columns[table.contact], each) }),
    ...(table?.sequence === undefined ? {} : { sequence: plain(table.columns[table.sequence], each) }),
    unused: unused.map((name) => plain(name, each)),
    removals,
  };
}

test("there are cases", () => assert.ok(cases.length > 100));

test("cells with a long run of what is removed from their ends are read in time that grows with it", async () => {
  const began = performance.now();
  for (const run of [" ", "\u200b", ",", ", "].map((one) => one.repeat(100_000))) {
    const file = new File([`sequenceId,contactId\ns,"a${run}b"\ns,"a${run}"\n`], "contacts.csv");
    await readContactFile(file);
  }
  assert.ok(performance.now() - began < 2000, "it takes the square of its length");
});

test("JSON that is not UTF-8 is refused, as the command line does: a sequence could be another one", async () => {
  const text = '{"sequenceId":"été","contactIds":["00000000-0000-4000-8000-000000000001"]}';
  const read = readContactFile(new File([Buffer.from(text, "latin1")], "contacts.json"));
  await assert.rejects(read, { refusal: "not-utf8", message: /is not UTF-8/ });
});

test("a mail with ids in it is not called a table", async () => {
  const text = "Hi Bob, Ann,\n\nplease remove 00000000-0000-4000-8000-000000000001\nThanks, Jo\n";
  const read = readContactFile(new File([text], "mail.txt"));
  await assert.rejects(read, { refusal: "no-contact", message: /neither a table nor a list of IDs/ });
});

test("JSON that does not say for certain which contacts are meant is refused, as the command line does", async () => {
  const a = '"00000000-0000-4000-8000-000000000001"';
  const b = '"00000000-0000-4000-8000-000000000002"';
  const refused: [text: string, why: RegExp][] = [
    [`{"sequenceId":"vip","sequenceId":"spring","contactIds":[${a}]}`, /“sequenceId” appears twice/],
    [`{"sequenceId":"vip","contactIds":[${a}],"contact\\u0049ds":[${b}]}`, /“contactIds” appears twice/],
    [`[{"contactId":${a},"sequenceId":"a\\"{","sequenceId":"spring"}]`, /“sequenceId” appears twice/],
    [`{"contactId":${a},"sequenceId":"vip"}\n{"contactId":${a},"contactId":${b}}`, /“contactId” appears twice/],
    // Read as a number it would be …568.
    [`[{"contactId":${a},"sequenceId":12345678901234567}]`, /Entry 1: the sequence ID is not text/],
    [`[{"contactId":${a},"sequenceId":"vip"},{"contactId":${b},"sequenceId":["vip"]}]`, /Entry 2: .*not text/],
    [`[{"sequenceId":"vip","contactIds":[${a}]},{"sequenceId":"spring","contactId":${b}}]`, /mixes/],
    [`[{"sequenceId":"vip","contactIds":[${a}]},${b}]`, /mixes/],
    [`{"sequenceId":"vip","contactIds":[${a},{"id":${b}}]}`, /“contactIds” holds something that is not an ID/],
    // The command line would send nothing.
    [`{"sequenceId":"vip","contactIds":[${a}],"options":{"dryRun":true}}`, /asks for a dry run/],
    [`[[${a}]]`, /“contactIds” holds something that is not an ID/],
    [`{"contactId":${a}}\n{"contactId"`, /not whole JSON/],
    [`{"contactId":${a}},\n{"contactId":${b}}`, /not whole JSON/],
    // Each list may be a row, of which one id is a company's.
    [`[${a},${b}]\n[${b},${a}]`, /“contactIds” holds something that is not an ID/],
    [`{"remaining":{"removals":[]},"sequenceId":"vip","contactIds":[${a}]}`, /a removal outside of it/],
  ];
  for (const [text, why] of refused) {
    const read = readContactFile(new File([text], "contacts.json"));
    await assert.rejects(read, { refusal: "not-json", message: why }, text);
  }
  const real = `{"sequenceId":"vip","contactIds":[${a}],"options":{"dryRun":false,"batchSize":5}}`;
  assert.equal(((await readContactFile(new File([real], "input.json"))) as { total?: number }).total, 1);
  const deep = `[{"contactId":${a},"sequenceId":"vip","more":${"[".repeat(20_000)}${"]".repeat(20_000)}}]`;
  assert.equal(((await readContactFile(new File([deep], "rows.json"))) as { total?: number }).total, 1);
  // What is written twice in different objects, or as a value, is not.
  const fine = `[{"contactId":${a},"note":"contactId","c":{"name":"x"}},{"contactId":${b},"c":{"name":"contactId:"}}]`;
  assert.equal(((await readContactFile(new File([fine], "rows.json"))) as { total?: number }).total, 2);
});

for (const each of cases) {
  test(each.name, async () => {
    const { expect } = each;
    if (expect.refused === undefined) {
      assert.deepEqual(await read(each), expect);
      return;
    }
    const problem = await read(each).then(
      (value) => assert.fail(`it was read: ${JSON.stringify(value)}`),
      (error: unknown) => error as Refused,
    );
    assert.equal(problem.refusal, expect.refused, problem.message);
    if (expect.line !== undefined) assert.equal(problem.line, expect.line);
    if (expect.code !== undefined) assert.ok(problem.message.includes(expect.code), problem.message);
    if (expect.proposes !== undefined)
      assert.equal(/Enter the ID of the sequence/.test(problem.message), expect.proposes);
  });
}
