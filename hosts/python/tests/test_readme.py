"""The README's examples, run as they are."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import skipcall_sandbox
from conftest import KEY, MODULES, ROOT, contact_ids, data_of

README = (ROOT / "hosts/python/README.md").read_text()


def test_examples_of_the_readme(sandbox: Callable[[dict[str, object]], str], tmp_path: Path) -> None:
    shutil.copy(MODULES[0], tmp_path)
    shutil.copy(ROOT / "examples/contacts.json", tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "hosts/python/src"), "SKIPCALL_API_KEY": KEY}
    environment["SKIPCALL_BASE_URL"] = sandbox(data_of(contact_ids(1)))
    first, second = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    for example in (
        first,
        first.partition("\nasync def")[0] + "\nfrom skipcall_action_host import Connection\n" + second,
    ):
        done = subprocess.run(
            [sys.executable, "-c", example], env=environment, cwd=tmp_path, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr


def test_output_that_the_readme_shows(tmp_path: Path) -> None:
    """From the stand-in's built-in data."""
    shutil.copy(MODULES[0], tmp_path)
    shutil.copy(ROOT / "examples/contacts.json", tmp_path)
    example = re.findall(r"```python\n(.*?)```", README, re.DOTALL)[0]
    with skipcall_sandbox.sandbox() as variables:
        environment = {**os.environ, **variables, "PYTHONPATH": str(ROOT / "hosts/python/src")}
        done = subprocess.run(
            [sys.executable, "-c", example], env=environment, cwd=tmp_path, capture_output=True, text=True
        )
    assert done.returncode == 0, done.stderr
    assert f"\n    {done.stdout}" in README
    assert done.stderr.endswith("2880 of 2880\n")
