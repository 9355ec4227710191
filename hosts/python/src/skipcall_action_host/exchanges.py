"""The requests of one run on their way: checked, sent, bounded in time and size, their responses made fit for the
module."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

from .abi import HttpError, ResponseFlag
from .connection import ConnectionGuard
from .header_block import write_header_block
from .http import HttpRequest, HttpResponse, ResponseBlock, Send, no_response
from .instance import AnnouncedRequest

_DEFAULT_TIMEOUT_MS: Final = 60_000
_LONGEST_TIMEOUT_MS: Final = 600_000
_DEFAULT_RESPONSE_LIMIT: Final = 1024 * 1024
_LARGEST_RESPONSE: Final = 16 * 1024 * 1024
_LATE_SECONDS: Final = 0.25  # how late a sender may deliver what it has


def empty_block(error: HttpError, *, not_sent: bool) -> ResponseBlock:
    """For an exchange that no server answered."""
    return ResponseBlock(0, error, ResponseFlag.NOT_SENT if not_sent else 0, b"", b"")


class Exchanges:
    def __init__(
        self,
        guards: Mapping[str, ConnectionGuard],
        send: Send,
        places: asyncio.Semaphore,
        on_response: Callable[[], None],
        *,
        ends_in_time: bool,
    ) -> None:
        """places: how many requests may be sent at a time. ends_in_time: the sender's own clock can be relied on."""
        self.last_failure: str | None = None
        """Why the last request without a complete response failed: server and cause."""
        self._guards = {name.encode(): guard for name, guard in guards.items()}
        self._send = send
        self._places = places
        self._ends_in_time = ends_in_time
        self._on_response = on_response
        self._underway: dict[int, asyncio.Task[None]] = {}
        self._arrived: dict[int, ResponseBlock] = {}

    @property
    def open(self) -> list[int]:
        """Exchanges that were sent, or refused, and are neither taken nor abandoned."""
        return sorted((*self._underway, *self._arrived))

    def send(self, exchange: int, announced: AnnouncedRequest) -> None:
        """Sends it, or refuses it."""
        self._underway[exchange] = asyncio.get_running_loop().create_task(self._answer(exchange, announced))

    def take(self) -> list[tuple[int, ResponseBlock]]:
        """The responses that have arrived since the previous call."""
        taken = list(self._arrived.items())
        self._arrived.clear()
        return taken

    def abandon(self, exchange: int) -> None:
        """Gives up an exchange. If its response still arrives, it is dropped."""
        self._arrived.pop(exchange, None)
        task = self._underway.pop(exchange, None)
        if task is not None:
            task.cancel()

    def abandon_all(self) -> None:
        for exchange in self.open:
            self.abandon(exchange)

    async def _answer(self, exchange: int, announced: AnnouncedRequest) -> None:
        block = empty_block(HttpError.OTHER, not_sent=False)
        try:
            block = await self._exchange(announced)
        finally:  # also after a bug in this host, or if something else cancels the task
            if self._underway.pop(exchange, None) is not None:
                self._arrived[exchange] = block
                self._on_response()

    async def _exchange(self, announced: AnnouncedRequest) -> ResponseBlock:
        guard = self._guards.get(announced.connection)
        if guard is None or not guard.has_credential:
            self.last_failure = "the host has no key for a connection that the module asked for"
            return empty_block(HttpError.NO_CREDENTIAL, not_sent=True)
        target = guard.target_of(announced.target)
        headers = guard.headers_of(announced.headers)
        if target is None or headers is None or not guard.allows_method(announced.method):
            self.last_failure = "the host refused a request: its method, target or a header is not allowed"
            return empty_block(HttpError.DENIED, not_sent=True)
        request = HttpRequest(
            connection=guard.id,
            scheme=guard.scheme,
            host=guard.host,
            port=guard.port,
            authority=guard.authority,
            method=announced.method.decode(),
            target=target,
            headers=headers,
            body=announced.body,
            timeout_ms=min(announced.timeout_ms or _DEFAULT_TIMEOUT_MS, _LONGEST_TIMEOUT_MS),
            response_limit=min(announced.response_limit or _DEFAULT_RESPONSE_LIMIT, _LARGEST_RESPONSE),
        )
        async with self._places:  # time spent waiting here does not count
            response = await self._send_in_time(request)
        block = _finish(response, request, guard)
        if block.error != HttpError.OK:
            detail = guard.mask(response.detail.encode(errors="replace")).decode(errors="replace")
            name = HttpError(block.error).name
            self.last_failure = f"{guard.host}:{guard.port}: {detail or f'no whole response came ({name})'}"
        return block

    async def _send_in_time(self, request: HttpRequest) -> HttpResponse:
        """However the sender behaves, there is a response soon after the time is up."""
        if self._ends_in_time:
            return await self._send(request)
        task = asyncio.current_task()
        assert task is not None
        is_late = False

        def expire() -> None:
            nonlocal is_late
            is_late = True
            task.cancel()

        timer = asyncio.get_running_loop().call_later(request.timeout_ms / 1000 + _LATE_SECONDS, expire)
        try:
            return await self._send(request)
        except asyncio.CancelledError:
            if not is_late:
                raise
            return no_response(HttpError.TIMEOUT, not_sent=False)
        except Exception:
            return no_response(HttpError.OTHER, not_sent=False)
        finally:
            timer.cancel()


def _finish(response: HttpResponse, request: HttpRequest, guard: ConnectionGuard) -> ResponseBlock:
    """Whatever a sender returns, the module gets a response that keeps to the ABI: in range, within its limit, without
    the key."""
    status, error = response.status, response.error
    if not 200 <= status <= 599:
        none = HttpError.OTHER if status == 0 else HttpError.PROTOCOL
        return empty_block(error or none, not_sent=response.not_sent)
    block, is_whole = write_header_block(response.headers)
    if not is_whole or len(response.body) > request.response_limit:
        error = HttpError.TOO_LARGE
    body = guard.mask(response.body[: request.response_limit], cut_off=error is not HttpError.OK)
    flags = ResponseFlag.MAY_HAVE_REPEATED if response.may_have_repeated else 0
    return ResponseBlock(status, error, flags, guard.mask(block), body)
