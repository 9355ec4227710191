"""How a caller ends a run early, from any thread or signal handler."""

from __future__ import annotations

from collections.abc import Callable


class StopRequest:
    """One may be passed to several runs."""

    def __init__(self) -> None:
        self._stopping = False
        self._cancelling = False
        self._listeners: tuple[Callable[[], None], ...] = ()

    def stop(self) -> None:
        """Gently: nothing new is sent, open requests may end for a while, and the account is exact."""
        self._stopping = True
        self._tell()

    def cancel(self) -> None:
        """At once: open requests are given up, and counted as unknown."""
        self._cancelling = True
        self._tell()

    @property
    def stopping(self) -> bool:
        return self._stopping

    @property
    def cancelling(self) -> bool:
        return self._cancelling

    def add_listener(self, listener: Callable[[], None]) -> None:
        """Called after each request to stop, in the thread that makes it."""
        self._listeners = (*self._listeners, listener)

    def remove_listener(self, listener: Callable[[], None]) -> None:
        self._listeners = tuple(item for item in self._listeners if item is not listener)

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()
