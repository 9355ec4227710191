"""What a WebAssembly binary says about itself, read without compiling or running it (core specification, 5.5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, NoReturn

from .errors import ModuleRefused

_KINDS: Final = ("function", "table", "memory", "global", "tag")
_VALUE_TYPES: Final = {
    0x7F: "i32",
    0x7E: "i64",
    0x7D: "f32",
    0x7C: "f64",
    0x7B: "v128",
    0x70: "funcref",  # of tables; others are of the feature reference-types
}

# The most items of each section, by its number: more than a real module has, and few enough that a small file cannot
# make a host or its engine use gigabytes.
_MOST_ITEMS: Final = {
    1: (10_000, "types"),
    2: (100, "imports"),
    3: (100_000, "functions"),
    4: (100, "tables"),
    5: (100, "memories"),
    6: (10_000, "globals"),
    7: (1_000, "exports"),
    9: (10_000, "element segments"),
    10: (100_000, "function bodies"),
    11: (100_000, "data segments"),
}
_MOST_VALUES: Final = 100  # parameters or results of a function
# Of one function. A compiler may need memory for each local at each branch.
_LONGEST_BODY: Final = 128 * 1024
_MOST_LOCALS_TIMES_BYTES: Final = 1 << 25
_MOST_CUSTOM_SECTIONS: Final = 1_000
_LONGEST_FILE: Final = 16 * 1024 * 1024


@dataclass(frozen=True)
class WasmImport:
    module: str
    name: str
    kind: str
    signature: str = ""
    """Of a function, as "(i32,i64)->(i32)"."""


@dataclass(frozen=True)
class WasmExport:
    name: str
    kind: str
    signature: str = ""


@dataclass(frozen=True)
class WasmMemory:
    maximum_pages: int | None
    is_64_bit: bool
    is_shared: bool


@dataclass
class WasmFile:
    imports: list[WasmImport] = field(default_factory=list)
    exports: list[WasmExport] = field(default_factory=list)
    memories: list[WasmMemory] = field(default_factory=list)
    tables: list[int] = field(default_factory=list)
    """The minimum number of elements of each."""
    has_start: bool = False
    custom_sections: list[tuple[str, bytes]] = field(default_factory=list)


def _refuse(why: str) -> NoReturn:
    raise ModuleRefused(f"not a usable WebAssembly module: {why}")


class _Reader:
    """Reads the format's elements one after the other; a read beyond the end refuses the file."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def take(self, count: int) -> bytes:
        if count > self.left:
            _refuse("it ends too early")
        self._at += count
        return self._data[self._at - count : self._at]

    def byte(self) -> int:
        return self.take(1)[0]

    def number(self, bits: int = 32) -> int:
        """Unsigned LEB128."""
        value = 0
        for shift in range(0, bits, 7):
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if value >> bits:
                _refuse("a number is too large")
            if byte < 0x80:
                return value
        _refuse("a number is too long")

    def name(self) -> str:
        try:
            return self.take(self.number()).decode()
        except UnicodeDecodeError:
            _refuse("a name is not UTF-8")

    def value_type(self) -> str:
        code = self.byte()
        return _VALUE_TYPES.get(code) or _refuse(f"value type {code} is not of the ABI's features")

    def value_types(self) -> str:
        count = self.number()
        if count > _MOST_VALUES:
            _refuse(f"a function has more than {_MOST_VALUES} parameters or results")
        return "(" + ",".join(self.value_type() for _ in range(count)) + ")"

    def limits(self) -> tuple[int, int | None, int]:
        """Minimum, maximum and flags."""
        flags = self.byte()
        if flags > 7:
            _refuse(f"limits {flags} are not known")
        minimum = self.number(64)
        return minimum, self.number(64) if flags & 1 else None, flags

    def memory(self) -> WasmMemory:
        _, maximum, flags = self.limits()
        return WasmMemory(maximum, is_64_bit=bool(flags & 4), is_shared=bool(flags & 2))

    def table(self) -> int:
        self.value_type()
        return self.limits()[0]

    def kind(self) -> str:
        code = self.byte()
        return _KINDS[code] if code < len(_KINDS) else _refuse("an import or export is of an unknown kind")


