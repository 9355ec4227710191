"""What the tests of dist/ share: `./dev test package` builds it first."""

import csv
import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DIST = ROOT / "dist"


def output(*words, **options):
    """The output of a command, which must succeed; the test's report shows it."""
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def one(pattern):
    """The one matching file of dist/."""
    [found] = [file for file in DIST.glob(pattern) if not file.name.endswith(".cdx.json")]
    return found


def need(*programs):
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"there is no {program}")


@pytest.fixture(scope="session")
def version():
    return output(ROOT / "cmake/package/version.py").strip()


@pytest.fixture(scope="session")
def few():
    """A sequence of the built-in sandbox and some contacts in it."""
    with open(ROOT / "examples/contacts.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))[:20]
    sequence = rows[0]["sequenceId"]
    return sequence, sorted({row["contactId"].lower() for row in rows if row["sequenceId"] == sequence})
