"""The host of one module: runs its actions, several at once, each in its own instance."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final

from .client import HttpClient
from .clock import Bell, Clock
from .connection import Connection, ConnectionGuard, guard_connections
from .drive import Drive, DriveParts
from .engine import ticks
from .errors import HostError, JournalRefused, UsageError, harmless_text
from .exchanges import Exchanges
from .file_journal import FileJournal
from .http import Send
from .instance import Instance, InstanceLimits, Progress
from .journal import Event, Journal, LineSums, RunRequest, read_journal, write_event, write_head
from .module import ActionModule
from .run import Run
from .stop import StopRequest

_MOST_CONNECTIONS: Final = 64  # other requests wait, and their timeouts do not run

OnProgress = Callable[[Progress], object]
JournalOrPath = Journal | str | os.PathLike[str]


@dataclass(frozen=True)
class RunEnd:
    """How a run ended. The result says whether the action did its work."""

    data: bytes
    """The action's result, UTF-8 JSON, byte for byte. It holds text from the server: data, not markup."""
    progress: Progress
    """The last progress reported."""
    last_failure: str | None
    """Why the last request without a complete response failed: server and cause."""

    @property
    def text(self) -> str:
        return self.data.decode(errors="replace")

    @property
    def result(self) -> Any:
        """The result, parsed anew each time."""
        return json.loads(self.data)


class RunCancelled(asyncio.CancelledError):
    """The task of a run was cancelled. The run was ended in order, and this is how."""

    def __init__(self, end: RunEnd) -> None:
        super().__init__("the run was cancelled")
        self.end = end


