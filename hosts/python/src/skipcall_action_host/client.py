"""The HTTP client: HTTP/1.1 by h11 over asyncio's connections, which are kept. It never repeats a request or follows a
redirect.

docs/RATIONALE.md says why it is not one of the well-known clients.
"""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import time
from typing import Final

import h11

from .abi import HttpError
from .header_block import HEADER_BLOCK_LIMIT
from .http import HttpRequest, HttpResponse, no_response
from .response_body import ACCEPTED_CODING, ResponseBody
from .wire import Expired, Wire

_KEPT_SECONDS: Final = 60.0
_MOST_HEADER_BYTES: Final = 2 * HEADER_BLOCK_LIMIT
_MOST_INFORMATIONAL: Final = 100
_USER_AGENT: Final = b"skipcall-action-host"

_Origin = tuple[str, str, int]


def default_tls() -> ssl.SSLContext:
    """The system's trust, or that of SSL_CERT_FILE. ssl.create_default_context() would also write the keys of every
    session into the file that SSLKEYLOGFILE names."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_default_certs()
    context.set_alpn_protocols(["http/1.1"])
    return context


class HttpClient:
    """Its method send is a Send of http.py. It belongs to one event loop."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self._kept: dict[_Origin, list[tuple[float, Wire]]] = {}

    async def send(self, request: HttpRequest) -> HttpResponse:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + request.timeout_ms / 1000
        origin = (request.scheme, request.host, request.port)
        wire = self._take_kept(origin)
        if wire is None:
            connecting = self._connect(origin)
            try:
                wire = await asyncio.wait_for(connecting, max(0.0, deadline - loop.time()))
            except (OSError, UnicodeError, asyncio.TimeoutError) as error:
                return _no_connection(error)
        timer = loop.call_at(deadline, wire.expire)
        exchange = _Exchange(request, wire)
        try:
            await exchange.carry_out()
        finally:
            timer.cancel()
            if exchange.may_be_kept and wire.is_quiet:
                self._keep(origin, wire)
            else:
                wire.close()
        return exchange.response

    def close(self) -> None:
        """Closes the connections that are kept."""
        for wires in self._kept.values():
            for _, wire in wires:
                wire.close()
        self._kept.clear()

    def _take_kept(self, origin: _Origin) -> Wire | None:
        """One that the server has not closed yet, as far as this end knows; the most recently used first."""
        wires = self._kept.get(origin, [])
        while wires:
            since, wire = wires.pop()
            if wire.is_quiet and time.monotonic() - since < _KEPT_SECONDS:
                return wire
            wire.close()
        return None

    def _keep(self, origin: _Origin, wire: Wire) -> None:
        self._kept.setdefault(origin, []).append((time.monotonic(), wire))

    async def _connect(self, origin: _Origin) -> Wire:
        scheme, host, port = origin
        loop = asyncio.get_running_loop()
        if scheme == "https" and self._tls is None:
            self._tls = default_tls()
        _, wire = await loop.create_connection(
            Wire, host, port, ssl=self._tls if scheme == "https" else None, happy_eyeballs_delay=0.25
        )
        return wire


