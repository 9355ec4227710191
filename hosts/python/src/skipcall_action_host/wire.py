"""One connection to a server: bytes in, bytes out, and how it ended."""

from __future__ import annotations

import asyncio
import ssl
from typing import Final, cast

_MOST_BUFFERED: Final = 256 * 1024


class Expired(Exception):
    """The time of the exchange is up."""


class Wire(asyncio.Protocol):
    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._received: list[bytes] = []
        self._size = 0
        self._ended = False
        self._error: Exception | None = None
        self._waiter: asyncio.Future[None] | None = None

    @property
    def is_quiet(self) -> bool:
        """It is open and has received nothing unexpected: it may be used for another request."""
        return not self._ended and self._size == 0

    def write(self, data: bytes) -> None:
        assert self._transport is not None
        self._transport.write(data)

    async def read(self) -> bytes:
        """What has arrived; b"" if the server has ended the connection. Raises OSError and Expired."""
        if self._size == 0 and not self._ended:
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        if self._size == 0 and self._error is not None:
            raise self._error
        data = self._received[0] if len(self._received) == 1 else b"".join(self._received)
        if self._size >= _MOST_BUFFERED and self._transport is not None and not self._ended:
            self._transport.resume_reading()
        self._received.clear()
        self._size = 0
        return data

    def expire(self) -> None:
        """Time is up: read() raises Expired."""
        self._end(Expired())

    def close(self) -> None:
        """At once: what is not written yet is dropped."""
        self._ended = True
        if self._transport is not None:
            self._transport.abort()

    # Called by the transport.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._received.append(data)
        self._size += len(data)
        if self._size >= _MOST_BUFFERED and self._transport is not None:
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> bool:
        self._end(ConnectionResetError("the TLS session was cut off") if self._is_cut_off() else None)
        return False  # the transport closes itself

    def connection_lost(self, error: Exception | None) -> None:
        self._end(error)

    def _is_cut_off(self) -> bool:
        """The connection ended, but the TLS session in it did not, so more may have been on its way (RFC 8446, 6.1)."""
        session = self._transport.get_extra_info("ssl_object") if self._transport else None
        if session is None:
            return False
        try:
            return bool(session.read(1))
        except ssl.SSLError:
            return True

    def _end(self, error: Exception | None) -> None:
        if not self._ended:
            self._ended = True
            self._error = error
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
