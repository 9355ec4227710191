"""The rules of the ABI that cases are about. rules.json names each; tests/conformance/kit_test.py compares it with
ABI.md."""

import json
from pathlib import Path

RULES = Path(__file__).parent / "rules.json"


def load_rules() -> dict[str, dict]:
    return json.loads(RULES.read_text(encoding="utf-8"))


def rules_of_hosts() -> list[str]:
    """Those that a host can keep or break; each must have a case."""
    return [name for name, rule in load_rules().items() if rule.get("whose") != "module"]


def coverage(cases: list[dict]) -> dict[str, list[str]]:
    """For each rule for hosts, the cases about it. Throws KeyError if a case names an unknown one."""
    found: dict[str, list[str]] = {rule: [] for rule in rules_of_hosts()}
    for case in cases:
        for rule in case["rules"]:
            found[rule].append(case["id"])
    return found
