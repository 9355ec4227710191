"""The journal of a run: its input, its seed and every event, written before the event is delivered to the module.

Since a run is deterministic, that brings a fresh instance to the same place. abi/JOURNAL.md describes the lines, which
are the same in every host.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import zlib
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NoReturn, Protocol, cast

from .connection import ConnectionGuard
from .errors import JournalRefused
from .header_block import read_header_block
from .http import ResponseBlock

_FORMAT: Final = 1
_START_ANEW: Final = "send the input, or the rest of it, again"
_SUM_SIZE: Final = len(',"sum":"01234567"}')


class Journal(Protocol):
    """Where a journal is kept: a file (FileJournal), a database, whatever the caller has."""

    @property
    def lines(self) -> Sequence[str]:
        """Those that are there already, in order; none for a new run."""

    @property
    def keeps_all(self) -> bool:
        """The store returns every line that it has kept, as a database does; a file may have been truncated. If it does
        not, and no end line shows that the journal is whole, a resumed run treats each request as one that may have
        been sent before."""

    def append(self, line: str) -> Awaitable[None] | None:
        """Keeps one more line, which has no line break. The event is delivered once this has returned, and any
        awaitable it returned is done: that must not be before the line is safe from a crash. An exception ends the
        run."""

    def cut(self, count: int) -> None:
        """Keeps only the first lines. Called before an append if the lines after them are damaged."""


@dataclass(frozen=True)
class RunRequest:
    """What a run is, besides its events."""

    action: str
    input: bytes
    flags: int
    seed: int


@dataclass(slots=True)
class Event:
    kind: Literal["wake", "response", "lost", "cancel", "gap"]
    """A gap is not an event of the run: it marks where some may be missing."""
    now: int
    exchange: int = 0
    response: ResponseBlock | None = None
    announced: str | None = None
    """A digest of all that the module had announced before it. None: not compared."""


class LineSums:
    """Adds sums to lines, and checks those of lines that are read. Each sum also covers the lines before it."""

    def __init__(self, last: str = "") -> None:
        self._last = last

    def close(self, line: str) -> str:
        self._last = self._sum_of(line[:-1])
        return f'{line[:-1]},"sum":"{self._last}"}}'

    def take(self, line: str) -> bool:
        """False: the line has another sum or none, and is not counted."""
        if not self.is_right(line):
            return False
        self._last = line[-10:-2]
        return True

    def is_right(self, line: str) -> bool:
        text = line[:-_SUM_SIZE]
        return line[len(text) :] == f',"sum":"{self._sum_of(text)}"}}'

    def _sum_of(self, text: str) -> str:
        data = text.encode(errors="surrogatepass")
        return f"{zlib.crc32(data, zlib.crc32(self._last.encode())):08x}"


def end_line(line: str) -> str:
    """The line that ends a journal in a file after this one, until the next line replaces it."""
    return LineSums(line[-10:-2]).close('{"end":true}')


def _write(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _write_bytes(data: bytes) -> str | dict[str, str]:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def _read_bytes(value: object) -> bytes:
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, dict) and isinstance(value.get("base64"), str):
        return base64.b64decode(value["base64"], validate=True)
    raise ValueError("not bytes")


def _connections_of(guards: Mapping[str, ConnectionGuard]) -> dict[str, str]:
    return {name: guards[name].base_url for name in sorted(guards)}


def key_fingerprint(guards: Mapping[str, ConnectionGuard], salt: bytes) -> str:
    """Of the values of all fields of all connections."""
    values = [value for name in sorted(guards) for value in guards[name].values]
    return hashlib.pbkdf2_hmac("sha256", "\n".join(values).encode(), salt, 10_000, 32).hex()


def write_head(run: RunRequest, module_sha256: str, guards: Mapping[str, ConnectionGuard]) -> str:
    """The first line, without its sum."""
    salt = secrets.token_bytes(16)
    head: dict[str, Any] = {
        "journal": _FORMAT,
        "module": module_sha256,
        "action": run.action,
        "input": _write_bytes(run.input),
        "flags": run.flags,
        "seed": str(run.seed),
        "connections": _connections_of(guards),
        "key": {"salt": salt.hex(), "fingerprint": key_fingerprint(guards, salt)},
    }
    return _write(head)


def write_event(event: Event) -> str:
    """The line of an event, without its sum."""
    line: dict[str, Any] = {"event": event.kind, "now": event.now}
    if event.kind in ("response", "lost"):
        line["exchange"] = event.exchange
    if event.response is not None:
        response = event.response
        line.update(status=int(response.status), error=int(response.error), flags=int(response.flags))
        headers = read_header_block(response.headers) or []
        line["headers"] = [[_write_bytes(name), _write_bytes(value)] for name, value in headers]
        line["body"] = _write_bytes(response.body)
    if event.announced is not None:
        line["announced"] = event.announced
    return _write(line)


def _number(value: object, below: int = 1 << 53) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < below:
        raise ValueError("no such number")
    return value


def _read_response(line: Mapping[str, Any]) -> ResponseBlock:
    headers = b"".join(b"%b: %b\r\n" % (_read_bytes(name), _read_bytes(value)) for name, value in line["headers"])
    status, error, flags = (_number(line[name], 1 << 32) for name in ("status", "error", "flags"))
    return ResponseBlock(status, error, flags, headers, _read_bytes(line["body"]))


def read_event(line: Mapping[str, Any]) -> Event:
    """Raises ValueError, TypeError, KeyError: it is not as described."""
    kind, now = line["event"], _number(line["now"])
    if kind not in ("wake", "response", "lost", "cancel", "gap"):
        raise ValueError("not an event of this format")
    exchange = _number(line["exchange"], 1 << 32) if kind in ("response", "lost") else 0
    response = _read_response(line) if kind == "response" else None
    return Event(kind, now, exchange, response, line.get("announced"))


def _parse_object(line: str) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def _refuse(why: str) -> NoReturn:
    raise JournalRefused(f"the journal cannot be used: {why}")


def _read_head(line: str, sums: LineSums) -> dict[str, Any]:
    if line.startswith("SKIPJRN1"):
        _refuse(f"it was written by an older version; {_START_ANEW}")
    if not line.startswith('{"journal":'[: len(line)]):
        _refuse("it is not a journal")
    head = _parse_object(line)
    if head is not None and "servers" in head:
        _refuse(f"it was written by an older version; {_START_ANEW}")
    if head is not None and head.get("journal") != _FORMAT:
        _refuse(f"it is of format {json.dumps(head.get('journal'))}, written by another version; resume it with that")
    if head is None or not sums.take(line):
        _refuse(f"its first line is damaged, cut off or without a checksum; {_START_ANEW}")
    return head


def _check_binding(head: Mapping[str, Any], module_sha256: str, guards: Mapping[str, ConnectionGuard]) -> None:
    if head.get("module") != module_sha256:
        _refuse("the run began with another module file")
    begun = head.get("connections", {})
    if begun != _connections_of(guards):
        servers = ", ".join(map(str, begun.values())) if isinstance(begun, dict) else ""
        _refuse(f"the run began with another server: {servers}")
    key = head.get("key")
    if isinstance(key, dict):
        try:
            is_same = key_fingerprint(guards, bytes.fromhex(key["salt"])) == key["fingerprint"]
        except (KeyError, TypeError, ValueError):
            _refuse(f"its first line is damaged; {_START_ANEW}")
        if not is_same:
            _refuse("the run began with another key")


def _read_run(head: Mapping[str, Any]) -> RunRequest:
    try:
        action, seed = head["action"], head["seed"]
        if not isinstance(action, str) or not isinstance(seed, str) or not (seed.isascii() and seed.isdigit()):
            raise ValueError("no action or seed")
        flags = _number(head["flags"], 1 << 32)
        return RunRequest(action, _read_bytes(head["input"]), flags, _number(int(seed), 1 << 64))
    except (KeyError, ValueError):
        _refuse(f"its first line is damaged; {_START_ANEW}")


@dataclass
class ReadJournal:
    run: RunRequest
    sums: LineSums
    """As of the last line that counts."""
    events: list[Event] = field(default_factory=list)
    count: int = 1
    """How many lines count; the rest are to be cut off."""
    is_whole: bool = False
    """Otherwise events may be missing after the last one."""


def read_journal(journal: Journal, module_sha256: str, guards: Mapping[str, ConnectionGuard]) -> ReadJournal:
    """Raises JournalRefused: not a journal, of another version, module, server or key, or damaged in its first line."""
    sums = LineSums()
    lines = journal.lines
    head = _read_head(lines[0] if lines else "", sums)
    _check_binding(head, module_sha256, guards)
    read = ReadJournal(_read_run(head), sums)
    for at, line in enumerate(lines[1:], 1):
        value = _parse_object(line)
        if value is None:
            break
        if "end" in value:
            # One that others follow says nothing about them.
            read.is_whole = sums.is_right(line) and at == len(lines) - 1
            continue
        if not sums.take(line):
            break
        try:
            if "event" in value:
                read.events.append(read_event(value))
        except (KeyError, TypeError, ValueError):
            break
        read.count = at + 1
    read.is_whole = read.is_whole or (journal.keeps_all and read.count == len(lines))
    return read
