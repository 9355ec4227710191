#!/usr/bin/env python3
"""Checks the conformance kit against the ABI, its cases against their schema, and its guests against their sources."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
KIT = ROOT / "abi" / "conformance"
sys.path.insert(0, str(KIT))

from action_conformance import http2, script  # noqa: E402
from action_conformance.__main__ import stale  # noqa: E402
from action_conformance.case import load_cases  # noqa: E402
from action_conformance.checks import CHECKS  # noqa: E402
from action_conformance.guest import GUESTS, module_of  # noqa: E402
from action_conformance.hosts import document, read_results  # noqa: E402
from action_conformance.rules import coverage, load_rules, rules_of_hosts  # noqa: E402
from action_conformance.runner import Outcome  # noqa: E402

CAPABILITIES = json.loads((KIT / "action_conformance" / "capabilities.json").read_text(encoding="utf-8"))
# The sections of ABI.md whose points are rules, and the rules' names.
POINTS = {
    "The module file": "module",
    "Connections": "connections",
    "Memory": "memory",
    "A run": "run",
    "Header blocks": "headers",
    "Traps, loops and memory": "traps",
    "Duties of a host": "duty",
}


def sections_of_abi() -> dict[str, str]:
    text = (ROOT / "abi" / "ABI.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", text, re.M | re.S))


class Rules(unittest.TestCase):
    def test_every_point_of_the_abi_is_a_rule(self):
        sections = sections_of_abi()
        for section, name in POINTS.items():
            points = len(re.findall(r"^(?:- |\d+\. )", sections[section], re.M))
            rules = sum(rule.startswith(f"{name}-") for rule in load_rules())
            self.assertEqual(points, rules, f"points of the section {section}, rules {name}-… in rules.json")

    def test_every_row_of_the_table_of_responses_is_a_rule(self):
        section = next(text for text in sections_of_abi().values() if "| what happened |" in text)
        table = section[section.index("| what happened |") :].split("\n\n")[0]
        rows = len(table.strip().split("\n")) - 2
        self.assertEqual(rows, sum(rule.startswith("response-") for rule in load_rules()))

    def test_every_row_of_what_a_reader_of_a_journal_may_find_is_a_rule(self):
        text = (ROOT / "abi" / "JOURNAL.md").read_text(encoding="utf-8")
        table = text[text.index("| found | meaning |") :].split("\n\n")[0]
        self.assertEqual(table.count("\n") - 1, sum(rule.startswith("resume-") for rule in load_rules()))

    def test_every_rule_of_hosts_has_a_case(self):
        without = [rule for rule, cases in coverage(load_cases()).items() if not cases]
        self.assertEqual(without, [])

    def test_every_duty_is_a_rule_of_hosts(self):
        self.assertLessEqual({f"duty-{number}" for number in range(1, 26)}, set(rules_of_hosts()))


class Cases(unittest.TestCase):
    def setUp(self):
        self.cases = load_cases()

    def test_schema(self):
        try:
            import jsonschema  # pylint: disable=import-outside-toplevel
        except ImportError:
            self.skipTest("python3-jsonschema is missing")
        schema = json.loads((KIT / "cases" / "case.schema.json").read_text(encoding="utf-8"))
        validator = jsonschema.Draft202012Validator(schema)
        for path in sorted((KIT / "cases").glob("*.json")):
            if path.name != "case.schema.json":
                errors = [
                    f"{error.json_path}: {error.message[:200]}"
                    for error in validator.iter_errors(json.loads(path.read_text()))
                ]
                self.assertEqual(errors, [], path.name)

    def test_ids_are_different(self):
        ids = [case["id"] for case in self.cases]
        self.assertEqual(len(ids), len(set(ids)))

    def test_names_are_known(self):
        for case in self.cases:
            self.assertLessEqual(set(case["rules"]), set(rules_of_hosts()), case["id"])
            self.assertLessEqual(
                set(case.get("needs", [])) | set(case.get("without", {})), set(CAPABILITIES), case["id"]
            )
            self.assertLessEqual(set(case.get("check", [])), set(CHECKS), case["id"])

    def test_actions_have_names_that_the_abi_allows(self):
        for case in self.cases:
            for action in case.get("manifest", {}).get("actions") or []:
                if "exit" not in case["expect"] or case["expect"]["exit"] == "result":
                    self.assertNotRegex(action["export"], r"^(_.*|action_.*|memory)$", case["id"])

    def test_modules_and_scripts_can_be_made(self):
        for case in self.cases:
            with self.subTest(case["id"]):
                module_of(case, script.boot_area(case.get("exports", {}), case.get("abi_version", 0x10001)))
                script.compile_script(case, [])

    def test_every_capability_changes_what_is_asked_of_a_host(self):
        code = "".join(path.read_text(encoding="utf-8") for path in (KIT / "action_conformance").glob("*.py"))
        used = {name for case in self.cases for name in [*case.get("needs", []), *case.get("without", {})]}
        used |= {name for name in CAPABILITIES if f'"{name}" in ' in code or f'"{name}" not in ' in code}
        self.assertEqual(set(CAPABILITIES) - used, set())

    def test_readme_names_each_capability(self):
        text = (KIT / "README.md").read_text(encoding="utf-8")
        for name, meaning in CAPABILITIES.items():
            self.assertIn(f"| `{name}` | {meaning} |", text)


class Document(unittest.TestCase):
    def test_document_of_hosts_is_up_to_date(self):
        results = read_results(KIT / "results")
        self.assertEqual(document(results), (ROOT / "docs" / "HOSTS.md").read_text(encoding="utf-8"), "run record.sh")
        ids = sorted(case["id"] for case in load_cases())
        for result in results:
            self.assertEqual(
                sorted(result["verdicts"]), ids, f"the cases have changed: run record.sh for {result['host']}"
            )


class Guests(unittest.TestCase):
    def test_sources_give_the_same_bytes(self):
        if not shutil.which("clang-19") or not shutil.which("wat2wasm"):
            self.skipTest("clang-19 or wabt is missing")
        version = subprocess.run(["clang-19", "--version"], capture_output=True, text=True, check=True).stdout
        if "~deb12" not in version:
            self.skipTest("the guests were built with Debian 12's clang-19; another one gives other bytes")
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([GUESTS / "build.sh", folder], check=True)
            made = {path.name: path.read_bytes() for path in Path(folder).glob("*.wasm")}
        kept = {path.name: path.read_bytes() for path in GUESTS.glob("*.wasm")}
        self.assertEqual(sorted(made), sorted(kept))
        for name, data in made.items():
            self.assertEqual(data, kept[name], f"{name} is not what guests/build.sh makes")


class Expectations(unittest.TestCase):
    def test_entries_that_name_no_failing_case_are_stale(self):
        outcomes = [
            Outcome({"id": "a"}, "failed"),
            Outcome({"id": "b"}, "passed"),
            Outcome({"id": "d"}, "skipped", reason=http2.MISSING),
        ]
        self.assertEqual(
            stale({"a": "why", "b": "why", "c": "why", "d": "why"}, outcomes), ["b: passed", "c: there is no such case"]
        )


if __name__ == "__main__":
    unittest.main()
