"""Header blocks, ABI.md "Header blocks": lines of name ":" [space] value CRLF."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

Headers = list[tuple[bytes, bytes]]

HEADER_BLOCK_LIMIT: Final = 64 * 1024

# A name is a token of RFC 9110, section 5.6.2.
_TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_LINE = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([^\r\n\0]*?)[ \t]*\r\n")


def is_token(text: bytes) -> bool:
    return _TOKEN.fullmatch(text) is not None


def read_header_block(block: bytes) -> Headers | None:
    """None if it is malformed, or over 64 KiB."""
    if len(block) > HEADER_BLOCK_LIMIT:
        return None
    headers: Headers = []
    at = 0
    while at < len(block):
        line = _LINE.match(block, at)
        if line is None:
            return None
        headers.append((line[1], line[2]))
        at = line.end()
    return headers


def write_header_block(headers: Iterable[tuple[bytes, bytes]]) -> tuple[bytes, bool]:
    """The block, and whether it is whole: it ends before the line that made it longer than 64 KiB.

    Lines that may not be in a block are left out.
    """
    lines: list[bytes] = []
    size = 0
    for name, value in headers:
        line = b"%b: %b\r\n" % (name, value.strip(b" \t"))
        if _LINE.fullmatch(line) is None:
            continue
        size += len(line)
        if size > HEADER_BLOCK_LIMIT:
            return b"".join(lines), False
        lines.append(line)
    return b"".join(lines), True
