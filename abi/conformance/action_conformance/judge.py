"""Compares what a case asks for with what was seen. Each problem names the rule of the ABI that it breaks."""

from dataclasses import dataclass

from .checks import CHECKS
from .common import common_problems
from .evidence import Evidence
from .probe_log import Answer
from .reply import fill

REFUSALS = ("DENIED", "NO_CREDENTIAL", "CANCELLED")  # of the host's own: it knows that nothing was sent


@dataclass(frozen=True)
class Problem:
    rule: str
    text: str
    may_be_load: bool = False  # it is about time, or the kit was late, so a busy machine may be the cause


def one_of(expected, value) -> bool:
    return value in expected if isinstance(expected, list) else value == expected


def header_lines(block: bytes) -> list[tuple[str, str]]:
    lines = block.decode("latin-1").split("\r\n")[:-1]
    return [(name, value.strip(" \t")) for name, _, value in (line.partition(":") for line in lines)]


class Judge:
    def __init__(self, evidence: Evidence, cannot: dict):
        self.evidence, self.cannot = evidence, cannot
        self.case = evidence.case
        self.rule = self.case["rules"][0]
        self.problems: list[Problem] = []
        self.places = {"port": str(evidence.port)}

    def problem(self, text: str, rule: str | None = None, may_be_load: bool = False) -> None:
        self.problems.append(Problem(rule or self.rule, text, may_be_load or self.evidence.is_late))

    def filled(self, text: str) -> str:
        return fill(text, self.evidence.keys, self.places).decode("latin-1")

    def judge(self) -> list[Problem]:
        expect = self.case.get("expect", {})
        ended = self.evidence.ended
        if not one_of(expect.get("exit", "result"), ended.exit):
            said = ended.stderr.decode(errors="replace").strip()[-300:]
            self.problem(
                f"ended with {ended.exit}, expected {expect.get('exit', 'result')}" + (f": {said}" if said else ""),
                may_be_load=ended.exit == "hung",
            )
        elif ended.exit == "result":
            self.judge_result(expect)
        elif ended.stdout.strip() and ended.exit in ("refused", "dead", "connection"):
            self.problem("printed a result, but failed")
        self.judge_process(expect)
        for number, request in enumerate(self.case.get("requests", []), 1):
            self.judge_wire(number, request)
        for rule, text in common_problems(self.evidence, self.cannot):
            self.problem(text, rule)
        return self.problems

    # -- the process -------------------------------------------------------------------------------------------

    def judge_process(self, expect: dict) -> None:
        ended, seen = self.evidence.ended, self.evidence.seen
        for name, value in (
            ("seconds", ended.seconds),
            ("cpu_seconds", ended.cpu_seconds),
            ("memory", ended.memory),
            ("requests", len(seen.requests)),
            ("connections", seen.connections),
            ("files", len(ended.files)),
        ):
            self.judge_range(name, expect.get(name), value)
        if "http2" in self.case.get("server", {}) and seen.connections > 0 == seen.http2:
            self.problem("the host does not speak HTTP/2, and its capabilities do not say so")
        if "order" in expect:
            came = [request.target for request in seen.requests]
            if came != expect["order"]:
                self.problem(f"requests came as {came}, expected {expect['order']}")
        for text in expect.get("stderr_lacks", []):
            if self.filled(text).encode("latin-1") in ended.stderr:
                self.problem(f"standard error holds {text!r}")
        if expect.get("stderr") and not ended.stderr.strip():
            self.problem("standard error does not say what is wrong")

    def judge_range(self, name: str, limits, value) -> None:
        if limits is None:
            return
        least, most = limits if isinstance(limits, list) else (limits, limits)
        if not least <= value <= most:
            self.problem(f"{name}: {round(value, 2)}, expected {least} to {most}", may_be_load="seconds" in name)

    # -- the result --------------------------------------------------------------------------------------------

    def judge_result(self, expect: dict) -> None:
        if "stdout" in expect:
            if self.evidence.ended.stdout.strip() != expect["stdout"].encode():
                self.problem(f"the result is {self.evidence.ended.stdout[:200]!r}, expected {expect['stdout']!r}")
            return
        if "stdout_length" in expect:
            self.judge_range("bytes of the result", expect["stdout_length"], len(self.evidence.ended.stdout))
            return
        if self.evidence.log is None:
            if self.evidence.log_error:  # the probe overwrites its result with x when it is released
                was_released = b"xxxx" in self.evidence.ended.stdout
                self.problem(self.evidence.log_error, "duty-24" if was_released else "exports-11")
            return
        for name, kind in (("wakes", "W"), ("cancels", "C"), ("answers", "D")):
            count = sum(record.kind == kind for record in self.evidence.log)
            if kind == "W" and self.evidence.log[-1].kind == "Z":
                count = max(count, self.evidence.log[-1].numbers[1])  # the log may have been full
            self.judge_range(name, expect.get(name), count)
        for check in self.case.get("check", []):
            for text in CHECKS[check](self.evidence):
                self.problem(text)
        answers = self.evidence.answers
        for number, request in enumerate(self.case.get("requests", []), 1):
            expected = request.get("expect", {"status": 200, "error": "OK", "body": "ok"})
            if expected is not None:
                self.judge_answer(number, request, expected, answers.get(request.get("exchange", number)))

    def judge_answer(self, number: int, request: dict, expected, answer: Answer | None) -> None:
        alternatives = expected if isinstance(expected, list) else [expected]
        found = [self.differences(one, answer) for one in alternatives]
        if all(found):
            name = request["target"] if isinstance(request["target"], str) else "its target"
            said = answer.text() if answer else "no answer"
            note = f" ({request['why']})" if "why" in request else ""
            wanted = " or ".join(str(one) for one in alternatives)
            text = f"request {number}, {name[:80]!r}{note}: {said}; {found[0]} differs, expected {wanted[:400]}"
            late = answer is not None and (answer.error == "TIMEOUT" or found[0].startswith("the time"))
            self.problem(text, may_be_load=late)

    def differences(self, expected: dict, answer: Answer | None) -> str:
        """The first member that differs, or an empty string."""
        if expected.get("none"):
            return "" if answer is None else "being there"
        if answer is None:
            return "being there"
        if answer.lost:
            return "" if expected.get("lost") else "being lost"
        if expected.get("lost"):
            return "not being lost"
        if "status" in expected and not one_of(expected["status"], answer.status):
            return "the status"
        if "error" in expected and not one_of(expected["error"], answer.error):
            return "the error"
        flags = [flag for flag in answer.flags if flag != "MAY_HAVE_REPEATED"]
        allowed = [expected.get("flags", []), *expected.get("or_flags", [])]
        if "not-sent" in self.cannot and answer.error not in REFUSALS:
            allowed.append([])
        if flags not in allowed:
            return "flags"
        if answer.headers is None or answer.body is None:
            return "a range outside the block, which"
        if "body" in expected and (why := self.body_difference(expected["body"], answer)):
            return why
        if "headers" in expected and (why := self.header_difference(expected["headers"], answer)):
            return why
        if "ms" in expected and not expected["ms"][0] <= self.milliseconds(answer) <= expected["ms"][1]:
            return f"the time ({self.milliseconds(answer)} ms)"
        return ""

    def body_difference(self, expected, answer: Answer) -> str:
        shown, length = answer.body.shown, answer.body.length
        if isinstance(expected, str):
            return "" if shown == self.filled(expected).encode("latin-1") and length == len(shown) else "the body"
        least, most = expected["length"] if isinstance(expected.get("length"), list) else [expected.get("length")] * 2
        if least is not None and not least <= length <= most:
            return f"the body's length ({length})"
        if "starts" in expected and not shown.startswith(self.filled(expected["starts"]).encode("latin-1")):
            return "the body's beginning"
        if "prefix_of" in expected and not self.filled(expected["prefix_of"]).encode("latin-1").startswith(shown):
            return "the body"
        if "lacks" in expected and self.filled(expected["lacks"]).encode("latin-1") in shown:
            return f"the body ({shown[:100]!r}), which holds {expected['lacks']!r},"
        if "hex" in expected and shown.hex() != expected["hex"]:
            return "the body"
        return ""

    def header_difference(self, expected: dict, answer: Answer) -> str:
        lines = header_lines(answer.headers.shown)
        for name, values in expected.items():
            found = [value for key, value in lines if key.lower() == name.lower()]
            if "repeated-headers" in self.cannot and len(values or []) > 1:
                values = [", ".join(values)]
            if found != [self.filled(value) for value in values or []]:
                return f"the header {name} ({found})"
        return ""

    def milliseconds(self, answer: Answer) -> int:
        """From the event in which the request was announced up to its response."""
        time = 0
        for record in self.evidence.log:
            if record.kind in "WDC":
                time = record.numbers[1]
            if record.kind == "G" and record.numbers[1] == answer.exchange:
                return answer.now - time
        return -1

    # -- the wire ----------------------------------------------------------------------------------------------

    def judge_wire(self, number: int, request: dict) -> None:
        expected = request.get("wire")
        if expected is None:
            return
        target = self.case.get("server", {}).get("prefix", "") + request["target"]
        came = [one for one in self.evidence.seen.requests if one.target == target]
        name = f"request {number}, {target[:80]!r},"
        count = expected.get("count", 1)
        least, most = count if isinstance(count, list) else (count, count)
        if most > 0 and "no-repeat" in self.cannot:
            most = 1000
        self.judge_range(f"{name} times that it came", [least, most], len(came))
        for one in came:
            if "line" in expected and one.line != expected["line"]:
                self.problem(f"{name} came as {one.line!r}")
            if "body" in expected and one.body != fill(expected["body"], self.evidence.keys, self.places):
                self.problem(f"{name} came with the body {one.body[:80]!r}")
            if "body_length" in expected and len(one.body) != expected["body_length"]:
                self.problem(f"{name} came with a body of {len(one.body)} bytes")
            for header, values in expected.get("headers", {}).items():
                if one.values(header) != [self.filled(value) for value in values]:
                    self.problem(f"{name} came with {header}: {one.values(header)}, expected {values}")
            if "accept_encoding" in expected:
                asked = [word.strip().lower() for word in ",".join(one.values("Accept-Encoding")).split(",")]
                if strange := [word for word in asked if word.split(";")[0] not in expected["accept_encoding"]]:
                    self.problem(f"{name} asks for codings that no host can be expected to decode: {strange}")
                if "" in asked:
                    self.problem(f"{name} does not say which codings the host decodes")
            for header, alternatives in expected.get("headers_any", {}).items():
                if one.values(header) not in alternatives:
                    self.problem(f"{name} came with {header}: {one.values(header)}, expected one of {alternatives}")
            if "header_order" in expected and "header-order" not in self.cannot:
                names = [key.lower() for key, _ in one.headers]
                wanted = [key.lower() for key in expected["header_order"]]
                if [key for key in names if key in wanted] != wanted:
                    self.problem(f"{name} came with its headers in the order {names}")
