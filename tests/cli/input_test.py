"""The skipcall program from the outside: what it reads, and which columns and sequences it chooses."""

import json
import os
import unittest

from case import Case
from program import EXAMPLE, MODULE, contacts

IDS = contacts(250)


class Input(Case):
    def dry(self, *arguments, code=0, **options):
        out, err = self.run_ok("remove-contacts", *arguments, "--dry-run", "--json", code=code, **options)
        return err if code else json.loads(out)

    def test_formats(self):
        rows = [("A", IDS[0]), ("B", IDS[1]), ("A", IDS[2])]
        plain = self.folder.csv(rows)
        excel = self.folder.file(
            "excel.csv",
            "\ufeff" + "".join(f'"{s}";{c};"x, ""y"""\r\n' for s, c in [("Sequence ID", "Contact ID"), *rows]),
        )
        named = self.folder.file("named.csv", "x\ty\n" + "".join(f"{s}\t{c}\n" for s, c in rows))
        as_json = self.folder.file(
            "in.json",
            json.dumps(
                {
                    "removals": [
                        {"sequenceId": "A", "contactIds": [IDS[0], IDS[2]]},
                        {"sequenceId": "B", "contactIds": [IDS[1]]},
                    ]
                }
            ),
        )
        for arguments in ([plain], [excel], [named, "--format", "csv", "--columns", "sequence=x,contact=y"], [as_json]):
            with self.subTest(arguments):
                result = self.dry(*arguments)
                self.assertEqual([(s["sequenceId"], s["unique"]) for s in result["sequences"]], [("A", 2), ("B", 1)])

    def test_a_file_after_id_is_not_treated_as_an_id(self):
        path = self.folder.csv([("A", IDS[0])])
        err = self.dry("--sequence", "A", "--id", IDS[0], path, "--skip-invalid", code=2)
        self.assertIn("is a file", err)

    def test_standard_input_only_when_asked_for(self):
        lines = "\n".join(IDS[:3])
        self.assertEqual(self.dry("-", "--sequence", "A", input=lines)["unique"], 3)
        self.assertEqual(self.dry("--sequence", "A", "--id", IDS[7], input=lines)["unique"], 1)
        self.assertIn("no input", self.dry("--sequence", "A", code=2, input=lines))

    def test_bad_input_is_not_an_empty_list(self):
        secret = self.folder.file("secret.csv", "sequenceId,contactId\n", mode=0)
        cases = {
            self.folder.file("no-column.csv", "sequenceId,name\nA,x\n"): "sequenceId, name",
            self.folder.file("empty.csv", ""): "is empty",
            self.folder.file("broken.json", '{"sequenceId":\n"A",\n'): "broken.json:2",
            self.folder.file("mistyped.json", '{"removals": [], "options": {}, "dryrun": true}'): "dryrun",
            str(self.folder.path): "is a directory",
            "missing.csv": "No such file",
        }
        if os.geteuid() != 0:
            cases[secret] = "Permission denied"
        for path, text in cases.items():
            with self.subTest(path):
                self.assertIn(text, self.dry(path, code=2))

    def test_invalid_ids_are_named_by_file_and_line(self):
        path = self.folder.file("x.csv", f"sequenceId,contactId\nA,{IDS[0]}\n\nA,\n,{IDS[1]}\nA,nobody\n")
        _, err = self.run_ok("remove-contacts", path, "--dry-run", "--json", code=2)
        for text in (f"{path}:4: is empty", f"{path}:5: the sequence id", f"{path}:6: is not a UUID"):
            self.assertIn(text, err)
        self.assertNotIn("nobody", err)
        self.assertEqual(self.dry(path, "--skip-invalid")["unique"], 1)

    def test_an_empty_list_is_completed(self):
        for name, text in (("x.csv", "sequenceId,contactId\n"), ("x.json", '{"removals": []}')):
            with self.subTest(name):
                out, _ = self.run_ok("remove-contacts", self.folder.file(name, text), "--sandbox")
                self.assertIn("Nothing to do", out)

    def test_no_input_is_not_an_empty_list(self):
        for words, text in (
            (["-", "--sequence", "A"], ""),
            (["-", "--sequence", "A"], " \n\n"),
            ([self.folder.file("x.csv", "")], None),
            ([self.folder.file("x.json", "\n")], None),
            ([self.folder.file("x.txt", ""), "--sequence", "A"], None),
        ):
            with self.subTest(words):
                _, err = self.run_ok("remove-contacts", *words, "--sandbox", "--yes", input=text, code=2)
                self.assertIn("is empty", err)

    def test_json_for_every_end(self):
        bad = self.folder.file("bad.csv", f"sequenceId,contactId\nA,{IDS[0]}\n\nA,x\n,{IDS[1]}\n")
        for words, code in (
            ([bad, "--sandbox"], 2),
            (["missing.csv"], 2),
            (["--nonsense"], 2),
            ([EXAMPLE], 2),
            ([EXAMPLE, "--sandbox"], 2),
            ([EXAMPLE, "--sandbox", "--yes", "--module", "missing.wasm"], 5),
        ):
            with self.subTest(words):
                out, err = self.run_ok("remove-contacts", *words, "--json", code=code)
                result = json.loads(out)
                self.assertEqual((result["status"], result["requests"]), ("failed", 0))
                self.assertTrue(result["errors"][0]["message"])
                self.assertTrue(err)
        out, _ = self.run_ok("remove-contacts", bad, "--sandbox", "--json", code=2)
        self.assertEqual(
            [(row["file"], row["line"], row["what"], row["reason"]) for row in json.loads(out)["invalidRows"]],
            [(bad, 4, "contact", "not-a-uuid"), (bad, 5, "sequence", "empty")],
        )

    def test_all_rows_invalid(self):
        path = self.folder.file("bad.csv", "sequenceId,contactId\nA,x\n")
        out, _ = self.run_ok("remove-contacts", path, "--sandbox", "--yes", code=2)
        self.assertIn("--skip-invalid", out)
        got, out, err = self.folder.run("remove-contacts", path, "--sandbox", "--yes", "--skip-invalid")
        self.assertNotIn("--skip-invalid", out + err)
        self.assertNotIn("Done", out)

    def test_json_of_other_forms(self):
        rows = [{"contactId": IDS[0], "sequenceId": "A"}, {"contactId": IDS[1], "sequenceId": "B"}]
        for name, text, words in (
            ("rows.json", json.dumps(rows), []),
            ("items.json", json.dumps([{"json": row, "pairedItem": {"item": 0}} for row in rows]), []),
            ("rows.jsonl", "\n".join(map(json.dumps, rows)), []),
            ("ids.json", json.dumps(IDS[:2]), ["--sequence", "A"]),
        ):
            with self.subTest(name):
                result = self.dry(self.folder.file(name, text), *words)
                self.assertEqual(result["unique"], 2)
        self.assertIn(
            "--sequence", self.dry(self.folder.file("rows.json", json.dumps(rows)), "--sequence", "A", code=2)
        )


