"""The one version, in a clone."""

import subprocess
import sys

from conftest import ROOT


def test_a_new_version_is_written_everywhere_and_needs_an_entry_in_the_changelog(tmp_path):
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", ROOT, clone], check=True)

    def run(*words):
        command = [sys.executable, clone / "cmake/package/version.py", *words]
        return subprocess.run(command, capture_output=True, text=True)

    cmake, changelog = clone / "CMakeLists.txt", clone / "CHANGELOG.md"
    assert run().stderr == ""
    old = run().stdout.strip()
    new = f"{old}7"
    cmake.write_text(cmake.read_text().replace(f"project(skipcall VERSION {old}", f"project(skipcall VERSION {new}"))
    assert f"hosts/js/package.json has version {old}, CMakeLists.txt {new}" in run().stderr
    written = run("--write")
    assert (written.returncode, written.stderr) == (1, f"CHANGELOG.md has no entry '## {new}'\n")
    changelog.write_text(changelog.read_text().replace(f"## {old}", f"## {new}"))
    assert (run().returncode, run().stderr) == (0, "")
    changed = subprocess.run(["git", "grep", "-l", f'"{new}"'], cwd=clone, capture_output=True, text=True).stdout
    assert "package-lock.json" in changed and "apps/n8n/package.json" in changed
