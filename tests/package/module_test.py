"""The module alone, and as an OCI artefact in a registry."""

import contextlib
import hashlib
import json
import os
import pathlib
import socket
import subprocess
import tarfile
import time
import urllib.request

from conftest import ROOT, need, one, output


def read(layout, digest):
    data = layout.extractfile(f"blobs/sha256/{digest.removeprefix('sha256:')}").read()
    assert hashlib.sha256(data).hexdigest() == digest.removeprefix("sha256:")
    return data


def test_version_and_manifest_are_readable_without_running_it(version):
    printed = output(ROOT / "build/bin/skipcall", "inspect", one("*.wasm"))
    assert "1.1" in printed and version in printed


def test_the_layout_holds_the_module(version):
    with tarfile.open(one("*.oci.tar")) as layout:
        index = json.loads(layout.extractfile("index.json").read())
        [entry] = index["manifests"]
        assert entry["annotations"]["org.opencontainers.image.ref.name"] == version
        manifest = json.loads(read(layout, entry["digest"]))
        config = json.loads(read(layout, manifest["config"]["digest"]))
        [layer] = manifest["layers"]
        assert layer["mediaType"] == "application/wasm"
        assert (config["architecture"], config["os"]) == ("wasm", "wasip1")
        assert read(layout, layer["digest"]) == one("*.wasm").read_bytes()


@contextlib.contextmanager
def registry(folder):
    """Debian's docker-registry on a free port of this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "version": 0.1,
        "storage": {"filesystem": {"rootdirectory": str(folder)}},
        "http": {"addr": f"127.0.0.1:{port}"},
    }
    (folder / "settings.yml").write_text(json.dumps(settings))
    process = subprocess.Popen(
        ["docker-registry", "serve", folder / "settings.yml"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(100):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/v2/").close()
                break
            time.sleep(0.1)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def test_it_goes_through_a_registry(version, tmp_path):
    need("docker-registry")
    oras = ROOT / ".tools/go-programs/oras"
    if not oras.exists():
        need("go")
        output("go", "install", "oras.land/oras/cmd/oras@v1.3.6", env={**os.environ, "GOBIN": str(oras.parent)})
    with registry(tmp_path) as address:
        layout, name = f"{one('*.oci.tar')}:{version}", f"{address}/skipcall/remove_contacts:{version}"
        output(oras, "cp", "--from-oci-layout", layout, "--to-plain-http", name)
        pulled = tmp_path / "pulled"
        output(oras, "pull", "--plain-http", "--output", pulled, name, env={**os.environ, "HOME": str(tmp_path)})
        manifest = json.loads(output(oras, "manifest", "fetch", "--plain-http", name))
        assert manifest["annotations"]["org.opencontainers.image.version"] == version
        blob = tmp_path / "module.wasm"
        digest = manifest["layers"][0]["digest"]
        output(oras, "blob", "fetch", "--plain-http", "--output", blob, f"{name.rsplit(':', 1)[0]}@{digest}")
        assert pathlib.Path(blob).read_bytes() == one("*.wasm").read_bytes()
