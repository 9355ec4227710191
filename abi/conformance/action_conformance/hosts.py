"""python3 -m action_conformance.hosts FOLDER: the document that compares hosts, from what --json wrote about each into
FOLDER and from the expectations beside it. Printed on standard output."""

import json
import sys
from pathlib import Path

from .case import load_cases
from .rules import rules_of_hosts, load_rules

GROUPS = {
    "module": "The module file",
    "connections": "Connections",
    "memory": "Memory and structs",
    "request": "Requests",
    "progress": "Progress",
    "states": "States",
    "imports": "Imports",
    "exports": "Exports",
    "run": "A run",
    "stop": "Stopping gently",
    "replay": "Replay",
    "response": "Responses",
    "whole": "Whole responses",
    "headers": "Header blocks",
    "time": "Time",
    "traps": "Traps, loops and memory",
    "versions": "Versions",
    "loop": "Broken modules",
    "journal": "Journals",
    "resume": "Journals that are damaged, or another run's",
}
HEAD = """# The hosts, as the conformance kit sees them

Made by `python3 -m action_conformance.hosts` from runs of the [kit](../abi/conformance), which
`tests/conformance/record.sh` makes again; do not edit.

Where to run the action, and what differs there for its users, is in [ENGINES.md](ENGINES.md).

A number says how many cases of a rule a host passes; a case may be about several rules. After it comes how many are
skipped, since the host's platform cannot do what they are about, and how many fail.
"""


def cell(verdicts: list[str]) -> str:
    passed = sum(verdict in ("passed", "noted") for verdict in verdicts)
    skipped, failed = verdicts.count("skipped"), verdicts.count("failed")
    parts = [str(passed)] if passed or not skipped else []
    parts += [f"{skipped} skipped"] if skipped else []
    parts += [f"**{failed} failed**"] if failed else []
    return ", ".join(parts)


def rows() -> list[tuple[str, list[str]]]:
    """Duties one by one, the other rules by section."""
    rules = load_rules()
    table = [(f"{rule[5:]}. {rules[rule]['title']}", [rule]) for rule in rules_of_hosts() if rule.startswith("duty-")]
    for prefix, title in GROUPS.items():
        table.append((title, [rule for rule in rules_of_hosts() if rule.rpartition("-")[0] == prefix]))
    return table


def document(results: list[dict]) -> str:
    cases = load_cases()
    names = [result["host"] for result in results]
    lines = [HEAD, f"| {len(cases)} cases | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for title, rules in rows():
        ids = [case["id"] for case in cases if set(rules) & set(case["rules"])]
        cells = [cell([result["verdicts"].get(name, "failed") for name in ids]) for result in results]
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    lines.append("| all | " + " | ".join(cell(list(result["verdicts"].values())) for result in results) + " |")
    for result in results:
        lines += ["", f"## {result['host']}", ""]
        lines += [f"- Cannot, `{name}`: {reason}" for name, reason in result["cannot"].items()]
        lines += [
            f"- Fails `{name}`: {result['expectations'].get(name, 'no reason is known.')}"
            for name, verdict in result["verdicts"].items()
            if verdict == "failed"
        ]
        noted = [f"`{name}`" for name, verdict in result["verdicts"].items() if verdict == "noted"]
        lines += ["- Does not, and need not: " + ", ".join(noted) + "."] if noted else []
    return "\n".join(lines) + "\n"


def read_results(folder: Path) -> list[dict]:
    results = []
    for path in sorted(folder.glob("*.json")):
        result = json.loads(path.read_text(encoding="utf-8"))
        expectations = folder.parent / "expectations" / path.name
        known = json.loads(expectations.read_text(encoding="utf-8")) if expectations.exists() else {}
        results.append({**result, "expectations": known})
    return results


if __name__ == "__main__":
    sys.stdout.write(document(read_results(Path(sys.argv[1]))))
