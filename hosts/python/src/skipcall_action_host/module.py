"""Whether a WebAssembly module speaks the action ABI, judged before it is instantiated (ABI.md, a host's duty 1)."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as OutOfTime
from typing import Final

import wasmtime

from . import abi
from .engine import MOST_MEMORY, shared_engine
from .errors import ModuleRefused
from .manifest import Manifest, parse_manifest, wrong_abi
from .wasm_file import WasmExport, WasmFile, WasmImport, parse_wasm

_PAGE: Final = 64 * 1024
_MOST_ELEMENTS: Final = 100_000  # an engine allocates a table's initial elements at once
_LONGEST_MANIFEST: Final = 1024 * 1024  # a manifest is a few KiB


def _check_memory(file: WasmFile, exports: Mapping[str, WasmExport]) -> None:
    if "memory" not in exports or exports["memory"].kind != "memory":
        wrong_abi("it does not export its memory")
    if len(file.memories) != 1:
        wrong_abi("it has more than one memory")
    [memory] = file.memories
    if memory.is_64_bit or memory.is_shared:
        wrong_abi("its memory is not plain wasm32")
    if memory.maximum_pages is None:
        wrong_abi("its memory has no maximum")
    if memory.maximum_pages * _PAGE > MOST_MEMORY:
        wrong_abi("its memory may grow beyond 256 MiB")


def _check_tables(file: WasmFile) -> None:
    if len(file.tables) > 1:
        wrong_abi("it has more than one table")  # a second one is of the feature reference-types
    if any(minimum > _MOST_ELEMENTS for minimum in file.tables):
        wrong_abi("its table is larger than 100,000 elements")


def _check_function(what: str, found: WasmImport | WasmExport | None, wanted: str) -> None:
    if found is None or found.kind != "function":
        wrong_abi(f"{what} is not a function that is there")
    if found.signature != wanted:
        wrong_abi(f"{what} is {found.signature} instead of {wanted}")


def _check_imports(file: WasmFile) -> None:
    for item in file.imports:
        wanted = abi.IMPORTS.get(item.name) if item.module == abi.HOST_MODULE else None
        if wanted is None:
            wrong_abi(f"it imports {item.module}.{item.name}, which no host supplies")
        _check_function(f"its import {item.module}.{item.name}", item, wanted)


def _judge(binary: bytes) -> Manifest:
    file = parse_wasm(binary)
    sections = [data for name, data in file.custom_sections if name == abi.SECTION_MANIFEST]
    if len(sections) != 1:
        wrong_abi(f"it does not have exactly one custom section {abi.SECTION_MANIFEST}")
    if len(sections[0]) > _LONGEST_MANIFEST:
        wrong_abi("its manifest is larger than 1 MiB")
    manifest = parse_manifest(sections[0])
    if file.has_start:
        wrong_abi("it has a start function; _initialize is what sets a module up")
    exports = {item.name: item for item in file.exports}
    _check_imports(file)
    _check_memory(file, exports)
    _check_tables(file)
    for name, signature in abi.EXPORTS.items():
        _check_function(f"its export {name}", exports.get(name), signature)
    for action in manifest.actions:
        _check_function(f"its export {action}", exports.get(action), abi.ACTION_SIGNATURE)
    return manifest


def _compile(engine: wasmtime.Engine, binary: bytes, seconds: float) -> wasmtime.Module:
    """The engine cannot stop a compilation, so one that takes too long is left running."""
    task: Future[wasmtime.Module] = Future()

    def work() -> None:
        try:
            task.set_result(wasmtime.Module(engine, binary))
        except BaseException as error:
            task.set_exception(error)

    threading.Thread(target=work, name="skipcall-compile", daemon=True).start()
    try:
        return task.result(seconds)
    except OutOfTime:
        raise ModuleRefused(f"the module was given up: compiling it took longer than {seconds:g} s") from None
    except wasmtime.WasmtimeError as error:
        raise ModuleRefused(f"not a usable WebAssembly module: {error}") from None


class ActionModule:
    """A checked and compiled module, which any number of hosts can run any number of times."""

    def __init__(self, module: bytes | str | os.PathLike[str], *, compile_seconds: float = 30) -> None:
        """From a file's bytes, or its name. Raises ModuleRefused, naming what is wrong, and OSError."""
        if isinstance(module, (str, os.PathLike)):
            with open(module, "rb") as file:
                module = file.read()
        self.manifest: Final = _judge(module)
        self.sha256: Final = hashlib.sha256(module).hexdigest()
        self.engine: Final = shared_engine()
        self.compiled: Final = _compile(self.engine, module, compile_seconds)

    @property
    def abi_version(self) -> str:
        return self.manifest.abi_version
