"""dist/ again, from another folder and without a compiler cache: the same bytes."""

import os
import shutil

import pytest
from conftest import DIST, ROOT, output


def sums(folder):
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def test_another_folder_gives_the_same_bytes():
    if output("git", "status", "--porcelain", cwd=ROOT):
        pytest.skip("dist/ is compared with a build of what is committed, and there are changes")
    other = ROOT / "build/the-same-from-another-folder"
    shutil.rmtree(other, ignore_errors=True)
    try:
        output("git", "clone", "--quiet", "--no-hardlinks", ROOT, other)
        (other / ".tools").symlink_to(ROOT / ".tools")
        output(other / "dev", "package", env={**os.environ, "CCACHE_DISABLE": "1"})
        first, second = sums(DIST), sums(other / "dist")
        assert {name for name in first.keys() | second.keys() if first.get(name) != second.get(name)} == set()
    finally:
        shutil.rmtree(other, ignore_errors=True)
