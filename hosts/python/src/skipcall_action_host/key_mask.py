"""Finds a key that a server's text repeats, in the spellings that servers use, and overwrites it."""

from __future__ import annotations

import re
from typing import Final

_SHORTEST_PART: Final = 4  # fewer characters reveal nothing, and end many texts
_NAMED: Final = {"&": b"amp", "<": b"lt", ">": b"gt", '"': b"quot", "'": b"apos"}
_BASE64: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_DIGIT: Final = rb"[A-Za-z0-9+/_-]"
# What may be left of a truncated escape.
_CUT_ESCAPE: Final = re.compile(rb"(?:[%\\&][^;]{0,9})?")
_LONGEST_SPELLING: Final = 11  # of one character


def _spelling(character: str) -> bytes:
    """A pattern of a character in either case: plain, or escaped as percent-encoding, JSON, C and HTML do it."""
    # Patterns ignore case, so each spelling is there once: two that match the same would double the work each time.
    codes = sorted({ord(character.lower()), ord(character.upper())})
    hexadecimal = b"|".join(b"%02x" % code for code in codes)
    decimal = b"|".join(b"%d" % code for code in codes)
    spellings = [
        re.escape(character.lower().encode()),
        rb"(?:%%|\\u00|\\x)(?:%b)" % hexadecimal,
        rb"&#(?:x0{0,4}(?:%b)|0{0,5}(?:%b));" % (hexadecimal, decimal),
    ]
    if character in _NAMED:
        spellings.append(b"&%b;" % _NAMED[character])
    if character in '"\\/':
        spellings.append(re.escape(b"\\" + character.encode()))
    return b"(?:%b)" % b"|".join(reversed(spellings))  # an escape before the character that it begins with


def _base64_digits(key: bytes, bytes_before: int) -> tuple[bytes, bool]:
    """The digits that the key alone determines if that many other bytes come before it in a group of three, and whether
    the digit after them holds bits of the key too."""
    bits = "".join(f"{byte:08b}" for byte in bytes(bytes_before) + key)
    first = -(-8 * bytes_before // 6) * 6
    ends = range(first + 6, len(bits) + 1, 6)
    digits = "".join(_BASE64[int(bits[end - 6 : end], 2)] for end in ends)
    return digits.encode(), len(bits) % 6 != 0


class KeyMask:
    """Overwrites a key wherever bytes spell it.

    As it is, in other letter case, by escapes (percent, JSON, HTML), in hexadecimal digits, or in base64 of either
    alphabet, also as part of something longer.
    """

    def __init__(self, key: str) -> None:
        """key: visible ASCII, not empty."""
        plain = key.encode("ascii")
        spellings = [_spelling(character) for character in key]
        self._key = key
        # Text, whether a digit before it is shared with something else, shortest part that counts.
        self._digits = [(plain.hex().encode(), False, 2 * _SHORTEST_PART)]
        patterns = []
        for bytes_before in (0, 1, 2):
            digits, shares_last = _base64_digits(plain, bytes_before)
            for text in dict.fromkeys((digits, digits.replace(b"+", b"-").replace(b"/", b"_"))):
                self._digits.append((text, bytes_before > 0, _SHORTEST_PART + 2))
                before = _DIGIT + b"?" if bytes_before else b""
                behind = _DIGIT + b"?" if shares_last else b""
                patterns.append(before + re.escape(text) + behind)
        self._whole = [
            re.compile(b"|".join(patterns)),
            re.compile(plain.hex().encode(), re.IGNORECASE),
            re.compile(b"".join(spellings), re.IGNORECASE),
        ]

    def apply(self, data: bytes, *, cut_off: bool) -> bytes:
        """The same bytes with "*" for each of the key; with cut_off, also for a beginning of it at the end."""
        for pattern in self._whole:
            data = pattern.sub(lambda found: b"*" * len(found[0]), data)
        return self._without_part(data) if cut_off else data

    def _without_part(self, data: bytes) -> bytes:
        for text, shares_first, shortest in self._digits:
            end = data[-len(text) :].lower() if text is self._digits[0][0] else data[-len(text) :]
            length = next((n for n in range(len(text) - 1, shortest - 1, -1) if end.endswith(text[:n])), 0)
            if length:
                length += shares_first and re.match(_DIGIT, data[-length - 1 : -length]) is not None
                data = data[:-length] + b"*" * length
        characters = [re.compile(_spelling(character), re.IGNORECASE) for character in self._key]
        window = max(0, len(data) - _LONGEST_SPELLING * len(characters))
        for first in characters[0].finditer(data, window):
            if _ends_in_a_part(data, first.start(), characters):
                return data[: first.start()] + b"*" * (len(data) - first.start())
        return data


def _ends_in_a_part(data: bytes, at: int, characters: list[re.Pattern[bytes]]) -> bool:
    matched = 0
    for character in characters:
        # A truncated escape may read as the plain character that begins it.
        if matched >= _SHORTEST_PART and _CUT_ESCAPE.fullmatch(data, at):
            return True
        found = character.match(data, at)
        if found is None:
            break
        at = found.end()
        matched += 1
    return matched >= _SHORTEST_PART and _CUT_ESCAPE.fullmatch(data, at) is not None
