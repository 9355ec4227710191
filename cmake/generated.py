"""Writes generated files, or says which have drifted: the last step of every generator of this repository."""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]


def stale(files):
    """The files, by their paths in the repository, that are not what their functions make."""
    return [name for name, make in files.items() if not _is_made(ROOT / name, make().encode())]


def _is_made(path, data):
    return path.exists() and path.read_bytes() == data


def main(generator, files):
    """Writes each file; with --check writes none. Returns the exit code, 1 if a file has drifted."""
    if sys.argv[1:] == ["--check"]:
        drifted = stale(files)
        for name in drifted:
            print(f"{name} is not what {generator} makes: run python3 {generator}")
        return 1 if drifted else 0
    for name, make in files.items():
        (ROOT / name).write_bytes(make().encode())
    return 0
