"""SHA256SUMS, its signature, and the lists of what is in each file."""

import hashlib
import json
import os
import shutil
import subprocess

import pytest
from conftest import DIST, ROOT, need, output


def verify(folder, cwd=None, **environment):
    return subprocess.run(
        [ROOT / "dev", "verify", folder],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env={**os.environ, **environment},
    )


@pytest.fixture
def copy(tmp_path):
    folder = tmp_path / "dist"
    shutil.copytree(DIST, folder)
    return folder


def test_a_fresh_build_verifies():
    done = verify(DIST)
    assert done.returncode == 0, done.stderr
    assert "sha256sum --check" in done.stdout


@pytest.mark.parametrize("name", sorted(file.name for file in DIST.glob("*") if file.name != "SHA256SUMS"))
def test_a_changed_byte_is_found_and_named(copy, name):
    data = bytearray((copy / name).read_bytes())
    data[len(data) // 2] ^= 1
    (copy / name).write_bytes(data)
    done = verify(copy)
    assert done.returncode == 1
    assert name in done.stdout + done.stderr


def test_extra_and_missing_files_are_found(copy):
    (copy / "more.txt").write_text("more")
    done = verify(copy)
    assert done.returncode == 1 and "more.txt" in done.stderr
    (copy / "more.txt").unlink()
    gone = next(copy.glob("*.wasm"))
    gone.unlink()
    done = verify(copy)
    assert done.returncode == 1 and gone.name in done.stdout + done.stderr


def test_a_file_is_not_listed_by_a_longer_name(copy):
    """`x.wasm` must not pass because of `x.wasm.cdx.json`, nor a file because it is hidden or called like the list."""
    sums = copy / "SHA256SUMS"
    module = next(copy.glob("*.wasm"))
    listed = sums.read_text()
    sums.write_text("".join(line for line in listed.splitlines(True) if not line.endswith(f"  {module.name}\n")))
    done = verify(copy)
    assert done.returncode == 1 and f"{module.name}: is not in SHA256SUMS" in done.stderr
    sums.write_text(listed)
    for name in ["skipcall", ".hidden", "SHA256SUMS.exe"]:
        (copy / name).write_text("more")
        done = verify(copy)
        assert done.returncode == 1 and f"{name}: is not in SHA256SUMS" in done.stderr
        (copy / name).unlink()


def test_a_changed_list_is_found(copy):
    sums = copy / "SHA256SUMS"
    listed = sums.read_text()
    sums.write_text(("0" if listed[0] != "0" else "1") + listed[1:])
    done = verify(copy)
    assert done.returncode == 1 and listed.splitlines()[0].split("  ")[1] in done.stdout + done.stderr


def minisign(folder):
    """A new key's public file, and the environment in which sign.sh signs with the secret one."""
    public, secret = folder / "minisign.pub", folder / "minisign.key"
    output("minisign", "-G", "-W", "-p", public, "-s", secret)
    return public, {"MINISIGN_SECRET_KEY": str(secret)}


def cosign(folder):
    environment = {"COSIGN_PASSWORD": "of this test"}
    output("cosign", "generate-key-pair", cwd=folder, env={**os.environ, **environment})
    return folder / "cosign.pub", {**environment, "COSIGN_KEY": str(folder / "cosign.key")}


@pytest.mark.parametrize("make_key", [minisign] + ([cosign] if shutil.which("cosign") else []))
def test_a_signature(make_key, copy, tmp_path):
    need(make_key.__name__)
    public, environment = make_key(tmp_path)
    assert verify(copy, PUBLIC_KEY=str(public)).returncode == 1, "there is none yet"
    output(ROOT / "cmake/package/sign.sh", copy, env={**os.environ, **environment})
    done = verify(copy, PUBLIC_KEY=str(public))
    assert done.returncode == 0, done.stderr
    # The key, like DIR, is named from where the command is given, and never found in DIR.
    assert verify(copy.name, cwd=tmp_path, PUBLIC_KEY=public.name).returncode == 0
    (tmp_path / "other").mkdir()
    other, _ = make_key(tmp_path / "other")
    assert verify(copy, PUBLIC_KEY=str(other)).returncode == 1
    # Sums that match a changed file are not the ones that were signed.
    module = next(copy.glob("*.wasm"))
    module.write_bytes(module.read_bytes() + b"\0")
    sums = copy / "SHA256SUMS"
    lines = [line for line in sums.read_text().splitlines() if not line.endswith(f"  {module.name}")]
    sums.write_text("\n".join([*lines, f"{hashlib.sha256(module.read_bytes()).hexdigest()}  {module.name}"]) + "\n")
    assert verify(copy).returncode == 0
    assert verify(copy, PUBLIC_KEY=str(public)).returncode == 1


def test_each_file_has_a_list_of_what_is_in_it():
    files = [file for file in DIST.glob("*") if not file.name.startswith("SHA256SUMS")]
    artefacts = [file for file in files if not file.name.endswith(".cdx.json")]
    assert len(artefacts) >= 6 and len(files) == 2 * len(artefacts)
    for file in artefacts:
        bom = json.loads((DIST / f"{file.name}.cdx.json").read_text())
        assert bom["bomFormat"] == "CycloneDX" and bom["specVersion"] == "1.6"
        whole = bom["metadata"]["component"]
        assert whole["hashes"] == [{"alg": "SHA-256", "content": hashlib.sha256(file.read_bytes()).hexdigest()}]
        for component in bom["components"]:
            assert component["version"] and component["purl"].startswith("pkg:"), component
        # Nor does a scanner see the module inside a package.
        names = {component["name"] for component in bom["components"]}
        holds = not file.name.startswith(("skipcall-action-host", "skipcall_action_host", "action_conformance"))
        assert ({"nlohmann-json", "libc++", "wasi-libc"} <= names) == holds, file.name
        assert ("@modelcontextprotocol/server" in names) == file.name.startswith("skipcall-mcp"), file.name
