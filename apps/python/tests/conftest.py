"""What the tests share: the stand-in for the server, and the module inside the package."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from skipcall_sandbox import sandbox

ROOT = Path(__file__).resolve().parents[3]
KEY = "sk_test_python_call"
IDS = [f"00000000-0000-4000-8000-{number:012x}" for number in range(250)]

# build.sh does the same for a package.
shutil.copy(ROOT / "build/wasm/remove_contacts.wasm", ROOT / "apps/python/src/skipcall_remove_contacts")


@pytest.fixture
def server() -> Iterator[str]:
    """Its base URL."""
    data: dict[str, object] = {
        "keys": [{"key": KEY, "plan": "EXPERT"}],
        "sequences": [{"id": "spring", "contacts": IDS}, {"id": "autumn", "contacts": IDS[:10]}],
    }
    with sandbox(data) as variables:
        yield variables["SKIPCALL_BASE_URL"]
