#!/usr/bin/env python3
"""The same sources give the same module, byte for byte, wherever they lie. Argument: a preset, wasm or wasm-emscripten.

Builds a copy of the sources in a folder of another name and length, and compares with what stands in build/.
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = ["CMakeLists.txt", "CMakePresets.json", "abi", "cmake", "plugin-manifest", "src"]

preset = sys.argv[1]
built = ROOT / "build" / preset / "remove_contacts.wasm"
with tempfile.TemporaryDirectory(prefix="skipcall somewhere else ") as folder:
    for name in SOURCES:
        source, copy = ROOT / name, pathlib.Path(folder, name)
        if source.is_dir():
            shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, copy)
    for command in [["cmake", "--preset", preset], ["cmake", "--build", "--preset", preset]]:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(done.stdout + done.stderr)
    again = pathlib.Path(folder, "build", preset, "remove_contacts.wasm").read_bytes()

if again != built.read_bytes():
    sys.exit(
        f"{built} differs from a second build ({built.stat().st_size} and {len(again)} bytes).\n"
        f"If it is only old, run ./dev build; else something of the place or the time gets into the module."
    )
print(f"{preset}: the same {len(again)} bytes")