class ActionHost:
    """Use it with `async with`, in one event loop."""

    def __init__(
        self,
        module: ActionModule | bytes | str | os.PathLike[str],
        *,
        limits: InstanceLimits | None = None,
        send: Send | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """module: an ActionModule, a file's bytes, or its name. send: replaces the host's own client. tls: replaces the
        system's certificates. Raises ModuleRefused, OSError."""
        self.module: Final = module if isinstance(module, ActionModule) else ActionModule(module)
        self._limits = limits or InstanceLimits()
        self._clock = Clock()
        self._client = HttpClient(tls)
        self._send = send or self._client.send
        self._is_own_client = send is None
        self._places = asyncio.Semaphore(_MOST_CONNECTIONS)

    async def __aenter__(self) -> ActionHost:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    async def run(
        self,
        action: str,
        input: object,
        *,
        connections: Mapping[str, Connection],
        on_progress: OnProgress | None = None,
        stop: StopRequest | None = None,
        grace_seconds: float = 5.0,
        journal: JournalOrPath | None = None,
        seed: int | None = None,
    ) -> RunEnd:
        """Runs an action to its end.

        input: UTF-8 JSON as bytes or a string, or a value to be written as JSON. connections: by the manifest's names;
        a request for one that is missing gets NO_CREDENTIAL. on_progress: called after each event; what it raises ends
        the run. grace_seconds: how long open requests may take to end after a gentle stop. journal: where events are
        recorded, so that `resume` can continue after a crash; a name must be that of a new file. seed: the source of
        all the run's random numbers, so pass it only in tests.

        Raises HostError's kinds, a journal file's OSError, and RunCancelled if the task is cancelled. The host stays
        usable after any of them; requests that were open then may have been carried out.
        """
        if action not in self.module.manifest.actions:
            raise UsageError(f"the module has no action {action}")
        guards = guard_connections(self.module.manifest, connections)
        request = RunRequest(action, _input_bytes(input), 0, secrets.randbits(64) if seed is None else seed)
        if isinstance(journal, (str, os.PathLike)):
            with FileJournal.create(journal) as file:
                return await self._begin(request, guards, file, on_progress, stop, grace_seconds)
        return await self._begin(request, guards, journal, on_progress, stop, grace_seconds)

    async def resume(
        self,
        journal: JournalOrPath,
        *,
        connections: Mapping[str, Connection],
        on_progress: OnProgress | None = None,
        stop: StopRequest | None = None,
        grace_seconds: float = 5.0,
    ) -> RunEnd:
        """Resumes a run where its journal ends, whichever host began it.

        Requests without a response in the journal are sent again. If the journal may have been truncated, each request
        is treated as one that may have been sent before. Raises what run() raises, and JournalRefused.
        """
        guards = guard_connections(self.module.manifest, connections)
        if isinstance(journal, (str, os.PathLike)):
            with FileJournal.open(journal) as file:
                return await self._resume(file, guards, on_progress, stop, grace_seconds)
        return await self._resume(journal, guards, on_progress, stop, grace_seconds)

    async def _begin(
        self,
        request: RunRequest,
        guards: Mapping[str, ConnectionGuard],
        journal: Journal | None,
        on_progress: OnProgress | None,
        stop: StopRequest | None,
        grace_seconds: float,
    ) -> RunEnd:
        sums = LineSums()
        if journal is not None:
            if journal.lines:
                raise JournalRefused("the journal has a run already; resume it")
            written = journal.append(sums.close(write_head(request, self.module.sha256, guards)))
            if written is not None:
                await written

        def record(event: Event) -> Awaitable[None] | None:
            return None if journal is None else journal.append(sums.close(write_event(event)))

        return await self._drive(request, [], False, guards, record, on_progress, stop, grace_seconds)

    async def _resume(
        self,
        journal: Journal,
        guards: Mapping[str, ConnectionGuard],
        on_progress: OnProgress | None,
        stop: StopRequest | None,
        grace_seconds: float,
    ) -> RunEnd:
        read = read_journal(journal, self.module.sha256, guards)
        if read.run.action not in self.module.manifest.actions:
            raise JournalRefused("the journal cannot be used: the module has no such action")
        must_cut = read.count < len(journal.lines)

        def record(event: Event) -> Awaitable[None] | None:
            nonlocal must_cut
            if must_cut:
                journal.cut(read.count)
                must_cut = False
            return journal.append(read.sums.close(write_event(event)))

        may_miss = not read.is_whole
        return await self._drive(read.run, read.events, may_miss, guards, record, on_progress, stop, grace_seconds)

    async def _drive(
        self,
        request: RunRequest,
        history: list[Event],
        may_miss_events: bool,
        guards: Mapping[str, ConnectionGuard],
        record: Callable[[Event], Awaitable[None] | None],
        on_progress: OnProgress | None,
        stop: StopRequest | None,
        grace_seconds: float,
    ) -> RunEnd:
        bell = Bell()
        exchanges = Exchanges(guards, self._send, self._places, bell.ring, ends_in_time=self._is_own_client)
        stop = stop or StopRequest()
        loop = asyncio.get_running_loop()

        def on_stop() -> None:
            loop.call_soon_threadsafe(bell.ring)

        stop.add_listener(on_stop)
        run: Run | None = None
        try:
            with ticks.running(), contextlib.closing(Instance(self.module, self._limits)) as instance:
                run = Run(request, instance)
                parts = DriveParts(exchanges, self._clock, bell, stop, grace_seconds, record, on_progress)
                drive = Drive(run, history, parts, may_miss_events=may_miss_events)
                data = await drive.to_the_end()
        except HostError as error:
            error.progress = None if run is None else run.progress
            raise
        finally:
            stop.remove_listener(on_stop)
            exchanges.abandon_all()
        failure = None if exchanges.last_failure is None else harmless_text(exchanges.last_failure)
        end = RunEnd(data, run.progress, failure)
        if drive.task_cancelled:
            raise RunCancelled(end)
        return end


def _input_bytes(value: object) -> bytes:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    try:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, allow_nan=False)
        return text.encode()
    except (TypeError, ValueError, RecursionError):
        raise UsageError("the input cannot be written as JSON") from None
