"""What the tests of dist/ share: `./dev test package` makes it first."""

import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DIST = ROOT / "dist"


def output(*words, **options):
    """What a command prints. It has to succeed: what it said is in the test's report."""
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def one(pattern):
    """The one file of dist/ that fits."""
    [found] = [file for file in DIST.glob(pattern) if not file.name.endswith(".cdx.json")]
    return found


def need(*programs):
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"there is no {program}")


@pytest.fixture(scope="session")
def version():
    return output(ROOT / "cmake/package/version.py").strip()
