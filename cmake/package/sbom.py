#!/usr/bin/env python3
"""sbom.py ARTEFACT VERSION COMPONENT…: writes ARTEFACT.cdx.json, a CycloneDX list of what is in an artefact. A component
is NAME, which the table below describes, or FILE: a package.json, pyproject.toml or go.mod, for its dependencies, or the
THIRD_PARTY_LICENSES.txt of an npm package, for what is bundled in it.
Equal input gives equal bytes; SOURCE_DATE_EPOCH is its time."""
import datetime
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]


def debian(package):
    done = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True, check=True)
    return done.stdout, f"pkg:deb/debian/{package}@{done.stdout.replace('+', '%2B').replace(':', '%3A')}"


def wasmtime():
    [version] = re.findall(r"^version=(.+)$", (ROOT / "cmake/fetch-wasmtime.sh").read_text(), re.M)
    return version, f"pkg:cargo/wasmtime-c-api-impl@{version}"


# name: licence, whether it is compiled in, and the source of its version and package URL
KNOWN = {
    "nlohmann-json": ("MIT", lambda: debian("nlohmann-json3-dev")),
    "libc++": ("Apache-2.0 WITH LLVM-exception", lambda: debian("libc++-19-dev-wasm32")),
    "compiler-rt": ("Apache-2.0 WITH LLVM-exception", lambda: debian("libclang-rt-19-dev-wasm32")),
    "wasi-libc": ("MIT", lambda: debian("wasi-libc")),
    "wasmtime": ("Apache-2.0 WITH LLVM-exception", wasmtime),
    "fmt": ("MIT", lambda: debian("libfmt-dev")),
    "CLI11": ("BSD-3-Clause", lambda: debian("libcli11-dev")),
    "libcsv": ("LGPL-2.1-or-later", lambda: debian("libcsv-dev")),
    "libstdc++": ("GPL-3.0-or-later WITH GCC-exception-3.1", lambda: debian("libstdc++6")),
}


def component(name, version, purl, licence=None):
    found = {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}
    if licence:
        found["licenses"] = [{"expression": licence}] if " WITH " in licence else [{"license": {"id": licence}}]
    return found


def components_of(word):
    path = pathlib.Path(word)
    if path.name == "package.json":
        for name, version in json.loads(path.read_text()).get("dependencies", {}).items():
            yield component(name, version, f"pkg:npm/{name.replace('@', '%40')}@{version.lstrip('^~>=')}")
    elif path.name == "THIRD_PARTY_LICENSES.txt":
        for name, version, licence in re.findall(r"^(@?[\w./-]+) (\d\S*) \((\S+)\)$", path.read_text(), re.M):
            yield component(name, version, f"pkg:npm/{name.replace('@', '%40')}@{version}", licence)
    elif path.name == "pyproject.toml":
        listed = re.search(r"^dependencies = \[(.*?)\]", path.read_text(), re.M | re.S)
        for name, version in re.findall(r'"([\w.-]+)\s*([^";]*)', listed[1] if listed else ""):
            yield component(name, version or "any", f"pkg:pypi/{name.lower()}")
    elif path.name == "go.mod":
        for name, version in re.findall(r"^\s*(?:require )?([\w./-]+\.[\w./-]+) (v\S+)", path.read_text(), re.M):
            yield component(name, version, f"pkg:golang/{name}@{version}")
    else:
        licence, origin = KNOWN[word]
        yield component(word, *origin(), licence)


def main(artefact, version, *words):
    data = pathlib.Path(artefact).read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    time = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc)
    name = pathlib.Path(artefact).name
    components = {each["bom-ref"]: each for word in words for each in components_of(word)}
    whole = {
        "type": "file",
        "bom-ref": name,
        "name": name,
        "version": version,
        "licenses": [{"license": {"id": "MIT"}}],
        "hashes": [{"alg": "SHA-256", "content": digest}],
    }
    bom = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, digest)}",
        "version": 1,
        "metadata": {"timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ"), "component": whole},
        "components": [components[key] for key in sorted(components)],
        "dependencies": [{"ref": name, "dependsOn": sorted(components)}],
    }
    pathlib.Path(artefact + ".cdx.json").write_text(json.dumps(bom, indent=2) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
