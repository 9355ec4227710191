"""One run of an action: the module's view of it, kept in step with what the host has to do."""

from __future__ import annotations

import zlib
from collections.abc import Awaitable, Callable
from typing import Final

from .abi import State
from .errors import JournalRefused
from .instance import AnnouncedRequest, Announcement, Instance, Progress, broken
from .journal import Event, RunRequest

_MOST_OPEN: Final = 1_000
_MOST_OPEN_BYTES: Final = 256 * 1024 * 1024

Record = Callable[[Event], "Awaitable[None] | None"]


class Run:
    """Each method raises ModuleFailed: the module trapped, or broke a rule of the ABI. The run is lost then."""

    def __init__(self, request: RunRequest, instance: Instance) -> None:
        self.unanswered: dict[int, AnnouncedRequest] = {}
        """Announced, and neither answered nor given up by the module."""
        self._instance = instance
        self._announced = 0
        self._last_exchange = 0
        self._open_bytes = 0
        self._has_gap = False  # events are missing in the journal
        self._doubted: set[tuple[bytes, ...]] = set()  # requests that were reported as lost since
        self._number = instance.start(request.action, request.input, request.flags, request.seed)
        self.progress: Progress = instance.status(self._number)

    @property
    def waiting(self) -> bool:
        return self.progress.state is State.WAITING

    @property
    def announced(self) -> str:
        """A digest of all that the module has announced, abi/JOURNAL.md "Events"."""
        return f"{self._announced:08x}"

    def replay(self, event: Event) -> None:
        """Delivers an event of a journal. Raises JournalRefused: the module behaves differently now."""
        is_expected = event.kind not in ("response", "lost") or event.exchange in self.unanswered
        is_same = event.announced is None or event.announced == self.announced
        if not self.waiting or not is_expected or not is_same:
            raise JournalRefused("the journal does not fit: the module now behaves differently")
        self.deliver(event)

    def deliver(self, event: Event) -> None:
        if event.kind == "gap":
            self._has_gap = True
            self._doubted.clear()
            return
        if event.kind == "wake":
            state = self._instance.wake(self._number, event.now)
        elif event.kind == "cancel":
            state = self._instance.cancel(self._number, event.now)
        else:
            if event.kind == "lost":
                self.doubt(event.exchange)
            self._close(event.exchange)
            state = self._instance.http_done(self._number, event.exchange, event.now, event.response)
        if state < 0:
            raise broken(f"it refused an event that it had to take ({state})")
        for announcement in self._instance.take_announcements():
            self._note(announcement)
        self.progress = self._instance.status(self._number)
        if state != self.progress.state:
            raise broken("an event returned another state than the run is in")
        if len(self.unanswered) > _MOST_OPEN or self._open_bytes > _MOST_OPEN_BYTES:
            raise broken("it has more than 1,000 requests or 256 MiB open")

    def result(self) -> bytes:
        """Of a run that is done."""
        return self._instance.result(self._number)

    def is_doubtful(self, exchange: int) -> bool:
        """If events are missing, each request may have been sent before: the first time it is announced, it is to be
        reported as lost instead of being sent, so that the module knows. The module then repeats it, and that is
        sent."""
        return self._has_gap and self.doubt(exchange)

    def doubt(self, exchange: int) -> bool:
        """False: it has been doubted before."""
        request = self.unanswered.get(exchange)
        if request is None:
            return False
        identity = (request.connection, request.method, request.target, request.body)
        is_new = identity not in self._doubted
        self._doubted.add(identity)
        return is_new

    def _note(self, announcement: Announcement) -> None:
        exchange, request = announcement.exchange, announcement.request
        if announcement.run != self._number or (request is not None and exchange <= self._last_exchange):
            raise broken("it announced an exchange of no run, or twice")
        if request is None:
            self._count(b"cancel %d\n" % exchange)
            self._close(exchange)
            return
        parts = (request.connection, request.method, request.target, request.headers, request.body)
        numbers = (exchange, request.timeout_ms, request.response_limit, *map(len, parts))
        self._count(b"send %b\n" % b" ".join(b"%d" % number for number in numbers), *parts)
        self._last_exchange = exchange
        self._open_bytes += len(request.body)
        self.unanswered[exchange] = request

    def _close(self, exchange: int) -> None:
        request = self.unanswered.pop(exchange, None)
        if request is not None:
            self._open_bytes -= len(request.body)

    def _count(self, *parts: bytes) -> None:
        for part in parts:
            self._announced = zlib.crc32(part, self._announced)
