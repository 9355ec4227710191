"""What the tests share: the repository's files, the stand-in for the server, and modules."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import skipcall_sandbox
import wasmtime

from skipcall_action_host import ActionModule

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = ROOT / "build/bin/skipcall"
MODULES = [ROOT / "build/wasm/remove_contacts.wasm", ROOT / "build/wasm-emscripten/remove_contacts.wasm"]
KEY = "sk_test_python_host"


@pytest.fixture(scope="session")
def module() -> ActionModule:
    return ActionModule(MODULES[0])


@pytest.fixture(scope="session")
def guest() -> ActionModule:
    """A module whose actions each behave in one way that a host must support or survive."""
    text = (ROOT / "tests/wasmtime/guests/actions.wat").read_text()
    # wasmtime's parser of the text format does not accept annotations, so the section is appended.
    manifest = re.search(r'\(@custom "action_manifest" "((?:[^"\\]|\\.)*)"\)', text)
    assert manifest is not None
    binary = bytes(wasmtime.wat2wasm(text.replace(manifest[0], "")))
    return ActionModule(with_manifest(binary, manifest[1].replace('\\"', '"').encode()))


def with_manifest(binary: bytes, manifest: bytes) -> bytes:
    name = b"action_manifest"
    content = bytes([len(name)]) + name + manifest
    return binary + b"\0" + leb128(len(content)) + content


def leb128(number: int) -> bytes:
    digits = []
    while True:
        digits.append(number & 0x7F | (0x80 if number > 0x7F else 0))
        number >>= 7
        if number == 0:
            return bytes(digits)


@pytest.fixture
def sandbox() -> Iterator[Callable[[dict[str, object]], str]]:
    """Starts the stand-in with this data (sandbox/README.md). Returns its base URL."""
    with contextlib.ExitStack() as started:
        yield lambda data: started.enter_context(skipcall_sandbox.sandbox(data))["SKIPCALL_BASE_URL"]


def contact_ids(count: int) -> list[str]:
    return [f"00000000-0000-4000-8000-{number:012x}" for number in range(count)]


def data_of(contacts: list[str], **switches: object) -> dict[str, object]:
    return {
        "keys": [{"key": KEY, "plan": "EXPERT"}],
        "sequences": [{"id": "A", "contacts": contacts}],
        "switches": switches,
    }


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Gives a test that is a coroutine its own event loop."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = pyfuncitem._fixtureinfo.argnames
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True
