"""Which base URLs, values, targets and headers are taken."""

from __future__ import annotations

import pytest

from skipcall_action_host import Connection, ConnectionRefused
from skipcall_action_host.connection import ConnectionGuard
from skipcall_action_host.manifest import DeclaredConnection, Field

KEY = "the-key-of-test" + "k" * 60
BEARER = (("Authorization", "Bearer {key}"),)


def guard(
    base_url: str = "https://api.example.com/v1",
    headers: tuple[tuple[str, str], ...] = BEARER,
    fields: tuple[Field, ...] = (),
    **values: str,
) -> ConnectionGuard:
    declared = DeclaredConnection("test", "https://proposed.example.com", headers, fields)
    return ConnectionGuard(declared, Connection(base_url=base_url, fields=values))


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.com",
        "https://api.example.com:8443/a/b/",
        "HTTPS://API.example.com",
        "http://localhost:1",
        "http://127.0.0.1",
        "http://127.9.9.9:80/x",
        "http://[::1]:5/",
        "https://[2001:db8::1]",
    ],
)
def test_base_url_is_taken(url: str) -> None:
    assert guard(url).base_url == url.removesuffix("/")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.example.org",
        "ftp://example.com",
        "http://example.com",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "http://2130706433",
        "http://0.0.0.0",
        "https://",
        "https:///x",
        "https://user@example.com",
        "https://user:word@example.com",
        "https://localhost@example.com",
        "https://example.com?a",
        "https://example.com#a",
        "https://example.com/a b",
        "https://example.com\\a",
        "https://exämple.com",
        "https://example.com/a//b",
        "https://example.com/../b",
        "https://example.com/%2e%2E/b",
        "https://example.com:0",
        "https://example.com:65536",
        "https://[::1",
        "https://[zz::1]",
        "https://example.com/{x}",
    ],
)
def test_base_url_is_refused(url: str) -> None:
    with pytest.raises(ConnectionRefused) as refused:
        guard(url)
    assert "user" not in url or url not in str(refused.value)


def test_all_headers_are_sent_with_their_fields() -> None:
    headers = (("X-Team", "{team} {other}"), ("authorization", "Key {key}; {a b}"))
    connection = guard(headers=headers, fields=(Field("team", secret=False),), team="t", key=KEY, other="other-key")
    assert connection.has_credential
    assert connection.headers_of(b"A: b\r\n") == [
        (b"A", b"b"),
        (b"X-Team", b"t other-key"),
        (b"authorization", b"Key %b; {a b}" % KEY.encode()),
    ]
    assert connection.mask(KEY.encode() + b" other-key") == b"*" * len(KEY) + b" *********"
    assert connection.headers_of(b"x-TEAM: mine\r\n") is None


def test_missing_value() -> None:
    assert not guard().has_credential
    assert guard(headers=()).has_credential


@pytest.mark.parametrize("value", ["seven77", "with blank in it", "with\nbreak-in-it", "with-ünicode"])
def test_value_is_refused_without_being_repeated(value: str) -> None:
    with pytest.raises(ConnectionRefused) as refused:
        guard(key=value)
    assert value not in str(refused.value)


def test_pattern() -> None:
    def with_pattern(pattern: str) -> ConnectionGuard:
        return guard(fields=(Field("key", pattern),), key=KEY)

    assert with_pattern("key").has_credential
    assert with_pattern("^[unreadable").has_credential
    for costly in ("^(k+|[^x])+$", "^(?:.*)*x", "^.*.*.*.*.*x$"):
        assert with_pattern(costly).has_credential
    assert guard(fields=(Field("key", "^.*.*x$"),), key="k" * 501).has_credential
    with pytest.raises(ConnectionRefused, match="should fit the pattern"):
        with_pattern("^sk_")


@pytest.mark.parametrize(
    "headers",
    [
        (("Host", "evil.example.com"),),
        (("Content-Length", "5"),),
        (("Proxy-Authorization", "{key}"),),
        (("A b", "{key}"),),
        (("A", ""),),
        (("A", "x\r\nB: c"),),
        (("A", "x"), ("a", "y")),
    ],
)
def test_headers_of_a_connection_are_refused(headers: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(ConnectionRefused):
        guard(headers=headers)


@pytest.mark.parametrize("target", ["/", "/a?b=c&d=%2F", "/a/.b/..c", "/a;p/[x]?y=/../"])
def test_target_is_taken(target: str) -> None:
    assert guard("https://api.example.com/v1/").target_of(target.encode()) == "/v1" + target


@pytest.mark.parametrize(
    "target",
    [
        "",
        "a",
        "//evil.example.com",
        "/a//b",
        "/..",
        "/a/../b",
        "/a/.",
        "/%2e%2e/b",
        "/.%2e;x/b",
        "/%252e%252e/b",
        "/a%2f..%2fb",
        "/a%5c..%5cb",
        "/..;x/b",
        "/a b",
        "/a#b",
        "/a\\b",
        "/a%zz",
        "/a%2",
        "/a?b='c'",
        '/"',
        "/{a}",
        "/a|b",
        "/a^b",
        "/a`b",
        "/<a>",
        "/ä",
        "/a\r\nX: y",
        "/a\0",
        "@evil.example.com",
    ],
)
def test_target_is_refused(target: str) -> None:
    assert guard().target_of(target.encode()) is None


@pytest.mark.parametrize(
    "block",
    [
        b"Authorization: x\r\n",
        b"cookie: x\r\n",
        b"HOST: x\r\n",
        b"Sec-Anything: x\r\n",
        b"proxy-x: x\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Expect: 100-continue\r\n",
        b"A: b",
        b"A: b\n",
        b"A b: c\r\n",
        b": c\r\n",
        b"A: b\0c\r\n",
        b"A: b\rc\r\n",
        b"A: b\r\n c\r\n",
        b"\r\n",
        b"A: " + b"x" * 65536 + b"\r\n",
    ],
)
def test_header_block_is_refused(block: bytes) -> None:
    assert guard().headers_of(block) is None
