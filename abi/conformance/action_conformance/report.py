"""Outcomes as text, TAP, JUnit and JSON."""

import json
from collections import Counter
from pathlib import Path
from xml.sax.saxutils import quoteattr

from .rules import load_rules
from .runner import Outcome


def line(outcome: Outcome, expected: str | None) -> str:
    mark = {"passed": "ok  ", "failed": "FAIL", "noted": "note", "skipped": "skip"}[outcome.verdict]
    text = f"{mark} {outcome.case['id']:<34} {outcome.case['title']}"
    if outcome.verdict == "skipped":
        return f"{text}\n     {outcome.reason}"
    if outcome.problems:
        text += f" [{', '.join(outcome.case['rules'])}]"
        if expected is not None and outcome.verdict == "failed":
            text = text.replace("FAIL", "XFAIL"[:5], 1) + f"\n     expected: {expected}"
        for problem in outcome.problems[:12]:
            text += f"\n     {problem.rule}: {problem.text}"
        if len(outcome.problems) > 12:
            text += f"\n     and {len(outcome.problems) - 12} more"
    return text


def by_rule(outcomes: list[Outcome]) -> dict[str, Counter]:
    """For each rule, how many of its cases had each outcome."""
    table: dict[str, Counter] = {rule: Counter() for rule in load_rules()}
    for outcome in outcomes:
        for rule in outcome.case["rules"]:
            table[rule][outcome.verdict] += 1
    return table


def table(outcomes: list[Outcome]) -> str:
    rules = load_rules()
    lines = [f"{'rule':<16}{'passed':>7}{'failed':>7}{'skipped':>8}  what it says"]
    for rule, counts in by_rule(outcomes).items():
        if counts:
            numbers = f"{counts['passed']:>7}{counts['failed']:>7}{counts['skipped']:>8}"
            lines.append(f"{rule:<16}{numbers}  {rules[rule]['title']}")
    return "\n".join(lines)


def tap(outcomes: list[Outcome], expectations: dict) -> str:
    lines = ["TAP version 14", f"1..{len(outcomes)}"]
    for number, outcome in enumerate(outcomes, 1):
        name = f"{number} - {outcome.case['id']}: {outcome.case['title']}".replace("#", "\\#")
        if outcome.verdict == "skipped":
            lines.append(f"ok {name} # SKIP {outcome.reason}")
        elif outcome.verdict == "failed" and outcome.case["id"] in expectations:
            lines.append(f"not ok {name} # TODO {expectations[outcome.case['id']]}")
        else:
            lines.append(f"{'not ok' if outcome.verdict == 'failed' else 'ok'} {name}")
        lines += [f"# {problem.rule}: {text}" for problem in outcome.problems for text in problem.text.splitlines()]
    return "\n".join(lines) + "\n"


def junit(outcomes: list[Outcome], host: str, expectations: dict) -> str:
    out = [f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name={quoteattr(host)} tests="{len(outcomes)}">']
    for outcome in outcomes:
        name = quoteattr(f"{outcome.case['id']}: {outcome.case['title']}")
        out.append(f'  <testcase classname={quoteattr(host)} name={name} time="{outcome.seconds:.3f}">')
        text = quoteattr("\n".join(f"{problem.rule}: {problem.text}" for problem in outcome.problems))
        if outcome.verdict == "skipped":
            out.append(f"    <skipped message={quoteattr(outcome.reason)}/>")
        elif outcome.verdict == "failed" and outcome.case["id"] in expectations:
            out.append(f"    <skipped message={quoteattr('expected to fail: ' + expectations[outcome.case['id']])}/>")
        elif outcome.verdict == "failed":
            out.append(f"    <failure message={text}/>")
        out.append("  </testcase>")
    return "\n".join(out) + "\n</testsuite>\n"


def as_json(outcomes: list[Outcome], capabilities: dict) -> str:
    verdicts = {outcome.case["id"]: outcome.verdict for outcome in sorted(outcomes, key=lambda one: one.case["id"])}
    return json.dumps({**capabilities, "verdicts": verdicts}, indent=1, ensure_ascii=False) + "\n"


def write(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")
