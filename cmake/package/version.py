#!/usr/bin/env python3
"""version.py: prints the one version of this repository, which CMakeLists.txt has, after checking that every other place
agrees and that CHANGELOG.md has an entry for it. Exit code 1: it does not, and standard error says where."""
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def listed(*patterns):
    names = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in names.split()]


# Where else it is written: what a host says about itself to the conformance kit, which versions our packages require of
# each other, and which files READMEs say to install.
ELSEWHERE = [
    (r'"?version"?: *"([0-9.]+)"', ["hosts/*/conformance/*", "hosts/python/src/*/conformance.py"]),
    (r'"skipcall-action-host(?:": "|==)([0-9.]+)"', ["*package.json", "*pyproject.toml"]),
    (r"^require github.com/skipcall-action/\S+ v([0-9.]+)$", ["*go.mod"]),
    (r"(?:skipcall|remove_contacts|apps/go)[\w-]*?(?:[-_]|@v)(\d+\.\d+\.\d+)", ["*README.md"]),
]


def versions():
    """Each place, and the version that it has."""
    yield "plugin-manifest/remove_contacts.manifest.json", json.loads(
        (ROOT / "plugin-manifest/remove_contacts.manifest.json").read_text()
    )["version"]
    for file in listed("*package.json", "apps/browser/extension/manifest.json", "apps/mcp/manifest.json"):
        # A package that is only a tool of this repository has no version, or 0.0.0.
        version = json.loads(file.read_text()).get("version", "0.0.0")
        if version != "0.0.0":
            yield file.relative_to(ROOT), version
    for file in listed("*pyproject.toml", ":!abi"):  # the kit has the version of the ABI
        found = re.search(r'^version = "(.+)"$', file.read_text(), re.M)
        if found:
            yield file.relative_to(ROOT), found[1]
    for pattern, files in ELSEWHERE:
        for file in listed(*files):
            for version in re.findall(pattern, file.read_text(), re.M):
                yield file.relative_to(ROOT), version


def main():
    [version] = re.findall(r"^project\(skipcall VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text(), re.M)
    wrong = [
        f"{place} has version {other}, CMakeLists.txt {version}" for place, other in versions() if other != version
    ]
    if not re.search(rf"^## {re.escape(version)}\b", (ROOT / "CHANGELOG.md").read_text(), re.M):
        wrong.append(f"CHANGELOG.md has no entry '## {version}'")
    for line in dict.fromkeys(wrong):
        print(line, file=sys.stderr)
    print(version)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
