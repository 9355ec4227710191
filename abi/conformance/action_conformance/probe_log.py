"""The log in the probe's result (guests/log.h and probe.c), as a list of records."""

import json
import struct
from dataclasses import dataclass, field

ERRORS = ("OK OTHER DNS CONNECT TLS TIMEOUT RESET PROTOCOL TOO_LARGE DENIED NO_CREDENTIAL CANCELLED REDIRECT").split()
FLAGS = {1: "NOT_SENT", 2: "MAY_HAVE_REPEATED"}
EXCHANGE_STATES = ("never announced", "open", "answered", "cancelled")


@dataclass
class Content:
    length: int
    checksum: int
    shown: bytes


@dataclass
class Answer:
    """One action_http_done."""

    exchange: int
    now: int
    run: int
    run_state: int
    exchange_state: str
    pointer: int
    block_size: int
    size: int = 0
    status: int = 0
    error: str = ""
    flags: list = field(default_factory=list)
    headers: Content | None = None
    body: Content | None = None
    ranges_fit: bool = True

    @property
    def lost(self) -> bool:
        return self.pointer == 0

    def text(self) -> str:
        if self.lost:
            return "lost"
        body = self.body.shown[:60] if self.body else b""
        flags = " ".join(self.flags)
        return f"status {self.status}, {self.error}{', ' + flags if flags else ''}, body {body!r}"


@dataclass
class Record:
    kind: str
    numbers: tuple
    answer: Answer | None = None


# Kind: the numbers after it.
SHAPES = {
    "I": "",
    "V": "",
    "M": "",
    "E": "I",  # called from inside an import: export
    "T": "I",  # called while another call ran: export
    "A": "II",  # action_alloc: size, block
    "F": "Ii",  # action_free: block, its size or -1
    "S": "IIiIQ",  # the action: block, length, the block's size or -1, flags, seed
    "W": "IQiQ",  # action_wake: run, now, state before, wake_ms before
    "C": "IQi",  # action_cancel: run, now, state before
    "G": "II",  # http_send: run, exchange
    "H": "II",  # http_cancel: run, exchange
    "K": "II",  # a needle that is in the memory: its number, where
    "Z": "II",  # the end: records left out, wakes
}


class Reader:
    def __init__(self, data: bytes):
        self.data, self.at = data, 0

    def numbers(self, shape: str) -> tuple:
        size = struct.calcsize("<" + shape)
        values = struct.unpack_from("<" + shape, self.data, self.at)
        self.at += size
        return values

    def content(self) -> Content:
        length, checksum, shown = self.numbers("III")
        self.at += shown
        return Content(length, checksum, self.data[self.at - shown : self.at])

    def answer(self) -> Answer:
        run, exchange, now, state, before, pointer, block_size = self.numbers("IIQiIIi")
        answer = Answer(exchange, now, run, state, EXCHANGE_STATES[before], pointer, block_size)
        if block_size >= 32:
            answer.size, answer.status, error, flags = self.numbers("IIII16x")
            answer.error = ERRORS[error] if error < len(ERRORS) else f"error {error}"
            answer.flags = [FLAGS.get(1 << bit, f"bit {bit}") for bit in range(32) if flags >> bit & 1]
            contents = []
            for _ in range(2):
                (fits,) = self.numbers("I")
                answer.ranges_fit &= bool(fits)
                contents.append(self.content() if fits else None)
            answer.headers, answer.body = contents
        return answer


def read_log(result: str) -> list[Record]:
    """Throws ValueError, KeyError or struct.error if it is not a result of the probe."""
    reader = Reader(bytes.fromhex(json.loads(result)["log"]))
    records = []
    while reader.at < len(reader.data):
        kind = chr(reader.numbers("B")[0])
        if kind == "D":
            answer = reader.answer()
            records.append(Record(kind, (answer.run, answer.now), answer))
        else:
            records.append(Record(kind, reader.numbers(SHAPES[kind])))
    return records