class _Exchange:
    """One request and its response over a connection."""

    def __init__(self, request: HttpRequest, wire: Wire) -> None:
        self.response = HttpResponse()
        self.may_be_kept = False
        self._request = request
        self._wire = wire
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MOST_HEADER_BYTES)
        self._body = ResponseBody(request.response_limit)
        self._informational = 0

    async def carry_out(self) -> None:
        """Fills in the response, whatever happens; after a failure, with what has arrived."""
        try:
            self._write()
        except h11.LocalProtocolError:  # h11 does not write some characters in headers
            self.response = no_response(HttpError.DENIED, not_sent=True, detail="a header cannot be written")
            return
        try:
            while True:
                event = self._http.next_event()
                if event is h11.NEED_DATA:
                    await self._read()
                elif self._take(event):
                    break
        except h11.RemoteProtocolError as error:
            self._fail(_error_of(error), str(error))
        except Expired:
            self._fail(HttpError.TIMEOUT, f"no whole response came in {self._request.timeout_ms} ms")
        except OSError as error:
            self._fail(HttpError.RESET, _text_of(error))
        if self.response.status:
            self.response.body = self._body.bytes()

    def _write(self) -> None:
        request = self._request
        names = {name.lower() for name, _ in request.headers}
        headers = [(b"Host", request.authority.encode()), *request.headers]
        if b"accept-encoding" not in names:
            headers.append((b"Accept-Encoding", ACCEPTED_CODING))
        if b"user-agent" not in names:
            headers.append((b"User-Agent", _USER_AGENT))
        if request.body or request.method in ("POST", "PUT", "PATCH"):
            headers.append((b"Content-Length", b"%d" % len(request.body)))
        head = h11.Request(method=request.method, target=request.target, headers=headers)
        parts = [self._http.send(head)]
        if request.body:
            parts.append(self._http.send(h11.Data(request.body)))
        parts.append(self._http.send(h11.EndOfMessage()))
        self._wire.write(b"".join(part for part in parts if part))

    async def _read(self) -> None:
        data = await self._wire.read()
        if not data and self._http.their_state is h11.SEND_RESPONSE:
            raise ConnectionResetError("the connection ended before a response came")
        self._http.receive_data(data)

    def _take(self, event: object) -> bool:
        """Returns whether reading is over: the response has ended, or has failed."""
        if isinstance(event, h11.InformationalResponse):
            self._informational += sum(len(name) + len(value) for name, value in event.headers) + 1
            if self._informational > _MOST_HEADER_BYTES:
                return self._fail(HttpError.TOO_LARGE, "the headers before the response are larger than the host takes")
            if event.status_code == 101:
                return self._fail(HttpError.PROTOCOL, "the server wants to switch protocols")
            return False
        if isinstance(event, h11.Response):
            return self._take_head(event)
        if isinstance(event, h11.Data):
            error = self._body.add(bytes(event.data))
            return error is not HttpError.OK and self._fail(error, "the body is too long or does not decode")
        if isinstance(event, h11.EndOfMessage):
            return self._take_end()
        return self._fail(HttpError.RESET, "the connection ended before a response came")

    def _take_head(self, head: h11.Response) -> bool:
        if head.status_code > 599 or head.http_version not in (b"1.0", b"1.1"):
            return self._fail(HttpError.PROTOCOL, "the response has a status or a version that HTTP/1.1 does not have")
        self.response.status = head.status_code
        self.response.headers = head.headers.raw_items()
        if self._values(b"content-length") and self._values(b"transfer-encoding"):
            return self._fail(HttpError.PROTOCOL, "the response has two lengths")
        if self._has_no_body:
            return False
        if error := self._body.set_coding(self._values(b"content-encoding")):
            return self._fail(error, "the body has a coding that the host does not know")
        return False

    def _take_end(self) -> bool:
        """What is wrong with a body whose framing says that it is whole."""
        if not self._has_no_body:
            lengths = self._values(b"content-length")
            if not self._body.is_whole and lengths != [b"0"]:
                return self._fail(HttpError.PROTOCOL, "the coding of the body is cut off")
            ends_with_connection = not lengths and not self._values(b"transfer-encoding")
            if ends_with_connection and not self._body.bytes():
                return self._fail(HttpError.RESET, "the connection ended where a response without a length began")
        self.may_be_kept = self._http.our_state is h11.DONE and self._http.their_state is h11.DONE
        self.may_be_kept = self.may_be_kept and not self._http.trailing_data[0]
        return True

    @property
    def _has_no_body(self) -> bool:
        return self._request.method == "HEAD" or self.response.status in (204, 304)

    def _values(self, name: bytes) -> list[bytes]:
        return [value for key, value in self.response.headers if key.lower() == name]

    def _fail(self, error: HttpError, detail: str) -> bool:
        self.response.error = error
        self.response.detail = detail
        return True


def _error_of(error: h11.RemoteProtocolError) -> HttpError:
    if error.error_status_hint == 431:
        return HttpError.TOO_LARGE
    is_cut = "closed connection without" in str(error)
    return HttpError.RESET if is_cut else HttpError.PROTOCOL


def _no_connection(error: Exception) -> HttpResponse:
    """No byte of the request was sent: it is written only once there is a connection."""
    kind = HttpError.CONNECT
    # A timeout with an errno comes from the network.
    if isinstance(error, (asyncio.TimeoutError, TimeoutError)) and not getattr(error, "errno", None):
        return no_response(HttpError.TIMEOUT, not_sent=True, detail="no connection was made in time")
    if isinstance(error, (socket.gaierror, UnicodeError)):
        kind = HttpError.DNS
    elif isinstance(error, ssl.SSLError) and not isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        kind = HttpError.TLS
    return no_response(kind, not_sent=True, detail=_text_of(error))


def _text_of(error: BaseException) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, OSError) and error.errno and not isinstance(error, (ssl.SSLError, socket.gaierror)):
        return os.strerror(error.errno)
    return str(error) or type(error).__name__
