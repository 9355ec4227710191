"""Runs cases against a host, several at a time."""

import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from . import http2
from .case import for_host
from .evidence import collect
from .judge import Judge, Problem


@dataclass
class Outcome:
    case: dict
    verdict: str  # passed, failed, noted (a "may" that is not kept), skipped
    problems: list = field(default_factory=list)
    reason: str = ""  # of a skipped one
    seconds: float = 0.0


def play(case: dict, command: list[str], cannot: dict) -> Outcome:
    for capability in case.get("needs", []):
        if capability in cannot:
            return Outcome(case, "skipped", reason=f"{capability}: {cannot[capability]}")
    if "http2" in case.get("server", {}) and not http2.IS_THERE:
        return Outcome(case, "skipped", reason=http2.MISSING)
    begin = time.monotonic()
    try:
        problems = Judge(collect(for_host(case, cannot), command), cannot).judge()
    except Exception:  # pylint: disable=broad-except
        problems = [Problem("kit", traceback.format_exc())]
    problems = list(dict.fromkeys(problems))
    verdict = "passed" if not problems else "noted" if case["level"] == "may" else "failed"
    return Outcome(case, verdict, problems, seconds=time.monotonic() - begin)


def run_cases(
    cases: list[dict], command: list[str], cannot: dict, jobs: int, when_done=lambda outcome: None
) -> list[Outcome]:
    """Outcomes in the order of the cases. Long ones begin first; those that measure time run alone at the end, and so do
    those that failed by being late: the machine may have been busy."""
    outcomes: dict[str, Outcome] = {}
    again: list[dict] = []

    def one(case, is_first=True):
        outcome = play(case, command, cannot)
        if is_first and outcome.problems and all(problem.may_be_load for problem in outcome.problems):
            again.append(case)
            return
        outcomes[case["id"]] = outcome
        when_done(outcome)

    together = sorted((case for case in cases if not case.get("alone")), key=lambda case: -case.get("about_seconds", 0))
    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(one, together))
    for case in cases:
        if case.get("alone"):
            one(case)
    for case in again:
        one(case, is_first=False)
    return [outcomes[case["id"]] for case in cases]
