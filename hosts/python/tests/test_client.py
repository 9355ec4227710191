"""The HTTP client: which bytes are sent, and what becomes of those that come back."""

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
from typing import Any

import pytest
from conftest import ROOT
from raw_server import RawServer, closed_port, raw_server

from skipcall_action_host import HttpClient, HttpError, HttpRequest, HttpResponse, default_tls

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def request_to(port: int, **other: Any) -> HttpRequest:
    members: dict[str, Any] = {
        "connection": "test",
        "scheme": "http",
        "host": "127.0.0.1",
        "port": port,
        "authority": f"127.0.0.1:{port}",
        "method": "DELETE",
        "target": "/v1/a%2Fb?x=[1]",
        "headers": [(b"X-One", b"1"), (b"x-two", b""), (b"Authorization", b"Bearer key")],
        "body": b"\0body\xff",
        "timeout_ms": 5000,
        "response_limit": 1000,
    }
    return HttpRequest(**{**members, **other})


async def exchange(*replies: Any, **other: Any) -> HttpResponse:
    async with raw_server(*replies) as server:
        client = HttpClient()
        try:
            return await client.send(request_to(server.port, **other))
        finally:
            client.close()


async def test_request_is_sent_byte_for_byte() -> None:
    async with raw_server(OK) as server:
        client = HttpClient()
        response = await client.send(request_to(server.port))
        client.close()
    assert (response.status, response.error, response.body) == (200, HttpError.OK, b"ok")
    assert server.requests == [
        b"DELETE /v1/a%%2Fb?x=[1] HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nX-One: 1\r\nx-two: \r\n"
        b"Authorization: Bearer key\r\nAccept-Encoding: gzip\r\nUser-Agent: skipcall-action-host\r\n"
        b"Content-Length: 6\r\n\r\n\0body\xff" % server.port
    ]


@pytest.mark.parametrize(("method", "length"), [("GET", None), ("DELETE", None), ("POST", b"0"), ("PUT", b"0")])
async def test_no_body(method: str, length: bytes | None) -> None:
    async with raw_server(OK) as server:
        client = HttpClient()
        await client.send(request_to(server.port, method=method, body=b""))
        client.close()
    assert (b"content-length: 0" in server.requests[0].lower()) == (length is not None)


async def test_connections_are_kept() -> None:
    async with raw_server(OK) as server:
        client = HttpClient()
        for _ in range(3):
            assert (await client.send(request_to(server.port))).status == 200
        client.close()
    assert (server.connections, len(server.requests)) == (1, 3)


async def test_kept_connection_that_ended_is_not_used() -> None:
    async def once(_: object, writer: asyncio.StreamWriter, __: bytes) -> None:
        writer.write(OK)
        await writer.drain()

    async with raw_server(once) as server:
        client = HttpClient()
        for _ in range(3):
            assert (await client.send(request_to(server.port))).status == 200
            await asyncio.sleep(0.02)
        client.close()
    assert (server.connections, len(server.requests)) == (3, 3)


async def test_kept_connection_that_ends_at_the_next_request_is_no_reason_to_repeat_it() -> None:
    async with raw_server(OK, None, OK) as server:
        client = HttpClient()
        await client.send(request_to(server.port))
        response = await client.send(request_to(server.port))
        client.close()
    assert (response.status, response.error, response.not_sent) == (0, HttpError.RESET, False)
    assert len(server.requests) == 2


async def test_connection_with_more_than_a_response_is_not_kept() -> None:
    async with raw_server(OK + b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", OK) as server:
        client = HttpClient()
        await client.send(request_to(server.port))
        assert (await client.send(request_to(server.port))).body == b"ok"
        client.close()
    assert server.connections == 2


HEAD = b"HTTP/1.1 200 OK\r\n"
GZIP = gzip.compress(b"a" * 900)
CODED = HEAD + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"


def chunks(data: bytes, *, ended: bool = True) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data) + (b"0\r\n\r\n" if ended else b"")


