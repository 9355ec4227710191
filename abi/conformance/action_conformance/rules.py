"""The rules of the ABI that cases are about. rules.json names each; tests/rules_test.py holds it to ABI.md."""

import json
from pathlib import Path

RULES = Path(__file__).parent / "rules.json"


def load_rules() -> dict[str, dict]:
    return json.loads(RULES.read_text(encoding="utf-8"))


def rules_of_hosts() -> list[str]:
    """Those that a host can keep or break; each of them has to have a case."""
    return [name for name, rule in load_rules().items() if rule.get("whose") != "module"]


def coverage(cases: list[dict]) -> dict[str, list[str]]:
    """For each rule of hosts the cases that are about it. Throws KeyError where a case names another one."""
    found: dict[str, list[str]] = {rule: [] for rule in rules_of_hosts()}
    for case in cases:
        for rule in case["rules"]:
            found[rule].append(case["id"])
    return found
