#!/usr/bin/python3
"""Holds the manifest, its schema, its examples and the C header together, and the test vectors to the manifest."""

import json
import pathlib
import re
import sys
import unittest

from jsonschema import Draft202012Validator

SOURCE = pathlib.Path(__file__).resolve().parents[2]
FOLDER = SOURCE / "plugin-manifest"
sys.path.insert(0, str(FOLDER))

import check_manifest  # noqa: E402
import generate_types  # noqa: E402
import result_rules  # noqa: E402
from exact_schema import exact_input, exact_output  # noqa: E402

SCHEMA = check_manifest.load(check_manifest.SCHEMA_FILE)
MANIFEST_FILE = FOLDER / "remove_contacts.manifest.json"
MANIFEST = check_manifest.load(MANIFEST_FILE)
ACTION = MANIFEST["actions"][0]
CAUSES = SCHEMA["$defs"]["cause"]["enum"]

# A module of at most 80 KiB holds it twice, beside the code.
MINIFIED_BYTES_AT_MOST = 8500


BAD = json.loads((FOLDER / "examples/bad.json").read_text())


def change(document, changes):
    """Sets or adds the value at each JSON Pointer ("-" appends to a list); a change without a value removes a member."""
    for entry in changes:
        *parents, last = entry["at"].split("/")[1:]
        target = document
        for name in parents:
            target = target[int(name)] if isinstance(target, list) else target[name]
        if "value" not in entry:
            del target[last]
        elif not isinstance(target, list):
            target[last] = entry["value"]
        elif last == "-":
            target.append(entry["value"])
        else:
            target[int(last)] = entry["value"]


def keeps(document, schema):
    return not list(Draft202012Validator(schema).iter_errors(document))


class SchemaTest(unittest.TestCase):
    def test_is_a_schema(self):
        Draft202012Validator.check_schema(SCHEMA)

    def test_references_lead_somewhere(self):
        meta = "https://json-schema.org/draft/2020-12/schema"
        for path, schema in check_manifest.subschemas(SCHEMA):
            reference = schema.get("$ref", meta)
            self.assertTrue(reference == meta or check_manifest.resolves(SCHEMA, reference), (path, reference))

    def test_says_what_each_member_is(self):
        for path, schema in check_manifest.subschemas(SCHEMA):
            if len(path) > 1 and path[-2] in ("properties", "$defs") and "const" not in schema:
                referred = SCHEMA["$defs"].get(schema.get("$ref", "").rsplit("/", 1)[-1], {})
                self.assertTrue("description" in schema or "description" in referred, path)


class ExamplesTest(unittest.TestCase):
    def test_good_ones_pass(self):
        files = sorted((FOLDER / "examples/good").glob("*.json"))
        self.assertGreaterEqual(len(files), 2)
        for file in files:
            with self.subTest(file.name):
                self.assertEqual(check_manifest.problems(check_manifest.load(file)), [])

    def test_bad_ones_break_the_rule_they_name_and_no_other(self):
        self.assertGreaterEqual(len(BAD), 40)
        for case in BAD:
            with self.subTest(case["name"]):
                manifest = check_manifest.load(FOLDER / f"examples/good/{case['base']}.json")
                change(manifest, case["change"])
                problems = check_manifest.problems(manifest)
                found = [f"{problem.place or '/'}: {problem.rule}" for problem in problems]
                self.assertEqual(found, [case["breaks"]])

    def test_every_rule_that_links_members_has_a_bad_example(self):
        source = (FOLDER / "check_manifest.py").read_text()
        rules = set(re.findall(r'"([a-z]+(?:-[a-z]+)+)"', source)) - {"utf-8"}
        named = {case["breaks"].split(": ")[1] for case in BAD}
        self.assertGreaterEqual(len(rules), 10)
        self.assertEqual(rules - named, set())

    def test_a_member_that_appears_twice_is_refused(self):
        with self.assertRaises(ValueError):
            json.loads('{"a": 1, "a": 2}', object_pairs_hook=check_manifest.members_once)


