"""What the tests share: the stand-in for the server, and the module inside of the package."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
KEY = "sk_test_python_call"
IDS = [f"00000000-0000-4000-8000-{number:012x}" for number in range(250)]

# build.sh does the same for a package.
shutil.copy(ROOT / "build/wasm/remove_contacts.wasm", ROOT / "apps/python/src/skipcall_remove_contacts")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """Its base URL."""
    data = {
        "keys": [{"key": KEY, "plan": "EXPERT"}],
        "sequences": [{"id": "spring", "contacts": IDS}, {"id": "autumn", "contacts": IDS[:10]}],
    }
    file = tmp_path / "data.json"
    file.write_text(json.dumps(data))
    command: list[str | Path] = [ROOT / "build/bin/skipcall", "sandbox", "--port", "0", "--data", file]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        urls = (re.search(r"SKIPCALL_BASE_URL=(\S+)", line) for line in child.stdout)
        yield next(found[1] for found in urls if found)
        child.terminate()
