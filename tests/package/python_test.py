"""The Python packages, as PyPI would check them, and installed in an empty environment of each available Python."""

import os
import re
import shutil
import subprocess
import zipfile

import pytest
from conftest import DIST, ROOT, one, output
from skipcall_sandbox import sandbox


def test_a_wheel_has_its_licence_and_a_readme_whose_links_work_on_pypi():
    for wheel in DIST.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            [metadata] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
            readme = archive.read(metadata).decode()
            assert any(name.endswith("/LICENSE") for name in archive.namelist()), wheel.name
        links = re.findall(r"\]\(([^)\s]+)\)", readme)
        assert links and [link for link in links if not re.match(r"https://|#", link)] == [], wheel.name


def can_make_environments(python):
    needed = [python, "-c", "import ensurepip, venv"]
    return shutil.which(python) and subprocess.run(needed, capture_output=True, check=False).returncode == 0


PYTHONS = [
    python for python in ["python3.10", "python3.11", "python3.12", "python3.13"] if can_make_environments(python)
]
PROGRAM = """
import os, sys
from skipcall_remove_contacts import remove_contacts
result = remove_contacts(
    sys.argv[2:],
    sequence_id=sys.argv[1],
    api_key=os.environ["SKIPCALL_API_KEY"],
    base_url=os.environ["SKIPCALL_BASE_URL"],
)
print(result.data["status"], result.data["removed"])
"""
PYTHON = ROOT / ".tools/python/bin/python"


def archives():
    return sorted(
        file
        for pattern in ("*.whl", "*.tar.gz")
        for file in DIST.glob(pattern)
        if not file.name.startswith("skipcall-")  # the command line
    )


def test_twine_has_nothing_to_say():
    assert len(archives()) == 6
    printed = output(PYTHON, "-m", "twine", "check", "--strict", *archives())
    assert printed.count("PASSED") == 6


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("kind", ["*.whl", "*.tar.gz"])
def test_the_call_runs_in_an_empty_environment(python, kind, few, tmp_path):
    host, call = one(f"skipcall_action_host-{kind}"), one(f"skipcall_remove_contacts-{kind}")
    output(python, "-m", "venv", tmp_path / "env")
    run = tmp_path / "env/bin/python"
    output(run, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", host, call, cwd=tmp_path)
    output(run, "-m", "pip", "check", cwd=tmp_path)
    sequence, ids = few
    with sandbox() as variables:
        printed = output(run, "-c", PROGRAM, sequence, *ids, cwd=tmp_path, env={**os.environ, **variables})
    assert printed.strip() == f"completed {len(ids)}"
