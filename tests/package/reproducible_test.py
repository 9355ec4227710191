"""The same commit gives the same bytes in another folder."""

import os

from conftest import DIST, ROOT, output


def test_two_builds_are_the_same(tmp_path):
    other = tmp_path / "a" / "folder of another name"
    output("git", "clone", "--quiet", ROOT, other)
    (other / ".tools").symlink_to(ROOT / ".tools")
    output(
        other / "dev", "package", env={**os.environ, "CMAKE_C_COMPILER_LAUNCHER": "", "CMAKE_CXX_COMPILER_LAUNCHER": ""}
    )
    here = dict(reversed(line.split("  ")) for line in (DIST / "SHA256SUMS").read_text().splitlines())
    there = dict(reversed(line.split("  ")) for line in (other / "dist/SHA256SUMS").read_text().splitlines())
    assert there == here
