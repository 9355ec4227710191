"""Time, and a wait that can be ended from elsewhere."""

from __future__ import annotations

import asyncio
import time


class Clock:
    """Unix time in milliseconds that never runs backwards: the wall clock read once, then the monotonic one."""

    def __init__(self) -> None:
        self._start = time.time() - time.monotonic()

    def now(self) -> int:
        return int((self._start + time.monotonic()) * 1000)


class Bell:
    """Belongs to one event loop. A ring that comes before the wait is not lost."""

    def __init__(self) -> None:
        self._rung = False
        self._waiter: asyncio.Future[None] | None = None

    def ring(self) -> None:
        self._rung = True
        self._wake()

    async def wait(self, seconds: float | None) -> None:
        """Waits for a ring, at most this long; None: without limit. Always lets the event loop turn once."""
        if self._rung or (seconds is not None and seconds <= 0):
            await asyncio.sleep(0)
        else:
            loop = asyncio.get_running_loop()
            self._waiter = loop.create_future()
            timer = None if seconds is None else loop.call_later(seconds, self._wake)
            try:
                await self._waiter
            finally:
                if timer is not None:
                    timer.cancel()
                self._waiter = None
        self._rung = False

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
