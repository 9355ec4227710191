"""The blocking twin of ActionHost, for programs without an event loop."""

from __future__ import annotations

import asyncio
import concurrent.futures
import os
import ssl
import threading
from collections.abc import Callable, Coroutine, Mapping
from types import TracebackType
from typing import Any

from .action_host import ActionHost, JournalOrPath, OnProgress, RunEnd
from .connection import Connection
from .http import Send
from .instance import InstanceLimits
from .module import ActionModule
from .stop import StopRequest


class RunInterrupted(KeyboardInterrupt):
    """Ctrl-C was pressed during a run. The run was cancelled; `end` says how it ended."""

    def __init__(self, end: RunEnd) -> None:
        super().__init__("the run was interrupted")
        self.end = end


class BlockingActionHost:
    """Use it with `with`, from any number of threads at once. It sends requests from its own thread, so it also works
    where an event loop is already running, as in a notebook."""

    def __init__(
        self,
        module: ActionModule | bytes | str | os.PathLike[str],
        *,
        limits: InstanceLimits | None = None,
        send: Send | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """As ActionHost."""
        self.module = module if isinstance(module, ActionModule) else ActionModule(module)
        self._make: Callable[[], ActionHost] = lambda: ActionHost(self.module, limits=limits, send=send, tls=tls)

    def __enter__(self) -> BlockingActionHost:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="action-host", daemon=True)
        self._thread.start()
        self._host = self._call(self._open())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._call(self._host.__aexit__(kind, error, trace))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def run(
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
        """Like ActionHost.run. on_progress is called in the host's thread. Ctrl-C raises RunInterrupted."""
        stop = stop or StopRequest()
        return self._wait(
            self._host.run(
                action,
                input,
                connections=connections,
                on_progress=on_progress,
                stop=stop,
                grace_seconds=grace_seconds,
                journal=journal,
                seed=seed,
            ),
            stop,
        )

    def resume(
        self,
        journal: JournalOrPath,
        *,
        connections: Mapping[str, Connection],
        on_progress: OnProgress | None = None,
        stop: StopRequest | None = None,
        grace_seconds: float = 5.0,
    ) -> RunEnd:
        """Like ActionHost.resume."""
        stop = stop or StopRequest()
        return self._wait(
            self._host.resume(
                journal,
                connections=connections,
                on_progress=on_progress,
                stop=stop,
                grace_seconds=grace_seconds,
            ),
            stop,
        )

    async def _open(self) -> ActionHost:
        return await self._make().__aenter__()

    def _call(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def _wait(self, coroutine: Coroutine[Any, Any, RunEnd], stop: StopRequest) -> RunEnd:
        future: concurrent.futures.Future[RunEnd] = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return future.result()
        except KeyboardInterrupt:
            stop.cancel()
            raise RunInterrupted(future.result()) from None
