#!/usr/bin/env python3
"""The same sources give the same module, byte for byte, wherever they are and whatever the compiler is called.

Arguments: a preset, wasm or wasm-emscripten, and for the first one optionally wasi-sdk: then the compiler is the one
that WASI_SDK_PATH names, a folder laid out like an unpacked wasi-sdk, made from the packages' parts.

Builds a copy of the sources in a folder with a name of another length, and compares the result with build/.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = ["CMakeLists.txt", "CMakePresets.json", "abi", "cmake", "plugin-manifest", "src"]
LLVM = pathlib.Path("/usr/lib/llvm-19")


def lay_out_wasi_sdk(sdk):
    """Makes a folder that has what wasi-sdk's archive has, as far as the build uses it."""
    for name in ("bin", "share/wasi-sysroot/include", "share/wasi-sysroot/lib/wasm32-wasi"):
        (sdk / name).mkdir(parents=True)
    for program in ("clang", "clang++", "llvm-ar", "llvm-ranlib", "wasm-ld"):
        (sdk / "bin" / program).symlink_to(LLVM / "bin" / program)
    sysroot = sdk / "share/wasi-sysroot"
    (sysroot / "include/wasm32-wasi").symlink_to("/usr/include/wasm32-wasi")
    for folder in (pathlib.Path("/usr/lib/wasm32-wasi"), LLVM / "lib/wasm32-wasi"):
        for library in folder.iterdir():
            place = sysroot / "lib/wasm32-wasi" / library.name
            if not place.is_symlink():  # Debian's wasi-libc names those of libc++ too
                place.symlink_to(library)


preset = sys.argv[1]
built = ROOT / "build" / preset / "remove_contacts.wasm"
with tempfile.TemporaryDirectory(prefix="skipcall somewhere else ") as folder:
    environment = dict(os.environ)
    sdk = pathlib.Path(folder, "sdk") if sys.argv[2:] == ["wasi-sdk"] else None
    if sdk:
        lay_out_wasi_sdk(sdk)
        environment["WASI_SDK_PATH"] = str(sdk)
    for name in SOURCES:
        source, copy = ROOT / name, pathlib.Path(folder, name)
        if source.is_dir():
            shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, copy)
    for command in [["cmake", "--preset", preset], ["cmake", "--build", "--preset", preset]]:
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(done.stdout + done.stderr)
    output = pathlib.Path(folder, "build", preset)
    [compiler] = [path.read_text() for path in output.glob("CMakeFiles/*/CMakeCXXCompiler.cmake")]
    if sdk and f'set(CMAKE_CXX_COMPILER "{sdk}/bin/clang++")' not in compiler:
        sys.exit("WASI_SDK_PATH was ignored: " + compiler.splitlines()[0])
    again = (output / "remove_contacts.wasm").read_bytes()

if again != built.read_bytes():
    sys.exit(
        f"{built} differs from a second build ({built.stat().st_size} and {len(again)} bytes).\n"
        f"If it is only old, run ./dev build; else something of the place or the time gets into the module."
    )
print(f"{preset}: the same {len(again)} bytes")
