"""Whose server a request goes to and with which key: the host's half of a request.

The module gives a name and a target; this decides whether the two may be joined (ABI.md, a host's duties 9 to 13).
"""

from __future__ import annotations

import functools
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NoReturn

from .errors import ConnectionRefused
from .header_block import Headers, is_token, read_header_block
from .key_mask import KeyMask
from .manifest import DeclaredConnection, Field, Manifest


@dataclass(frozen=True)
class Connection:
    """What the caller gives for a connection of the manifest."""

    base_url: str
    """https, or http to localhost; no query."""
    secret: str | None = field(default=None, repr=False)
    """The key of a connection with one field. Without it, every request gets NO_CREDENTIAL."""
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The values of a connection's fields by their names, if it has several."""


# Headers that only the host may set: credentials, framing, routing and what concerns one connection (duty 10).
_RESERVED: Final = frozenset(
    b"authorization cookie cookie2 set-cookie host content-length transfer-encoding connection te keep-alive trailer "
    b"via upgrade expect date origin referer forwarded dnt x-forwarded-host x-forwarded-for x-forwarded-proto "
    b"x-http-method-override x-http-method x-method-override http2-settings".split()
)
_METHODS: Final = frozenset((b"GET", b"HEAD", b"POST", b"PUT", b"PATCH", b"DELETE"))
_SHORTEST_SECRET: Final = 8  # overwriting a shorter one would tear responses apart
_PLACEHOLDER: Final = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_BASE_URL: Final = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?(?P<path>/.*)?",
    re.IGNORECASE,
)
# Characters that RFC 3986 does not allow in a path or query ("[" and "]" may be there), "%" without two digits, and
# "'" in a query: URL parsers rewrite some of them.
_REWRITTEN: Final = re.compile(rb"[\"#<>\\^`{|}]|%(?![0-9A-Fa-f]{2})|\?.*'")
# What can make Python's matcher backtrack for ages: a group that repeats, or several repeats without an upper bound.
_REPEATED_GROUP: Final = re.compile(r"\)[*+{]|\\[1-9k]")
_OPEN_REPEAT: Final = re.compile(r"[*+]|\{[0-9]+,[0-9]*\}")
_LONGEST_MATCHED: Final = 500
_VISIBLE_ASCII: Final = re.compile(r"[!-~]+")


def _refuse(why: str) -> NoReturn:
    raise ConnectionRefused(why)


def _is_reserved(name: bytes) -> bool:
    return name in _RESERVED or name.startswith((b"proxy-", b"sec-"))


