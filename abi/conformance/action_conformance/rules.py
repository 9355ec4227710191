"""The rules of the ABI that cases are about. rules.json names each; tests/rules_test.py holds it to ABI.md."""

import json
from pathlib import Path

RULES = Path(__file__).parent / "rules.json"


def load_rules() -> dict[str, dict]:
    return json.loads(RULES.read_text(encoding="utf-8"))


def coverage(cases: list[dict]) -> dict[str, list[str]]:
    """For each rule the cases that are about it."""
    found: dict[str, list[str]] = {rule: [] for rule in load_rules()}
    for case in cases:
        for rule in case["rules"]:
            found[rule].append(case["id"])
    return found
