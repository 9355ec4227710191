"""A request and its response, as they pass between the host and a sender."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from .abi import HttpError
from .header_block import Headers


@dataclass(repr=False, slots=True)
class HttpRequest:
    """A request that was checked and may be sent as it is. It has no repr, since the key is in its headers."""

    connection: str
    """The manifest's name of the connection."""
    scheme: str
    """"https" or "http"."""
    host: str
    """A name, an IPv4 address, or an IPv6 address without brackets."""
    port: int
    authority: str
    """For the header Host."""
    method: str
    """GET, HEAD, POST, PUT, PATCH or DELETE."""
    target: str
    """Path and query, to be sent without being rewritten."""
    headers: Headers
    """In order, including the credential."""
    body: bytes
    """To be sent byte for byte, whatever the method."""
    timeout_ms: int
    """For the whole exchange."""
    response_limit: int
    """Bytes of the decoded body."""


@dataclass(slots=True)
class HttpResponse:
    """What became of a request."""

    status: int = 0
    """200 to 599; 0: no status came."""
    error: HttpError = HttpError.OK
    """Why there is no response, or not a whole one. May accompany a status."""
    not_sent: bool = False
    """It is certain that no byte of the request was sent. Set it only then."""
    may_have_repeated: bool = False
    """The request may have been sent more than once, so a success may count too few."""
    headers: Headers | tuple[()] = ()
    """Of the final response; names in any letter case."""
    body: bytes = b""
    """Decoded; cut off if `error` says so."""
    detail: str = ""
    """What is known about an error, for a person. The key in it is overwritten; the module never sees it."""


Send = Callable[[HttpRequest], Awaitable[HttpResponse]]
"""Sends one request and waits for the whole response.

It follows no redirects, keeps no cookies, never retries, and ends in time. 4xx and 5xx are responses. It is cancelled
when the host gives up the exchange. An exception is treated as error OTHER of a request that may have been carried out;
its text is dropped, since it may hold the key.
"""


@dataclass(slots=True)
class ResponseBlock:
    """A response in the module's own form."""

    status: int
    error: int
    flags: int
    headers: bytes
    body: bytes


def no_response(error: HttpError, *, not_sent: bool, detail: str = "") -> HttpResponse:
    """Without a status."""
    return HttpResponse(error=error, not_sent=not_sent, detail=detail)
