#!/usr/bin/env python3
"""version.py [--write]: prints the one version of this repository, which CMakeLists.txt has, after checking that every
other place agrees and that CHANGELOG.md has an entry for it. Exit code 1: it does not, and standard error says where.
--write first makes every other place agree."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def listed(*patterns):
    names = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in names.split()]


# Where else it is written. A package that is only a tool of this repository has no version, or 0.0.0; the kit has that
# of the ABI.
PLACES = [
    (r'^  "version": "([0-9.]+)"', ["*package.json", "apps/*manifest.json", "plugin-manifest/*.manifest.json"]),
    (r'^    "(?:apps|hosts)/[\w-]+": \{\n(?:      "name": .*\n)?      "version": "([0-9.]+)"', ["package-lock.json"]),
    (r'^version = "(.+)"$', ["*pyproject.toml", ":!abi"]),
    # what a host says about itself to the conformance kit
    (r'"?version"?: *"([0-9.]+)"', ["hosts/*/conformance/*", "hosts/python/src/*/conformance.py"]),
    # which versions our packages require of each other
    (r'"skipcall-action-host(?:": "|==)([0-9.]+)"', ["*package.json", "package-lock.json", "*pyproject.toml"]),
    (r"^require github.com/skipcall-action/\S+ v([0-9.]+)$", ["*go.mod"]),
    # which files READMEs say to install
    (r"(?:skipcall|remove_contacts|apps/go)[\w-]*?(?:[-_]|@v)(\d+\.\d+\.\d+)", ["*README.md"]),
]


def versions():
    """Each place, and the version that it has."""
    for pattern, files in PLACES:
        for file in listed(*files):
            for version in re.findall(pattern, file.read_text(), re.M):
                if version != "0.0.0":
                    yield file.relative_to(ROOT), version


def write(version):
    def new(match):
        return match[0] if match[1] == "0.0.0" else match[0].replace(match[1], version)

    for pattern, files in PLACES:
        for file in listed(*files):
            text = file.read_text()
            written = re.sub(pattern, new, text, flags=re.M)
            if written != text:
                file.write_text(written)


def main():
    [version] = re.findall(r"^project\(skipcall VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text(), re.M)
    if sys.argv[1:] == ["--write"]:
        write(version)
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
