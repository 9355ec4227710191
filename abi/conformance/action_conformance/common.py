"""What holds in every case: the calls that a host makes, what a response may look like, and where a key must not be."""

import re
import time

from . import secret
from .evidence import Evidence
from .probe_log import ERRORS, Answer

TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
LARGEST_BLOCK = 64 << 10


def common_problems(evidence: Evidence, cannot: dict):
    """Pairs of a rule and what is wrong."""
    if evidence.log is not None:
        yield from call_problems(evidence)
        for record in evidence.log:
            if record.answer is not None:
                yield from answer_problems(record.answer, cannot)
    yield from wire_problems(evidence, cannot)
    yield from key_problems(evidence)
    if steering := re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]", evidence.ended.stderr):
        yield "duty-25", f"standard error holds the control character {steering[0]!r}"


def call_problems(evidence: Evidence):
    log = evidence.log
    order = "".join(record.kind for record in log if record.kind in "IVMASFWDC")
    if not order.startswith("I") or order.count("I") != 1:
        yield "duty-2", f"_initialize is not called once and first: {order[:20]}"
    if "V" not in order[: order.find("S")]:
        yield "duty-2", "action_abi_version is not called before the action"
    last_now = 0
    edits = evidence.case.get("on_resume", {}).get("journal", [])
    later = sum(edit.get("later", 0) for edit in edits) / 1000  # what a resumed run continues from
    for record in log:
        kind, numbers = record.kind, record.numbers
        if kind == "E":
            yield "duty-3", "an export was called from inside an import"
        if kind == "T":
            yield "duty-23", "an export was called while another call ran"
        if kind == "S" and not 0 <= numbers[1] <= numbers[2]:
            yield "exports-6", "the input is not a block of action_alloc, or the block is shorter than its length"
        if kind == "S" and numbers[3] != 0:
            yield "exports-6", f"flags are {numbers[3]}"
        if kind == "F" and numbers[0] != 0 and numbers[1] < 0:
            yield "memory-4", "action_free of a block that was passed in, or of something that is not a block"
        if kind == "K":
            yield "duty-13", f"the key is in the module's memory, at {numbers[1]}"
        if kind in "WDC":
            if numbers[0] != 1:
                yield "exports-7", f"an event for run {numbers[0]}"
            if numbers[1] < last_now:
                yield "duty-18", f"now_ms ran backwards by {last_now - numbers[1]} ms"
            if abs(numbers[1] / 1000 - later - time.time()) > 300:
                yield "time-1", f"now_ms is {numbers[1]}, which is not the time"
            last_now = max(last_now, numbers[1])
    states = [record for record in log if record.kind in "WDC"]
    if states and states[0].kind == "D":
        yield "run-3", "a response came before the first wake"


def answer_problems(answer: Answer, cannot: dict):
    if answer.exchange_state == "cancelled":
        yield "imports-2", f"exchange {answer.exchange} was answered after it was given up"
    elif answer.exchange_state != "open":
        yield "duty-4", f"exchange {answer.exchange} was answered, which is {answer.exchange_state}"
    if answer.lost:
        return
    if answer.block_size < 32 or answer.size < 32 or not answer.ranges_fit:
        yield "duty-21", f"exchange {answer.exchange}: headers and body are not in one block with a struct of 32 bytes"
        return
    if answer.pointer % 8:
        yield "duty-21", "the response's block is not the one that action_alloc gave"
    if answer.status != 0 and not 200 <= answer.status <= 599:
        yield "response-1", f"status {answer.status}"
    if answer.error not in ERRORS or (answer.status == 0 and answer.error == "OK"):
        yield "response-1", f"status {answer.status} with error {answer.error}"
    if answer.status != 0 and "NOT_SENT" in answer.flags:
        yield "duty-16", f"NOT_SENT beside status {answer.status}"
    repeats = "MAY_HAVE_REPEATED" in answer.flags
    if answer.status != 0 and repeats != ("no-repeat" in cannot):
        yield "duty-17", "MAY_HAVE_REPEATED is " + ("set, and nothing is repeated" if repeats else "not set")
    block = answer.headers.shown
    if len(block) > LARGEST_BLOCK:
        yield "headers-1", f"a header block of {len(block)} bytes"
    if block and not block.endswith(b"\r\n"):
        yield "headers-1", "the header block does not end with CRLF"
    for line in block.split(b"\r\n")[:-1]:
        name, colon, value = line.partition(b":")
        if not colon or not TOKEN.fullmatch(name) or re.search(rb"[\r\n\0]", value):
            yield "headers-2", f"a header line {line[:60]!r}"


def wire_problems(evidence: Evidence, cannot: dict):
    prefix = evidence.case.get("server", {}).get("prefix", "")
    seen: dict[str, int] = {}
    for request in evidence.seen.requests:
        target = request.target.removeprefix(prefix)
        seen[target] = seen.get(target, 0) + 1
        for name in ("cookie", "cookie2"):
            if request.values(name):
                yield "duty-8", f"{target} came with {name}"
    asked: dict[str, list] = {}
    for number, request in enumerate(evidence.case.get("requests", []), 1):
        asked.setdefault(request["target"], []).append((number, request))
    for target, count in seen.items():
        if target not in asked:
            yield "duty-9", f"a request came that nobody announced: {target[:80]!r}"
            continue
        announced = sum(request.get("times", 1) for _, request in asked[target])
        if count > announced and "no-repeat" not in cannot:
            yield "duty-17", f"{target[:80]!r} came {count} times and was announced {announced} times"
        for number, request in asked[target]:
            answer = evidence.answers.get(request.get("exchange", number))
            if answer is not None and "NOT_SENT" in answer.flags and announced == 1:
                yield "duty-16", f"{target[:80]!r} came, but got NOT_SENT"
    for fault in evidence.seen.faults:
        if "tls" not in evidence.case.get("server", {}):
            yield "duty-5", f"what came is not an HTTP/1.1 request: {fault}"


def key_problems(evidence: Evidence):
    ended = evidence.ended
    places = [("standard output", ended.stdout), ("standard error", ended.stderr)]
    places += [(f"the file {name}", data) for name, data in ended.files.items()]
    places += [("an argument list", arguments) for arguments in ended.arguments]
    if evidence.log is not None:
        places = places[1:]  # the log's own bytes are checked as they are
        for record in evidence.log:
            if record.answer is not None and record.answer.headers and record.answer.body:
                number = record.answer.exchange
                places.append((f"the headers of response {number}", record.answer.headers.shown))
                places.append((f"the body of response {number}", record.answer.body.shown))
    for place, text in places:
        for key in evidence.keys.values():
            if form := secret.shows(text, key):
                yield "duty-13", f"{place} holds the key ({form})"