class Choice(Case):
    """Which contacts are meant, and that this is shown before anything is sent."""

    def preview(self, *arguments, **options):
        _, err = self.run_ok("remove-contacts", *arguments, "--sandbox", code=2, **options)
        return err

    def test_columns_and_sequences_are_named(self):
        path = self.folder.file("x.csv", f"Contact\u00a0ID;S\u00e9quence;Nom\n{IDS[0]};spring;a\n{IDS[1]};autumn;b\n")
        out, _ = self.run_ok("remove-contacts", path, "--dry-run")
        for text in (self.preview(path), out):
            self.assertIn('  columns   contact "Contact\u00a0ID", sequence "S\u00e9quence"; not used: "Nom"\n', text)
            self.assertIn("  sequences spring: 1 contact\n            autumn: 1 contact\n", text)

    def test_each_file_is_named_where_columns_differ(self):
        one = self.folder.file("one.csv", f"contactId,name\n{IDS[0]},a\n")
        two = self.folder.file("two.csv", f"name,id\na,{IDS[1]}\n")
        err = self.preview(one, two, one, "--sequence", "spring")
        self.assertIn(f'  columns   {one}: contact "contactId", the sequence from --sequence; not used: "name"\n', err)
        self.assertIn(f'  columns   {two}: contact "id"', err)
        self.assertEqual(err.count("  columns "), 2)

    def test_ten_sequences_are_named_or_all(self):
        path = self.folder.csv([(f"s{i}", IDS[0]) for i in range(12)])
        self.assertIn("s9: 1 contact\n            and 2 more; --verbose names all\n", self.preview(path))
        self.assertIn("s11: 1 contact\n", self.preview(path, "-v"))

    def test_names_do_not_control_a_terminal(self):
        path = self.folder.file("x.csv", f"contactId,\x1b]0;x\x07\u202e\x9b,sequenceId\n{IDS[0]},a,spring\n")
        err = self.preview(path)
        self.assertIn('not used: "?]0;x???"', err)
        for text in (f'contactId,"x\nDone: Sequence"\n{IDS[0]},a\n', '{"contactIds": [], "x\\nDone: ": 1}'):
            sequence = ["--sequence", "A"] if text[0] == "c" else []
            _, err = self.run_ok("remove-contacts", self.folder.file("z", text), *sequence, "--dry-run", code=2)
            self.assertRegex(err, r"^skipcall: .*x\?Done: .*\n$")
        path = self.folder.file("y.csv", f"id,contact,\x1b[31m\u009b\n{IDS[0]},a,b\n")
        err = self.preview(path, "--sequence", "\x1b[31m")
        self.assertNotRegex(err, "[\x00-\x09\x0b-\x1f\x7f-\x9f]")

    def test_an_option_takes_no_other_word(self):
        one = self.folder.file("a.txt", IDS[0])
        two = self.folder.file("b.txt", IDS[1])
        for arguments in (
            ["--sequence=", one, two],
            ["--sequence", "", one],
            ["--sequence=\u200b", one],
            [one, "--id="],
        ):
            with self.subTest(arguments):
                _, err = self.run_ok("remove-contacts", *arguments, "--sandbox", "--yes", code=2)
                self.assertRegex(err, "value|blank")
                self.assertIn(arguments[0].split("=")[0] if one != arguments[0] else "--id", err)
        for option in (
            "--max",
            "--journal",
            "--remaining",
            "--module",
            "--columns",
            "--format",
            "--timeout",
            "--resume",
        ):
            for words in ([f"{option}=", one], [option, "", one]):
                with self.subTest(words):
                    _, err = self.run_ok("remove-contacts", *words, "--sequence", "A", "--dry-run", code=2)
                    self.assertIn(option, err)
        for words in (
            ["run", "--input=", MODULE, "--yes"],
            ["sandbox", "--data=", "x"],
            ["run", "--action", "", "--input", "x", MODULE],
        ):
            with self.subTest(words):
                _, err = self.run_ok(*words, code=2)
                self.assertIn("value", err)

    def test_a_file_is_not_a_sequence(self):
        path = self.folder.file("a.txt", IDS[0])
        _, err = self.run_ok("remove-contacts", "--sequence", path, path, "--sandbox", "--yes", code=2)
        self.assertIn("is a file", err)

    def test_unseen_characters_are_named(self):
        path = self.folder.csv([("A", IDS[0][:8] + "\u200b" + IDS[0][8:])])
        out, _ = self.run_ok("remove-contacts", path, "--dry-run", code=2)
        self.assertIn(f"{path}:2: is not a UUID: it holds the character U+200B", out)
        for odd, code in (("\u00a0", "U+00A0"), ("\x1b", "U+001B"), ("\n", "U+000A"), ("\u202e", "U+202E")):
            with self.subTest(code):
                _, err = self.run_ok(
                    "remove-contacts", "--sequence", f"a{odd}b", "--id", IDS[0], "--sandbox", "--yes", code=2
                )
                self.assertIn(code, err)
        out, _ = self.run_ok(
            "remove-contacts",
            "--sequence",
            "\u2060vip\u200b",
            "--id",
            f"\ufeff{IDS[0]}\u202f",
            "--sandbox",
            "--yes",
            "--json",
        )
        self.assertEqual(json.loads(out)["sequences"][0]["sequenceId"], "vip")


if __name__ == "__main__":
    unittest.main()