@pytest.mark.parametrize(
    ("reply", "status", "error", "body"),
    [
        pytest.param(None, 0, "RESET", b"", id="nothing"),
        pytest.param(b"HTTP/1.1 2", 0, "RESET", b"", id="cut in the status line"),
        pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n", 0, "RESET", b"", id="only a 1xx"),
        pytest.param(b"HTTP/1.1 103 Early\r\nA: b\r\n\r\n" + OK, 200, "OK", b"ok", id="a 1xx before"),
        pytest.param(b"HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\n\r\n", 0, "PROTOCOL", b"", id="101"),
        pytest.param(b"SSH-2.0-OpenSSH\r\n\r\n", 0, "PROTOCOL", b"", id="not HTTP"),
        pytest.param(b"HTTP/2.0 200 OK\r\n\r\n", 0, "PROTOCOL", b"", id="another version"),
        pytest.param(b"HTTP/1.1 600 Odd\r\nContent-Length: 0\r\n\r\n", 0, "PROTOCOL", b"", id="status over 599"),
        pytest.param(b"HTTP/1.1 302 F\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n", 302, "OK", b"", id="redirect"),
        pytest.param(b"HTTP/1.1 204 No\r\n\r\n", 204, "OK", b"", id="204"),
        pytest.param(HEAD + b"Content-Length: 5\r\n\r\nab", 200, "RESET", b"ab", id="cut in the body"),
        pytest.param(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab", 200, "RESET", b"ab", id="cut in a chunk"),
        pytest.param(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 200, "PROTOCOL", b"", id="bad chunk"),
        pytest.param(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunks(b"ab"), 200, "OK", b"ab", id="chunks"),
        pytest.param(HEAD + b"Transfer-Encoding: gzip\r\n\r\n", 0, "PROTOCOL", b"", id="transfer coding"),
        pytest.param(HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nab", 0, "PROTOCOL", b"", id="two lengths"),
        pytest.param(
            HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks(b"ab"),
            200,
            "PROTOCOL",
            b"",
            id="length beside chunks",
        ),
        pytest.param(HEAD + b"Content-Length: x\r\n\r\nab", 0, "PROTOCOL", b"", id="length is not a number"),
        pytest.param(HEAD + b"\r\nab", 200, "OK", b"ab", id="until the end"),
        pytest.param(HEAD + b"\r\n", 200, "RESET", b"", id="nothing until the end"),
        pytest.param(HEAD + b"Content-Length: 1001\r\n\r\n" + b"x" * 1001, 200, "TOO_LARGE", b"x" * 1000, id="large"),
        pytest.param(CODED + chunks(GZIP), 200, "OK", b"a" * 900, id="gzip"),
        pytest.param(CODED + chunks(GZIP + GZIP[:9]), 200, "PROTOCOL", b"a" * 900, id="second member cut"),
        pytest.param(CODED + chunks(GZIP[:-1]), 200, "PROTOCOL", b"a" * 900, id="gzip cut"),
        pytest.param(CODED + chunks(GZIP + b"more"), 200, "PROTOCOL", b"a" * 900, id="more after gzip"),
        pytest.param(CODED + b"0\r\n\r\n", 200, "PROTOCOL", b"", id="no gzip at all"),
        pytest.param(CODED + chunks(gzip.compress(b"a" * 10**7)), 200, "TOO_LARGE", b"a" * 1000, id="bomb"),
        pytest.param(
            HEAD + b"Content-Encoding: br\r\nContent-Length: 2\r\n\r\nab", 200, "PROTOCOL", b"", id="another coding"
        ),
        pytest.param(HEAD + b"A b: c\r\nContent-Length: 0\r\n\r\n", 0, "PROTOCOL", b"", id="name is not a token"),
        pytest.param(HEAD + b"A: " + b"x" * 300_000 + b"\r\n\r\n", 0, "TOO_LARGE", b"", id="header without end"),
        pytest.param(b"HTTP/1.1 103 E\r\nA: b\r\n\r\n" * 50_000, 0, "TOO_LARGE", b"", id="1xx without end"),
    ],
)
async def test_response(reply: bytes | None, status: int, error: str, body: bytes) -> None:
    async def send(_: object, writer: asyncio.StreamWriter, __: bytes) -> None:
        writer.write(reply or b"")
        await writer.drain()

    response = await exchange(send)
    assert (response.status, response.error.name, response.body) == (status, error, body)
    assert not response.not_sent
    assert (response.error is HttpError.OK) == (response.detail == "")


async def test_headers_are_as_they_came() -> None:
    response = await exchange(
        HEAD + b"Date: x\r\nSET-cookie: a\r\nset-Cookie:b \r\nB: \xff\r\nContent-Length: 0\r\n\r\n"
    )
    assert response.headers == [
        (b"Date", b"x"),
        (b"SET-cookie", b"a"),
        (b"set-Cookie", b"b"),
        (b"B", b"\xff"),
        (b"Content-Length", b"0"),
    ]


async def test_timeout_is_for_the_whole_exchange() -> None:
    async def drip(_: object, writer: asyncio.StreamWriter, __: bytes) -> None:
        writer.write(HEAD + b"Content-Length: 900\r\n\r\n")
        for _n in range(100):
            writer.write(b"x")
            await asyncio.sleep(0.02)

    began = asyncio.get_running_loop().time()
    response = await exchange(drip, timeout_ms=200)
    assert asyncio.get_running_loop().time() - began < 1
    assert (response.status, response.error) == (200, HttpError.TIMEOUT)
    assert 0 < len(response.body) < 50


async def test_no_connection() -> None:
    client = HttpClient()
    refused = await client.send(request_to(await closed_port()))
    assert (refused.status, refused.error, refused.not_sent) == (0, HttpError.CONNECT, True)
    unknown = await client.send(request_to(80, host="host.invalid"))
    assert (unknown.status, unknown.error, unknown.not_sent) == (0, HttpError.DNS, True)


TLS = ROOT / "abi/conformance/action_conformance/tls"


def server_tls(certificate: str = "good") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / f"{certificate}.pem")
    return context


def trusting() -> ssl.SSLContext:
    context = default_tls()
    context.load_verify_locations(TLS / "authority.pem")
    return context


async def test_tls() -> None:
    async with raw_server(OK, tls=server_tls()) as server:
        client = HttpClient(trusting())
        for _ in range(2):
            response = await client.send(request_to(server.port, scheme="https"))
            assert (response.status, response.error, response.body) == (200, HttpError.OK, b"ok")
        client.close()
    assert server.connections == 1


async def test_tls_that_ends_in_order_ends_a_body() -> None:
    async with raw_server(HEAD + b"\r\nwhole", tls=server_tls()) as server:
        client = HttpClient(trusting())
        response = await client.send(request_to(server.port, scheme="https"))
        client.close()
    assert (response.status, response.error, response.body) == (200, HttpError.OK, b"whole")


async def test_tls_that_ends_without_saying_so_ends_no_body() -> None:
    """A body that only the end of the connection ends may have been cut by anybody."""

    async def cut(_: object, writer: asyncio.StreamWriter, __: bytes) -> None:
        writer.write(HEAD + b"\r\nhalf")
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.transport.get_extra_info("socket").shutdown(socket.SHUT_WR)
        await asyncio.sleep(0.2)

    async with raw_server(cut, tls=server_tls()) as server:
        client = HttpClient(trusting())
        response = await client.send(request_to(server.port, scheme="https"))
        client.close()
    assert (response.status, response.error, response.body) == (200, HttpError.RESET, b"half")


@pytest.mark.parametrize("certificate", ["untrusted", "other-name", "expired"])
async def test_no_trusted_tls(certificate: str) -> None:
    async with raw_server(OK, tls=server_tls(certificate)) as server:
        response = await HttpClient(trusting()).send(request_to(server.port, scheme="https"))
    assert (response.status, response.error, response.not_sent) == (0, HttpError.TLS, True)
    assert server.requests == []


@pytest.mark.parametrize(
    ("greeting", "error"), [(b"SSH-2.0-OpenSSH\r\n", HttpError.TLS), (b"", HttpError.CONNECT)], ids=["plain", "end"]
)
async def test_server_without_tls(greeting: bytes, error: HttpError) -> None:
    async def greet(_: object, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    response = await HttpClient().send(request_to(server.sockets[0].getsockname()[1], scheme="https"))
    server.close()
    assert (response.status, response.error, response.not_sent) == (0, error, True)


async def test_header_that_cannot_be_written_is_refused() -> None:
    async with raw_server(OK) as server:
        client = HttpClient()
        response = await client.send(request_to(server.port, headers=[(b"A", b"x\x0cy")]))
        client.close()
    assert (response.error, response.not_sent, server.requests) == (HttpError.DENIED, True, [])


async def test_large_bodies_both_ways() -> None:
    size = 5_000_000

    async def echo(_: object, writer: asyncio.StreamWriter, request: bytes) -> None:
        body = request.partition(b"\r\n\r\n")[2]
        writer.write(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()

    response = await exchange(echo, body=b"x" * size, response_limit=size)
    assert (response.status, response.error, len(response.body)) == (200, HttpError.OK, size)


async def test_cancellation_ends_the_connection() -> None:
    ended = asyncio.Event()

    async def wait(reader: asyncio.StreamReader, _: object, __: bytes) -> None:
        await reader.read()
        ended.set()

    server: RawServer
    async with raw_server(wait) as server:
        client = HttpClient()
        task = asyncio.ensure_future(client.send(request_to(server.port)))
        while not server.requests:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(ended.wait(), 2)