class _Parser:
    """Collects what the sections say; functions are numbered over imports and definitions."""

    def __init__(self) -> None:
        self.file = WasmFile()
        self._types: list[str] = []
        self._functions: list[str] = []
        self._items: dict[int, Callable[[_Reader], None]] = {
            1: self._type,
            2: self._import,
            3: lambda reader: self._functions.append(self._signature(reader)),
            4: lambda reader: self.file.tables.append(reader.table()),
            5: lambda reader: self.file.memories.append(reader.memory()),
            7: self._export,
            10: self._body,
        }

    def section(self, number: int, data: bytes) -> None:
        reader = _Reader(data)
        if number == 0:
            if len(self.file.custom_sections) == _MOST_CUSTOM_SECTIONS:
                _refuse("it has too many custom sections")
            self.file.custom_sections.append((reader.name(), reader.take(reader.left)))
            return
        self.file.has_start |= number == 8
        if number not in _MOST_ITEMS:
            return
        most, what = _MOST_ITEMS[number]
        count = reader.number()
        if count > most:
            _refuse(f"it has more than {most} {what}")
        read = self._items.get(number)
        if read is None:
            return
        for _ in range(count):
            read(reader)
        if reader.left:
            _refuse("a section is longer than what it holds")

    def _type(self, reader: _Reader) -> None:
        if reader.byte() != 0x60:
            _refuse("a type is not a function type")
        parameters = reader.value_types()
        self._types.append(f"{parameters}->{reader.value_types()}")

    def _signature(self, reader: _Reader) -> str:
        number = reader.number()
        return self._types[number] if number < len(self._types) else _refuse("a function has a type that is not there")

    def _import(self, reader: _Reader) -> None:
        module, name, kind = reader.name(), reader.name(), reader.kind()
        signature = ""
        if kind == "function":
            signature = self._signature(reader)
            self._functions.append(signature)
        elif kind == "table":
            self.file.tables.append(reader.table())
        elif kind == "memory":
            self.file.memories.append(reader.memory())
        elif kind == "global":
            reader.value_type()
            reader.byte()
        else:
            reader.byte()
            reader.number()
        self.file.imports.append(WasmImport(module, name, kind, signature))

    def _body(self, reader: _Reader) -> None:
        length = reader.number()
        if length > _LONGEST_BODY:
            _refuse("a function is longer than 128 KiB")
        body = _Reader(reader.take(length))
        locals_ = 0
        for _ in range(body.number()):
            locals_ += body.number()
            body.value_type()
        if locals_ * length > _MOST_LOCALS_TIMES_BYTES:
            _refuse("a function has too many locals for its length")

    def _export(self, reader: _Reader) -> None:
        name, kind, index = reader.name(), reader.kind(), reader.number()
        signature = ""
        if kind == "function":
            if index >= len(self._functions):
                _refuse("it exports a function that it does not have")
            signature = self._functions[index]
        self.file.exports.append(WasmExport(name, kind, signature))


def parse_wasm(binary: bytes) -> WasmFile:
    """Reads a binary. Code, except for the number of locals, and data are skipped, not validated.

    Raises ModuleRefused: other magic or version, a component, a cut or overlong section.
    """
    if len(binary) > _LONGEST_FILE:
        _refuse("it is larger than 16 MiB")
    reader = _Reader(binary)
    if len(binary) < 8 or reader.take(4) != b"\0asm":
        _refuse("it does not begin with the magic bytes")
    version = reader.take(4)
    if version == b"\x0d\0\x01\0":
        _refuse("it is a component, not a core module")
    if version != b"\x01\0\0\0":
        _refuse("its format is not version 1")
    parser = _Parser()
    while reader.left:
        parser.section(reader.byte(), reader.take(reader.number()))
    return parser.file
