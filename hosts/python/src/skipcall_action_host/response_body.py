"""The body of a response: decoded, within its limit, and known to be whole or not."""

from __future__ import annotations

import zlib
from typing import Final

from .abi import HttpError

ACCEPTED_CODING: Final = b"gzip"
_GZIP_ALONE: Final = 16 + zlib.MAX_WBITS


class ResponseBody:
    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._parts: list[bytes] = []
        self._size = 0
        self._is_gzip = False
        self._inflater: zlib._Decompress | None = None  # none between members
        self._members = 0

    def set_coding(self, codings: list[bytes]) -> HttpError:
        """By the response's Content-Encoding headers, before the first byte."""
        coding = b",".join(codings).strip().lower()
        self._is_gzip = coding in (b"gzip", b"x-gzip")
        return HttpError.OK if self._is_gzip or coding in (b"", b"identity") else HttpError.PROTOCOL

    def add(self, data: bytes) -> HttpError:
        """Unless OK, nothing more may be added."""
        if not self._is_gzip:
            return self._append(data)
        while data:
            if self._inflater is None:
                self._inflater = zlib.decompressobj(_GZIP_ALONE)  # RFC 1952: members may follow each other
            try:
                decoded = self._inflater.decompress(data, self._limit - self._size + 1)
            except zlib.error:
                return HttpError.PROTOCOL
            if error := self._append(decoded):
                return error
            data = self._inflater.unconsumed_tail
            if self._inflater.eof:
                data = self._inflater.unused_data
                self._inflater = None
                self._members += 1
        return HttpError.OK

    def _append(self, decoded: bytes) -> HttpError:
        room = self._limit - self._size
        if decoded:
            self._parts.append(decoded[:room])
        self._size += min(len(decoded), room)
        return HttpError.OK if len(decoded) <= room else HttpError.TOO_LARGE

    @property
    def is_whole(self) -> bool:
        """The coding has come to its end."""
        return not self._is_gzip or (self._inflater is None and self._members > 0)

    def bytes(self) -> bytes:
        return b"".join(self._parts)