def _decoded(text: bytes) -> bytes:
    """The text percent-decoded until nothing is left to decode."""
    once = re.sub(rb"%([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), text)
    return once if once == text else _decoded(once)


def _has_dot_segment(path: bytes) -> bool:
    """A segment "." or "..", however it is written (duty 9). Servers that decode before they split a path treat each as
    a step up."""
    return any(re.match(rb"\.\.?(?:;|\Z)", segment) for segment in re.split(rb"[/\\]", _decoded(path)))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address == ipaddress.IPv6Address("::1") or (address.version == 4 and address.is_loopback)


@dataclass(frozen=True)
class _Server:
    base_url: str
    """As text, without its trailing slash."""
    scheme: str
    host: str
    port: int
    authority: str
    path: str


def _read_base_url(text: str) -> _Server:
    """Errors do not repeat its content: it may be a password."""
    if not _VISIBLE_ASCII.fullmatch(text) or "\\" in text:
        _refuse("the base URL is empty or holds white space, \\, control or non-ASCII characters")
    if "?" in text or "#" in text:
        _refuse("the base URL must not hold a query or fragment")
    if "@" in text.partition("//")[2].partition("/")[0]:
        _refuse("the base URL must not hold a user name or password")
    parts = _BASE_URL.fullmatch(text)
    if parts is None:
        _refuse("the base URL is not a URL; expected something like https://api.example.com")
    scheme, host = parts["scheme"].lower(), parts["host"].lower().strip("[]")
    if ":" in host:
        try:
            ipaddress.IPv6Address(host)
        except ValueError:
            _refuse("the base URL is not a URL; its IPv6 address is invalid")
    port = int(parts["port"] or (443 if scheme == "https" else 80))
    if not 0 < port < 1 << 16:
        _refuse("the base URL is not a URL; its port is invalid")
    if scheme == "http" and not _is_loopback(host):
        _refuse("the base URL must begin with https://; plain http is for this machine (127.0.0.1, localhost) only")
    path = parts["path"] or ""
    if "//" in path or _has_dot_segment(path.encode()) or _REWRITTEN.search(path.encode()):
        _refuse("the base URL must not hold empty or dot segments, or characters that no URL holds")
    authority = parts["host"].lower() + (f":{port}" if parts["port"] else "")
    return _Server(text.removesuffix("/"), scheme, host, port, authority, path.removesuffix("/"))


def _fields_of(declared: DeclaredConnection) -> list[Field]:
    """Those that a person fills in: the declared ones, and any others that templates name."""
    fields = {item.name: item for item in declared.fields}
    for _, template in declared.headers:
        for name in _PLACEHOLDER.findall(template):
            fields.setdefault(name, Field(name))
    return list(fields.values())


def _fits(value: str, pattern: str | None) -> bool:
    """A pattern that Python cannot read, or may need too long for, is ignored: it only catches typing errors."""
    if pattern is None or len(value) > _LONGEST_MATCHED or _REPEATED_GROUP.search(pattern):
        return True
    if len(_OPEN_REPEAT.findall(pattern)) > 2:
        return True
    try:
        return re.search(pattern, value, re.ASCII) is not None
    except (re.error, OverflowError, RecursionError):
        return True


def _check_headers(declared: DeclaredConnection) -> None:
    names = set()
    for name, template in declared.headers:
        plain = name.lower().encode(errors="replace")
        if not is_token(plain) or not name.isascii() or not re.fullmatch("[ -~]+", template):
            _refuse(f'a header of connection {declared.id} is not of the form "Name": "text {{field}}"')
        if _is_reserved(plain) and plain != b"authorization":
            _refuse(f"connection {declared.id} wants to set the header {name}, which only the host sets")
        if plain in names:
            _refuse(f"connection {declared.id} declares the header {name} twice")
        names.add(plain)


def _values_of(declared: DeclaredConnection, given: Connection) -> dict[str, str]:
    """The value of each field; "" for one that was not given."""
    fields = _fields_of(declared)
    values = {item.name: "" for item in fields}
    for name, value in given.fields.items():
        if name not in values:  # it is not repeated: it may be the key itself, passed as a name
            _refuse(f"connection {declared.id} has no field of the name that was given")
        values[name] = value
    if given.secret and fields:
        if len(fields) > 1:
            names = ", ".join(values)
            _refuse(f"connection {declared.id} needs a value for each of its fields: {names}")
        values[fields[0].name] = given.secret
    for item in fields:
        value = values[item.name]
        if not value:
            continue
        what = f"the {item.name} of connection {declared.id}"
        if not _VISIBLE_ASCII.fullmatch(value) or (item.secret and len(value) < _SHORTEST_SECRET):
            _refuse(f"{what} is too short, or holds white space, control or non-ASCII characters")
        if not _fits(value, item.pattern):
            _refuse(f"{what} does not look right: it should fit the pattern {item.pattern}")
    return values


class ConnectionGuard:
    """A connection that was checked."""

    def __init__(self, declared: DeclaredConnection, given: Connection) -> None:
        """Raises ConnectionRefused: base URL, a value or a header cannot be used."""
        self.id: Final = declared.id
        self._server = _read_base_url(given.base_url)
        _check_headers(declared)
        values = _values_of(declared, given)
        self.has_credential: Final = "" not in values.values()
        self.values: Final = list(values.values())
        """Of all fields, in the manifest's order."""
        # Without a field, the secret is only masked.
        secrets = dict.fromkeys((*values.values(), given.secret or ""))
        self._masks = [
            KeyMask(value) for value in secrets if len(value) >= _SHORTEST_SECRET and _VISIBLE_ASCII.fullmatch(value)
        ]
        self._credential: Headers = [
            (name.encode(), _PLACEHOLDER.sub(lambda found: values[found[1]], template).encode())
            for name, template in declared.headers
        ]
        self._credential_names = {name.lower() for name, _ in self._credential}
        # A module's requests often have the same target and headers.
        self.target_of = functools.lru_cache(32)(self._target_of)
        self.headers_of = functools.lru_cache(32)(self._headers_of)

    @property
    def base_url(self) -> str:
        """Without a slash at the end."""
        return self._server.base_url

    @property
    def scheme(self) -> str:
        return self._server.scheme

    @property
    def host(self) -> str:
        return self._server.host

    @property
    def port(self) -> int:
        return self._server.port

    @property
    def authority(self) -> str:
        return self._server.authority

    def allows_method(self, method: bytes) -> bool:
        return method in _METHODS

    def _target_of(self, target: bytes) -> str | None:
        """The base URL's path and the target, joined as text. None if duty 9 refuses the target."""
        is_visible = re.fullmatch(rb"/[!-~]*", target)
        if not is_visible or b"//" in target or _REWRITTEN.search(target):
            return None
        if _has_dot_segment(target.partition(b"?")[0]):
            return None
        return self._server.path + target.decode()

    def _headers_of(self, block: bytes) -> Headers | None:
        """The headers to send: the block's, and the credential. None if the block is malformed, or has a header that
        the module may not set."""
        headers = read_header_block(block)
        if headers is None:
            return None
        for name, _ in headers:
            plain = name.lower()
            if _is_reserved(plain) or plain in self._credential_names:
                return None
        return headers + self._credential

    def mask(self, data: bytes, *, cut_off: bool = False) -> bytes:
        """Overwrites each value in the bytes with "*"; with cut_off, also a part of one at the end."""
        for mask in self._masks:
            data = mask.apply(data, cut_off=cut_off)
        return data


def guard_connections(manifest: Manifest, given: Mapping[str, Connection]) -> dict[str, ConnectionGuard]:
    """The manifest's connections that the caller gave. Raises ConnectionRefused, also for a name that the manifest does
    not declare."""
    declared = {item.id: item for item in manifest.connections}
    for name in given:
        if name not in declared:  # it is not repeated: it may be the key, in the wrong place
            names = ", ".join(declared) or "none"
            _refuse(f"a connection is given that the manifest does not declare; it declares: {names}")
    return {name: ConnectionGuard(item, given[name]) for name, item in declared.items() if name in given}
