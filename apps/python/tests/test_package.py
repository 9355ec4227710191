"""The packages as people get them: built, checked, installed into an empty environment, and tried by the README."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest
from conftest import KEY, ROOT


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packages")
    subprocess.run([ROOT / "apps/python/build.sh", folder], check=True)
    return folder


def test_packages_are_complete(packages: Path) -> None:
    files = sorted(packages.iterdir())
    assert len(files) == 4
    subprocess.run([sys.executable, "-m", "twine", "check", "--strict", *files], check=True)
    for file in packages.glob("*.whl"):
        names = zipfile.ZipFile(file).namelist()
        assert any(name.endswith("/py.typed") for name in names)
        assert any(name.endswith(".wasm") for name in names) == ("remove_contacts" in file.name)
        assert any(name.endswith("/licenses/LICENSE") for name in names)
        assert not any("test" in name for name in names)
    for file in packages.glob("*.tar.gz"):
        with tarfile.open(file) as archive:
            sources = archive.getnames()
        assert any(name.endswith("/pyproject.toml") for name in sources)
        assert any(name.endswith(".wasm") for name in sources) == ("remove_contacts" in file.name)


def test_wheels_in_an_empty_environment_run_the_readme(packages: Path, server: str, tmp_path: Path) -> None:
    """What the packages depend on is taken from the test's own environment, so that nothing is downloaded."""
    venv.create(tmp_path / "empty", with_pip=False)
    python = tmp_path / "empty/bin/python"
    [site] = (tmp_path / "empty/lib").glob("python*/site-packages")
    (site / "dependencies.pth").write_text(os.pathsep.join(path for path in sys.path if path.endswith("site-packages")))
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
    ]
    subprocess.run([*command, "--disable-pip-version-check", *packages.glob("*.whl")], check=True)
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "apps/python/README.md").read_text(), re.DOTALL)
    assert len(blocks) == 2
    environment = {"PATH": os.environ["PATH"], "SKIPCALL_API_KEY": KEY, "SKIPCALL_BASE_URL": server}
    done = subprocess.run(
        [python, "-c", "\n".join(blocks)], env=environment, cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "spring 123e4567-e89b-12d3-a456-426614174000 confirmed" in done.stdout
    assert "invalid" in done.stdout
    assert "checked" in done.stdout
    where = "import skipcall_remove_contacts as package; print(package.__file__)"
    assert str(site) in subprocess.run([python, "-c", where], capture_output=True, text=True).stdout