class ManifestTest(unittest.TestCase):
    def test_keeps_all_rules(self):
        self.assertEqual(check_manifest.problems(MANIFEST), [])

    def test_is_small(self):
        minified = json.dumps(MANIFEST, ensure_ascii=False, separators=(",", ":")).encode()
        self.assertLessEqual(len(minified), MINIFIED_BYTES_AT_MOST)

    def test_says_what_each_input_and_option_is(self):
        properties = ACTION["input"]["schema"]["properties"]
        for name, schema in {**properties, **properties["options"]["properties"]}.items():
            self.assertTrue("description" in schema or name == "options", name)

    def test_agrees_with_the_header(self):
        header = (SOURCE / "abi/action.h").read_text()
        names = re.findall(r"^ACTION_EXPORT\((\w+)\)\s*\n", header, re.MULTILINE)
        self.assertGreaterEqual(len(names), 10)
        actions = [action["export"] for action in MANIFEST["actions"]]
        self.assertCountEqual(MANIFEST["module"]["exports"], ["memory", "_initialize", *names, *actions])
        imports = re.findall(r"^ACTION_IMPORT\((\w+)\)\s*\n", header, re.MULTILINE)
        module = re.search(r'ACTION_HOST_MODULE "(\w+)"', header).group(1)
        self.assertEqual(MANIFEST["module"]["imports"], {module: imports})
        number = {part: re.search(rf"ACTION_ABI_{part} (\d+)u", header).group(1) for part in ("MAJOR", "MINOR")}
        self.assertEqual(MANIFEST["abiVersion"], f"{number['MAJOR']}.{number['MINOR']}")

    def test_has_the_version_of_the_build(self):
        build = (SOURCE / "CMakeLists.txt").read_text()
        self.assertEqual(MANIFEST["version"], re.search(r"project\(skipcall VERSION ([\d.]+)", build).group(1))

    def test_batches_and_defaults_agree_with_the_options(self):
        options = ACTION["input"]["schema"]["properties"]["options"]["properties"]
        self.assertEqual(ACTION["request"]["batch"]["atMost"], options["batchSize"]["maximum"])
        self.assertEqual(ACTION["request"]["timeoutMs"], options["requestTimeoutMs"]["default"])

    def test_rate_limit_statuses_are_the_errors_of_that_cause(self):
        rows = [row["status"] for row in ACTION["errors"] if row["cause"] == "rate-limited"]
        self.assertEqual(sum(rows, []), ACTION["rateLimit"]["statuses"])

    def test_sample_output_accounts_for_the_sample_input(self):
        sample = ACTION["output"]["sample"]
        self.assertTrue(keeps(sample, exact_output(ACTION["output"]["schema"])))
        self.assertEqual(result_rules.account_problems(sample, CAUSES), [])
        self.assertEqual(sample["requested"], len(ACTION["input"]["sample"]["contactIds"]))


class TypesTest(unittest.TestCase):
    def test_generated_files_are_what_the_generator_makes(self):
        self.assertEqual(generate_types.stale(), [], "run python3 plugin-manifest/generate_types.py")

    def test_the_exact_input_schema_accepts_the_sample(self):
        self.assertTrue(keeps(ACTION["input"]["sample"], exact_input(ACTION["input"]["schema"])))


class InputTest(unittest.TestCase):
    """The same file that the core reads in manifest_test.cpp."""

    def test_accepts_what_the_core_accepts(self):
        schema = ACTION["input"]["schema"]
        cases = json.loads((SOURCE / "tests/manifest/inputs.json").read_text())["inputs"]
        self.assertGreaterEqual(len(cases), 40)
        for case in cases:
            with self.subTest(case["name"]):
                self.assertEqual(keeps(case["input"], schema), case["taken"])


class VectorsTest(unittest.TestCase):
    def each_vector(self, check):
        for file in sorted((SOURCE / "tests/vectors").glob("*.jsonl")):
            head = {}
            for line in map(json.loads, file.read_text().splitlines()):
                head = line if "journal" in line else head
                if "result" in line:
                    with self.subTest(file=file.name, vector=head["note"]):
                        check({"input": head["input"], "result": line["result"]})

    def test_results_keep_the_schema_and_account_for_all(self):
        schema = exact_output(ACTION["output"]["schema"])

        def check(vector):
            errors = Draft202012Validator(schema).iter_errors(vector["result"])
            self.assertEqual([f"{error.json_path}: {error.message}" for error in errors], [])
            self.assertEqual(result_rules.account_problems(vector["result"], CAUSES), [])

        self.each_vector(check)

    def test_inputs_keep_the_schema_if_the_action_accepted_them(self):
        schema = ACTION["input"]["schema"]

        def check(vector):
            try:
                given = json.loads(vector["input"])
            except ValueError:
                return
            if json.dumps(given, separators=(",", ":"), ensure_ascii=False) != vector["input"]:
                return  # it is about how the text is written
            if vector["result"]["stoppedBy"] != "invalid-input":
                self.assertTrue(keeps(given, schema))
            elif not vector["result"]["invalidIds"]:
                self.assertFalse(keeps(given, schema))

        self.each_vector(check)

    def test_remaining_can_be_passed_in_again(self):
        schema = ACTION["input"]["schema"]
        self.each_vector(lambda vector: self.assertTrue(keeps(vector["result"]["remaining"], schema)))


if __name__ == "__main__":
    unittest.main()
