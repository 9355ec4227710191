#!/usr/bin/env python3
"""go_modules.py MODULE VERSION FILE: writes FILE, a zip of what a Go module proxy serves for hosts/go and apps/go: the
same files as a tag of each, with the WebAssembly MODULE inside apps/go. Unpacked, it is a proxy:
GOPROXY=file:///FOLDER."""
import json
import os
import pathlib
import re
import subprocess
import sys
import time
import zipfile
from io import BytesIO

ROOT = pathlib.Path(__file__).resolve().parents[2]


def zipped(files):
    """The same bytes for the same files."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in sorted(files.items()):
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)
    return out.getvalue()


def files_of(folder):
    """What git has of it, and the licence, which Go takes from the repository's root."""
    names = subprocess.run(
        ["git", "ls-files", "."], cwd=folder, capture_output=True, text=True, check=True
    ).stdout.split()
    return {name: (folder / name).read_bytes() for name in names} | {"LICENSE": (ROOT / "LICENSE").read_bytes()}


def served(folder, version, more):
    """The files of one module on a proxy (https://go.dev/ref/mod#goproxy-protocol)."""
    files = files_of(folder) | more
    [name] = re.findall(r"^module (\S+)$", files["go.mod"].decode(), re.M)
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", 0))))
    place = f"{name}/@v/{version}"
    return {
        f"{name}/@v/list": f"{version}\n".encode(),
        f"{place}.info": json.dumps({"Version": version, "Time": stamp}).encode(),
        f"{place}.mod": files["go.mod"],
        f"{place}.zip": zipped({f"{name}@{version}/{file}": data for file, data in files.items()}),
    }


def main(module, version, file):
    host = served(ROOT / "hosts/go", f"v{version}", {})
    call = served(ROOT / "apps/go", f"v{version}", {"remove_contacts.wasm": pathlib.Path(module).read_bytes()})
    pathlib.Path(file).write_bytes(zipped(host | call))


if __name__ == "__main__":
    main(*sys.argv[1:])
