"""python3 -m action_conformance [OPTIONS] [CASE…] -- HOST …"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

from . import http2, report
from .case import load_cases
from .host import host_command, read_capabilities
from .rules import coverage, load_rules
from .runner import run_cases


def arguments(words: list[str]) -> tuple[argparse.Namespace, list[str]]:
    own, host = (words[: words.index("--")], words[words.index("--") + 1 :]) if "--" in words else (words, [])
    parser = argparse.ArgumentParser(
        prog="python3 -m action_conformance",
        usage="%(prog)s [OPTIONS] [CASE…] -- HOST [ARGUMENT…]",
        description="Judges a host of the action ABI from outside. HOST is a command; README.md has its contract.",
    )
    parser.add_argument("cases", nargs="*", metavar="CASE", help="an id, the start of some, or a rule; default: all")
    parser.add_argument("-j", "--jobs", type=int, default=2 * (os.cpu_count() or 1) + 2, help="cases at a time")
    parser.add_argument("--expectations", metavar="FILE", help="JSON: cases that fail, each with a reason")
    parser.add_argument("--junit", metavar="FILE")
    parser.add_argument("--tap", metavar="FILE")
    parser.add_argument("--json", metavar="FILE", help="outcomes and capabilities, for a program")
    parser.add_argument("--quiet", action="store_true", help="only what did not pass")
    parser.add_argument("--list", action="store_true", help="list the cases, and run none")
    parser.add_argument("--coverage", action="store_true", help="count the cases of each rule; fails if one has none")
    return parser.parse_args(own), host


def chosen(cases: list[dict], names: list[str]) -> list[dict]:
    """Throws SystemExit if a name matches nothing."""
    for name in names:
        if not any(fits(case, name) for case in cases):
            sys.exit(f"there is no case and no rule {name}; --list shows them")
    return [case for case in cases if not names or any(fits(case, name) for name in names)]


def fits(case: dict, name: str) -> bool:
    return case["id"].startswith(name) or name in case["rules"]


def show_coverage(cases: list[dict]) -> int:
    rules = load_rules()
    found = coverage(cases)
    for rule, ids in found.items():
        print(f"{rule:<16}{len(ids):>4}  {rules[rule]['title']}" + ("" if ids else "  <- NO CASE"))
    without = [rule for rule, ids in found.items() if not ids]
    print(
        f"{len(cases)} cases, {len(rules)} rules, {len(without)} without a case"
        + "".join(f" {rule}" for rule in without)
    )
    return 1 if without else 0


def stale(expectations: dict, outcomes: list) -> list[str]:
    """Entries that name no case, or one that was run and does not fail (any more)."""
    found = {outcome.case["id"]: outcome for outcome in outcomes}
    entries = []
    for name in expectations:
        if name not in found:
            entries.append(f"{name}: there is no such case")
        elif found[name].verdict != "failed" and found[name].reason != http2.MISSING:
            entries.append(f"{name}: {found[name].verdict}")
    return entries


def main(words: list[str]) -> int:
    options, host_words = arguments(words)
    cases = load_cases()
    if options.coverage:
        return show_coverage(cases)
    cases = chosen(cases, options.cases)
    if options.list:
        for case in cases:
            print(f"{case['id']:<34} {case['level']:<5}{' '.join(case['rules']):<30} {case['title']}")
        return 0
    if not host_words:
        sys.exit("name the host: python3 -m action_conformance -- HOST [ARGUMENT…]")
    host = host_command(host_words)
    try:
        capabilities = read_capabilities(host)
    except (RuntimeError, OSError) as error:
        sys.exit(str(error))
    expectations = json.loads(Path(options.expectations).read_text(encoding="utf-8")) if options.expectations else {}
    begin = time.monotonic()

    def show(outcome):
        if not options.quiet or outcome.verdict in ("failed", "noted"):
            sys.stdout.write(report.line(outcome, expectations.get(outcome.case["id"])) + "\n")
            sys.stdout.flush()

    outcomes = run_cases(cases, host, capabilities["cannot"], options.jobs, show)
    old = [] if options.cases else stale(expectations, outcomes)
    name = capabilities["host"]
    for path, text in (
        (options.junit, report.junit(outcomes, name, expectations)),
        (options.tap, report.tap(outcomes, expectations)),
        (options.json, report.as_json(outcomes, capabilities)),
    ):
        if path:
            report.write(path, text)
    if not options.quiet and not options.cases:
        print("\n" + report.table(outcomes))
    counts = {
        verdict: sum(outcome.verdict == verdict for outcome in outcomes)
        for verdict in ("passed", "noted", "failed", "skipped")
    }
    expected = sum(outcome.verdict == "failed" and outcome.case["id"] in expectations for outcome in outcomes)
    for text in old:
        print(f"stale expectation: {text}")
    print(
        f"\n{name} {capabilities['version']}: {counts['passed']} passed, {counts['failed'] - expected} failed, "
        f"{expected} failed as expected, {counts['noted']} noted, {counts['skipped']} skipped, in {time.monotonic() - begin:.0f} s"
    )
    return 1 if counts["failed"] > expected or old else 0


def command() -> None:
    sys.exit(main(sys.argv[1:]))


if __name__ == "__main__":
    command()
