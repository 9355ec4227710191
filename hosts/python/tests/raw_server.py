"""A server of raw bytes: what it replies, and when it ends a connection, is up to the test."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter, bytes], Awaitable[None]]


@dataclass
class RawServer:
    port: int = 0
    requests: list[bytes] = field(default_factory=list)
    """Each as its bytes."""
    connections: int = 0


async def read_request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
    return head + await reader.readexactly(length)


@contextlib.asynccontextmanager
async def raw_server(*replies: bytes | Handler | None, tls: ssl.SSLContext | None = None) -> AsyncIterator[RawServer]:
    """The replies to the requests in order, on any connection; the last one is also for all that follow. None ends the
    connection; a handler does as it likes, and then the connection ends."""
    server = RawServer()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.connections += 1
        with contextlib.suppress(asyncio.CancelledError, asyncio.IncompleteReadError, ConnectionError):
            while True:
                request = await read_request(reader)
                reply = replies[min(len(server.requests), len(replies) - 1)]
                server.requests.append(request)
                if not isinstance(reply, bytes):
                    if reply is not None:
                        await reply(reader, writer, request)
                    break
                writer.write(reply)
                if b"content-length" not in reply.lower() and b"chunked" not in reply.lower() and b" 204 " not in reply:
                    break
        writer.close()

    listener = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()


async def closed_port() -> int:
    async with raw_server(None) as server:
        return server.port
