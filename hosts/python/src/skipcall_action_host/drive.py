"""The loop that drives a run to its end: it passes announced requests to the sender, and responses back to the module.
Read this first; ABI.md "Writing a host" has the same in pseudo code, for a host that blocks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from .abi import HttpError
from .clock import Bell, Clock
from .exchanges import Exchanges, empty_block
from .instance import Progress, broken
from .journal import Event
from .run import Run
from .stop import StopRequest

_LONGEST_WAIT: Final = 60.0  # seconds
_LONGEST_PAUSE: Final = 0.1  # seconds
_TURNS_TO_ARRIVE: Final = 10  # of the event loop, in which it reads a response that has arrived
_MOST_HELD_BACK: Final = 10_000  # responses to unsent exchanges, while a run is stopped


@dataclass
class DriveParts:
    """What a drive works with; all of it belongs to the host."""

    exchanges: Exchanges
    clock: Clock
    bell: Bell
    """Rings for a response, and for a request to stop."""
    stop: StopRequest
    grace_seconds: float
    """How long open requests may take to end after a stop."""
    record: Callable[[Event], Awaitable[None] | None]
    """Records an event before it is delivered."""
    on_progress: Callable[[Progress], object] | None


class Drive:
    def __init__(self, run: Run, history: Sequence[Event], parts: DriveParts, *, may_miss_events: bool) -> None:
        """history: the events of the journal that is resumed. may_miss_events: some may be missing after the last."""
        self.task_cancelled = False
        """The task was cancelled, and so was the run; its result is available."""
        self._run = run
        self._history = history
        self._parts = parts
        self._may_miss_events = may_miss_events
        self._sent: set[int] = set()
        self._lost: list[int] = []  # exchanges that are to be reported as lost
        self._time = 0
        self._ahead = 0  # of the clock: a journal may come from a machine whose clock is ahead
        self._idle_wakes = 0
        self._stop_began: float | None = None

    async def to_the_end(self) -> bytes:
        """Returns the bytes of the action's result. Raises what Run's methods, on_progress and record raise."""
        run = self._run
        for event in self._history:
            run.replay(event)
        self._time = self._history[-1].now if self._history else 0
        self._ahead = max(0, self._time - self._parts.clock.now())
        # Requests that a journal leaves open may have been sent; the outcome is unknown. The module sends them again,
        # and counts that as another try.
        self._lost = list(run.unanswered)
        self._sent = set(run.unanswered)
        if run.waiting and self._may_miss_events:
            await self._deliver(Event("gap", self._now()))
        for exchange in self._lost:
            run.doubt(exchange)
        is_new = all(event.kind == "gap" for event in self._history)
        if run.waiting and is_new and not self._stopping and not self._cancelling:
            await self._deliver(Event("wake", self._now()))
        while run.waiting:
            try:
                await self._turn()
            except asyncio.CancelledError:
                if self.task_cancelled:
                    raise
                self.task_cancelled = True
        return run.result()

    async def _turn(self) -> None:
        if self._cancelling:
            await self._cancel()
        elif self._lost:
            await self._lose_next()
        elif self._stopping:
            await self._stop()
        else:
            await self._step()

    @property
    def _cancelling(self) -> bool:
        return self.task_cancelled or self._parts.stop.cancelling

    @property
    def _stopping(self) -> bool:
        return self._parts.stop.stopping

    @property
    def _wake_ms(self) -> int:
        return self._run.progress.wake_ms

    def _now(self) -> int:
        """It never runs backwards, not even after another process's journal."""
        self._time = max(self._time, self._parts.clock.now() + self._ahead)
        return self._time

    async def _step(self) -> None:
        """Waits for a response or the next wake, and delivers what came: responses first, then the wake."""
        await self._parts.bell.wait(self._seconds_to_wait())
        responses = await self._deliver_responses()
        if responses or self._wake_ms > self._now():
            self._idle_wakes = 0
        if self._run.waiting and self._wake_ms != 0 and self._wake_ms <= self._now():
            await self._deliver(Event("wake", self._now()))
            self._idle_wakes += 1

    def _seconds_to_wait(self) -> float | None:
        """A module that always asks to be woken at once waits longer each time, so that it does not occupy a
        processor."""
        if self._wake_ms == 0 and not self._parts.exchanges.open:
            raise broken("it waits for nothing")
        if self._wake_ms == 0:
            return None
        pause = min(_LONGEST_PAUSE, ((1 << min(self._idle_wakes, 10)) - 1) / 1000)
        return min(_LONGEST_WAIT, max(pause, (self._wake_ms - self._now()) / 1000))

    async def _deliver_responses(self) -> int:
        responses = self._parts.exchanges.take()
        for exchange, response in responses:
            # The module may have given it up since it arrived.
            if self._run.waiting and exchange in self._run.unanswered:
                await self._deliver(Event("response", self._now(), exchange, response))
        return len(responses)

    async def _stop(self) -> None:
        """ABI.md "Stopping gently": open requests may end, then what was held back is answered as not sent."""
        exchanges, clock = self._parts.exchanges, self._parts.clock
        if self._stop_began is None:
            self._stop_began = clock.now()
        left = self._parts.grace_seconds - (clock.now() - self._stop_began) / 1000
        if exchanges.open and left > 0:
            await self._parts.bell.wait(left)
            await self._deliver_responses()
            return
        exchanges.abandon_all()
        # A response may make the module announce the next try, which is held back and answered in turn.
        for _ in range(_MOST_HELD_BACK):
            held_back = next((exchange for exchange in self._run.unanswered if exchange not in self._sent), None)
            if held_back is None or not self._run.waiting:
                break
            response = empty_block(HttpError.CANCELLED, not_sent=True)
            await self._deliver(Event("response", self._now(), held_back, response))
        if self._run.waiting:
            await self._cancel()

    async def _lose_next(self) -> None:
        exchange = self._lost.pop(0)
        if exchange in self._run.unanswered:  # the module may have given it up
            await self._deliver(Event("lost", self._now(), exchange))

    async def _cancel(self) -> None:
        for _ in range(_TURNS_TO_ARRIVE if self._parts.exchanges.open else 0):
            await asyncio.sleep(0)
        await self._deliver_responses()
        if not self._run.waiting:
            return
        await self._deliver(Event("cancel", self._now()))
        if self._run.waiting:
            raise broken("it continues after it was cancelled")

    async def _deliver(self, event: Event) -> None:
        """One event, and what comes of it."""
        run, parts = self._run, self._parts
        event.announced = run.announced
        written = parts.record(event)
        if written is not None:
            await self._finish(written)
        run.deliver(event)
        for exchange in parts.exchanges.open:
            if exchange not in run.unanswered:
                parts.exchanges.abandon(exchange)
        self._send_unsent()
        if parts.on_progress is not None:
            parts.on_progress(run.progress)

    async def _finish(self, writing: Awaitable[None]) -> None:
        """Waits, even if the task is cancelled meanwhile: whether a line was written must not be in doubt."""
        task = asyncio.ensure_future(writing)
        while not task.done():
            try:
                await asyncio.wait([task])
            except asyncio.CancelledError:
                self.task_cancelled = True
        task.result()

    def _send_unsent(self) -> None:
        """Sends what was announced and not yet sent; once the run is to end, holds it back."""
        for exchange, request in self._run.unanswered.items():
            if exchange in self._sent:
                continue
            is_lost = self._run.is_doubtful(exchange)
            if not is_lost and (self._stopping or self._cancelling):
                continue
            self._sent.add(exchange)
            if is_lost:
                self._lost.append(exchange)
            else:
                self._parts.exchanges.send(exchange, request)
