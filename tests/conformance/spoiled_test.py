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

from action_conformance import http2  # noqa: E402
from action_conformance.case import load_cases  # noqa: E402
from action_conformance.host import read_capabilities  # noqa: E402
from action_conformance.runner import run_cases  # noqa: E402

SPOILINGS = json.loads((HERE / "spoilings.json").read_text(encoding="utf-8"))
CASES = {case["id"]: case for case in load_cases()}
# Quick ones of many kinds, which a host that breaks another rule still passes.
OTHERS = ["alloc-grows", "base-with-slash", "chunks", "connection-unknown", "first-wake", "gate", "key-of-8"]


# The Go host as it would speak HTTP/2: what a stranger's host may do, and none here does.
HTTP2 = [
    {
        "file": "wire.go",
        "old": "\ttransport.Protocols = protocols\n\ttransport.ForceAttemptHTTP2 = false\n"
        "\ttransport.TLSNextProto = map[string]func(string, *tls.Conn) http.RoundTripper{}\n",
        "new": "\tprotocols.SetHTTP2(true)\n\ttransport.Protocols = protocols\n"
        "\tconfig.NextProtos, transport.DialTLSContext = nil, nil\n",
    },
    {"file": "sender.go", "old": "message.ProtoMajor != 1 || ", "new": ""},
]


def changed(source: Path, edits: list[dict]) -> dict[str, str]:
    """Files of a host and what they hold after the edits."""
    texts: dict[str, str] = {}
    for edit in edits:
        name = edit["file"]
        text = texts.get(name) or (source / name).read_text(encoding="utf-8")
        if text.count(edit["old"]) != 1:
            raise AssertionError(f"not once in {name}: {edit['old']!r}")
        texts[name] = text.replace(edit["old"], edit["new"])
    return texts


def spoiled_python(edits: list[dict], folder: Path) -> list[str]:
    """The command of the host with these changes."""
    shutil.copytree(PYTHON_HOST, folder, dirs_exist_ok=True)
    package = folder / "skipcall_action_host"
    for name, text in changed(package, edits).items():
        (package / name).write_text(text, encoding="utf-8")
    os.environ["PYTHONPATH"] = str(folder)
    return [sys.executable, "-m", "skipcall_action_host.conformance"]


def spoiled_go(edits: list[dict], folder: Path) -> list[str]:
    """The command of the host with these changes."""
    replaced = {}
    for name, text in changed(GO_HOST, edits).items():
        (folder / name).write_text(text, encoding="utf-8")
        replaced[str(GO_HOST / name)] = str(folder / name)
    overlay, adapter = folder / "overlay.json", folder / "adapter"
    overlay.write_text(json.dumps({"Replace": replaced}), encoding="utf-8")
    subprocess.run(["go", "build", "-overlay", overlay, "-o", adapter, "./conformance"], cwd=GO_HOST, check=True)
    return [str(adapter)]


HOSTS = {"python": spoiled_python, "go": spoiled_go}


def failures(host: str, edits: list[dict], names: list[str], cannot: dict | None = None) -> dict:
    """The outcomes of those of these cases that the host with these changes fails."""
    with tempfile.TemporaryDirectory() as folder:
        command = HOSTS[host](edits, Path(folder))
        cannot = read_capabilities(command)["cannot"] if cannot is None else cannot
        outcomes = run_cases([{**CASES[name], "timeout": 12} for name in names], command, cannot, jobs=4)
    return {outcome.case["id"]: outcome for outcome in outcomes if outcome.verdict == "failed"}


class Spoiled(unittest.TestCase):
    def test_every_duty_has_a_spoiling(self):
        spoiled = {spoiling["rule"] for spoiling in SPOILINGS}
        self.assertEqual({f"duty-{number}" for number in range(1, 26)} - spoiled, set())


class Http2(unittest.TestCase):
    cases = [name for name in CASES if name.startswith("http2")]

    def setUp(self):
        self.assertTrue(http2.IS_THERE, "PyPI's h2 is missing; .tools/python has it")

    def test_a_host_that_keeps_the_rules_passes(self):
        failed = failures("go", HTTP2, self.cases, cannot={})
        self.assertEqual({name: outcome.problems for name, outcome in failed.items()}, {})

    def test_a_host_that_repeats_what_http2_lets_it_repeat_fails(self):
        repeats = {"file": "sender.go", "old": "message.Body = emptyBody{}", "new": "message.Body = http.NoBody"}
        failed = failures("go", [*HTTP2, repeats], self.cases, cannot={})
        self.assertLessEqual({"http2-goaway-before-response", "http2-reset"}, set(failed))
        rules = {problem.rule for outcome in failed.values() for problem in outcome.problems}
        self.assertIn("duty-17", rules)

    def test_a_host_that_speaks_http1_and_does_not_say_so_fails(self):
        self.assertIn("http2", failures("go", [], ["http2"], cannot={}))


def test_of(spoiling: dict):
    def test(self):
        # Two threads in one instance may break any case.
        others = [] if spoiling.get("breaks_any") else OTHERS
        names = list(dict.fromkeys([*spoiling["fails"], *others]))
        failed = failures(spoiling.get("host", "python"), [spoiling], names)
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
