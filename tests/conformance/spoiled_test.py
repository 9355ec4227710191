#!/usr/bin/env python3
"""Shows that the kit finds faults: the Python host, spoiled by one line at a time, fails the cases of the rule that it
breaks, and passes a few others. spoilings.json has the lines. Runs in the environment that runs the host:
.tools/python/bin/python tests/conformance/spoiled_test.py [RULE…]"""

import json
import os
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
HOST = ROOT / "hosts" / "python" / "src"
sys.path.insert(0, str(ROOT / "abi" / "conformance"))

from action_conformance.case import load_cases  # noqa: E402
from action_conformance.host import read_capabilities  # noqa: E402
from action_conformance.runner import run_cases  # noqa: E402

SPOILINGS = json.loads((HERE / "spoilings.json").read_text(encoding="utf-8"))
COMMAND = [sys.executable, "-m", "skipcall_action_host.conformance"]
CASES = {case["id"]: case for case in load_cases()}
# Quick ones of many kinds, which a host that breaks another rule still passes.
OTHERS = ["alloc-grows", "base-with-slash", "chunks", "connection-unknown", "first-wake", "gate", "key-of-8"]
# Two threads in one instance cannot be made by one line.
WITHOUT_SPOILING = {"duty-23"}


def spoiled_copy(spoiling: dict, folder: Path) -> None:
    shutil.copytree(HOST, folder, dirs_exist_ok=True)
    path = folder / "skipcall_action_host" / spoiling["file"]
    text = path.read_text(encoding="utf-8")
    if text.count(spoiling["old"]) != 1:
        raise AssertionError(f"not once in {spoiling['file']}: {spoiling['old']!r}")
    path.write_text(text.replace(spoiling["old"], spoiling["new"]), encoding="utf-8")


class Spoiled(unittest.TestCase):
    def test_every_duty_has_a_spoiling(self):
        spoiled = {spoiling["rule"] for spoiling in SPOILINGS}
        self.assertEqual({f"duty-{number}" for number in range(1, 26)} - spoiled, WITHOUT_SPOILING)


def test_of(spoiling: dict):
    def test(self):
        with tempfile.TemporaryDirectory() as folder:
            spoiled_copy(spoiling, Path(folder))
            os.environ["PYTHONPATH"] = folder
            cannot = read_capabilities(COMMAND)["cannot"]
            names = dict.fromkeys([*spoiling["fails"], *OTHERS])
            outcomes = run_cases([{**CASES[name], "timeout": 12} for name in names], COMMAND, cannot, jobs=4)
        failed = {outcome.case["id"]: outcome for outcome in outcomes if outcome.verdict == "failed"}
        self.assertLessEqual(set(spoiling["fails"]), set(failed), "cases that do not notice it")
        for outcome in failed.values():
            rules = {problem.rule for problem in outcome.problems} | set(outcome.case["rules"])
            self.assertIn(spoiling["rule"], rules, f"{outcome.case['id']} fails for another reason: {outcome.problems}")

    return test


wanted = [word for word in sys.argv[1:] if "-" in word and not word.startswith("-")]
for number, each in enumerate(SPOILINGS):
    if not wanted or each["rule"] in wanted:
        name = f"test_{each['rule'].replace('-', '_')}_{number:02d}_{'_'.join(each['what'].split())}"
        setattr(Spoiled, name, test_of(each))

if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *[word for word in sys.argv[1:] if word not in wanted]])
