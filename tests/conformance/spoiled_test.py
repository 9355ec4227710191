#!/usr/bin/env python3
"""Shows that the kit finds faults: a host, spoiled by one line at a time, fails the cases of the rule that it breaks, and
passes a few others. spoilings.json has the lines. The host is the Python one; two threads in one instance, which would
corrupt its engine, are the Go host's. Runs in the environment that runs the Python host, with Go in the PATH:
.tools/python/bin/python tests/conformance/spoiled_test.py [RULE…]"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PYTHON_HOST = ROOT / "hosts" / "python" / "src"
GO_HOST = ROOT / "hosts" / "go"
sys.path.insert(0, str(ROOT / "abi" / "conformance"))

from action_conformance.case import load_cases  # noqa: E402
from action_conformance.host import read_capabilities  # noqa: E402
from action_conformance.runner import run_cases  # noqa: E402

SPOILINGS = json.loads((HERE / "spoilings.json").read_text(encoding="utf-8"))
CASES = {case["id"]: case for case in load_cases()}
# Quick ones of many kinds, which a host that breaks another rule still passes.
OTHERS = ["alloc-grows", "base-with-slash", "chunks", "connection-unknown", "first-wake", "gate", "key-of-8"]


def spoiled(text: str, spoiling: dict) -> str:
    if text.count(spoiling["old"]) != 1:
        raise AssertionError(f"not once in {spoiling['file']}: {spoiling['old']!r}")
    return text.replace(spoiling["old"], spoiling["new"])


def spoiled_python(spoiling: dict, folder: Path) -> list[str]:
    """The command of the spoiled host."""
    shutil.copytree(PYTHON_HOST, folder, dirs_exist_ok=True)
    path = folder / "skipcall_action_host" / spoiling["file"]
    path.write_text(spoiled(path.read_text(encoding="utf-8"), spoiling), encoding="utf-8")
    os.environ["PYTHONPATH"] = str(folder)
    return [sys.executable, "-m", "skipcall_action_host.conformance"]


def spoiled_go(spoiling: dict, folder: Path) -> list[str]:
    """The command of the spoiled host."""
    source, instead = GO_HOST / spoiling["file"], folder / spoiling["file"]
    instead.write_text(spoiled(source.read_text(encoding="utf-8"), spoiling), encoding="utf-8")
    overlay = folder / "overlay.json"
    overlay.write_text(json.dumps({"Replace": {str(source): str(instead)}}), encoding="utf-8")
    adapter = folder / "adapter"
    subprocess.run(["go", "build", "-overlay", overlay, "-o", adapter, "./conformance"], cwd=GO_HOST, check=True)
    return [str(adapter)]


HOSTS = {"python": spoiled_python, "go": spoiled_go}


class Spoiled(unittest.TestCase):
    def test_every_duty_has_a_spoiling(self):
        rules = {spoiling["rule"] for spoiling in SPOILINGS}
        self.assertEqual({f"duty-{number}" for number in range(1, 26)} - rules, set())


def test_of(spoiling: dict):
    def test(self):
        with tempfile.TemporaryDirectory() as folder:
            command = HOSTS[spoiling.get("host", "python")](spoiling, Path(folder))
            cannot = read_capabilities(command)["cannot"]
            names = dict.fromkeys([*spoiling["fails"], *OTHERS])
            outcomes = run_cases([{**CASES[name], "timeout": 12} for name in names], command, cannot, jobs=4)
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
