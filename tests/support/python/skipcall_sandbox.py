"""The stand-in for the server, as a process: build/bin/skipcall sandbox. For the tests and benches of Python packages."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

_PROGRAM = Path(__file__).resolve().parents[3] / "build/bin/skipcall"


@contextlib.contextmanager
def sandbox(data: dict[str, object] | None = None) -> Iterator[dict[str, str]]:
    """data: sandbox/README.md "The data file"; without it the built-in one. Gives the variables that the sandbox prints:
    SKIPCALL_BASE_URL, and SKIPCALL_API_KEY."""
    with tempfile.TemporaryDirectory() as folder:
        command: list[str | Path] = [_PROGRAM, "sandbox", "--port", "0"]
        if data is not None:
            file = Path(folder, "data.json")
            file.write_text(json.dumps(data))
            command += ["--data", file]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            try:
                yield _variables(process)
            finally:
                process.terminate()


def _variables(process: subprocess.Popen[str]) -> dict[str, str]:
    assert process.stdout is not None
    found: dict[str, str] = {}
    for line in process.stdout:
        found.update(re.findall(r"export (\w+)=(\S+)", line))
        if {"SKIPCALL_BASE_URL", "SKIPCALL_API_KEY"} <= found.keys():
            return found
    raise RuntimeError("the sandbox ended before it printed its address")
