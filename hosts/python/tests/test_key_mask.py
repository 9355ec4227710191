"""The spellings of a key that are found in a server's text."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from skipcall_action_host.key_mask import KeyMask

KEY = "sk_test_0123+/456789"
STARS = "*" * len(KEY)


def masked(text: str, *, cut_off: bool = False, key: str = KEY) -> str:
    seen = KeyMask(key).apply(text.encode("latin-1"), cut_off=cut_off).decode("latin-1")
    assert len(seen) == len(text)
    return seen


def test_a_repeated_key_is_overwritten_wherever_it_is_in_any_capitals() -> None:
    assert masked("no key here") == "no key here"
    assert masked(f"<{KEY}> and {KEY}") == f"<{STARS}> and {STARS}"
    assert masked(f"sk_test_{KEY}") == f"sk_test_{STARS}"
    assert masked("SK_TEST_0123+/456789") == STARS
    assert masked("Sk_Test_0123+/456789") == STARS


def each(spell: Callable[[int], str]) -> str:
    return "".join(map(spell, KEY.encode()))


@pytest.mark.parametrize(
    "spelled",
    [
        each(lambda code: f"%{code:02X}"),
        each(lambda code: f"\\u00{code:02X}"),
        each(lambda code: f"\\x{code:02X}"),
        each(lambda code: f"&#x{code:02X};"),
        each(lambda code: f"&#x00{code:x};"),
        each(lambda code: f"&#{code};"),
        "sk_test_0123%2B%2f456789",
        "sk_test_0123+\\/456789",
        "\\u0073k_test_0123%2b/456789",
        "%53K_test_0123%2b/456789",
    ],
)
def test_an_escaped_key_is_overwritten(spelled: str) -> None:
    assert masked(f"<{spelled}>") == f"<{'*' * len(spelled)}>"


def test_characters_that_begin_escapes_may_be_in_a_key() -> None:
    assert masked("a&amp;b\\\\c%25d&lt;", key="a&b\\c%d<") == "*" * 18
    assert masked("%25abcdefg", key="%25abcdefg") == "*" * 10


@pytest.mark.parametrize("before", ["", "a", "ab", "abc", "Bearer "])
@pytest.mark.parametrize("behind", ["", "x", "xy", "xyz"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_key_in_base64(before: str, behind: str, encode: Callable[[bytes], bytes]) -> None:
    coded = encode(f"{before}{KEY}{behind}".encode()).decode()
    assert masked(f"<{coded}>").count("*") in (27, 28)


def test_a_key_in_hexadecimal_digits() -> None:
    assert masked("x736b5f746573745f303132332b2f343536373839y") == f"x{'*' * 40}y"
    assert masked("736B5F746573745F303132332B2F343536373839") == "*" * 40
    assert masked("fn5+Pz8/Pj4+b29v", key="~~~???>>>ooo") == "*" * 16
    assert masked("fn5-Pz8_Pj4-b29v", key="~~~???>>>ooo") == "*" * 16


@pytest.mark.parametrize(
    "part",
    [
        "sk_test_0123",
        "SK_T",
        "%73%6b%5f%74%65",
        "sk_test_0123%2",
        "sk_test_0123%",
        "\\u0073k_t\\u00",
        "736b5f74",
        "736B5F74",
        "c2tfdGVz",
    ],
)
def test_the_beginning_of_a_key_is_overwritten_where_a_text_was_cut(part: str) -> None:
    assert masked(f"ends with {part}", cut_off=True) == f"ends with {'*' * len(part)}"
    assert masked(f"ends with {part}") == f"ends with {part}"


@pytest.mark.parametrize(
    "spelled",
    ["a_key_&amp;%+rest", "a_key_&#38;%+rest", "a_key_&#x26;%+rest", "a_key_%26%25%2Brest", "a_key_\\u0026%+rest"],
)
def test_an_escape_that_is_cut_may_begin_with_a_character_of_the_key(spelled: str) -> None:
    for length in range(4, len(spelled) + 1):
        part = spelled[:length]
        assert masked(f"ends with {part}", cut_off=True, key="a_key_&%+rest") == f"ends with {'*' * length}", part


def test_what_is_no_beginning_stays() -> None:
    assert masked("ends with sk_", cut_off=True) == "ends with sk_"
    assert masked("sk_t is no end", cut_off=True) == "sk_t is no end"


def test_a_long_key_costs_little() -> None:
    """A hostile text must not cost time that grows with its square."""
    key = "k" * 400
    assert masked("k" * 399 + "%" * 1_000_000, key=key).count("*") == 0
    assert masked("k" * 200, key=key, cut_off=True) == "*" * 200
