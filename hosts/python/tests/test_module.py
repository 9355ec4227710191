"""Modules that are refused before anything of them runs."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
import wasmtime
from conftest import MODULES, leb128, with_manifest

from skipcall_action_host import ActionModule, InstanceLimits, ModuleRefused
from skipcall_action_host.instance import Instance
from skipcall_action_host.wasm_file import parse_wasm

MANIFEST = {"abiVersion": "1.0", "actions": [{"export": "act"}], "connections": [{"id": "a"}]}

MODULE = """
(module
  (import "action_host_v1" "http_send" (func (param i32 i32 i32)))
  (memory (export "memory") 1 16)
  (func (export "_initialize"))
  (func (export "action_abi_version") (result i32) (i32.const 65536))
  (func (export "action_manifest") (result i32) (i32.const 0))
  (func (export "action_alloc") (param i32) (result i32) (i32.const 0))
  (func (export "action_free") (param i32))
  (func (export "act") (param i32 i32 i32 i64) (result i32) (i32.const 0))
  (func (export "action_wake") (param i32 i64) (result i32) (i32.const 0))
  (func (export "action_http_done") (param i32 i32 i64 i32) (result i32) (i32.const 0))
  (func (export "action_cancel") (param i32 i64) (result i32) (i32.const 0))
  (func (export "action_status") (param i32) (result i32) (i32.const 0))
  (func (export "action_result") (param i32) (result i32) (i32.const 0))
  (func (export "action_release") (param i32)))
"""


def built(text: str = MODULE, manifest: object = MANIFEST) -> bytes:
    return with_manifest(bytes(wasmtime.wat2wasm(text)), json.dumps(manifest).encode())


def test_a_compilation_that_takes_too_long_is_given_up() -> None:
    depth = 5000  # takes the engine a second or more
    loops = f"(func {'loop ' * depth}{'end ' * depth})"
    slow = built(MODULE.rstrip()[:-1] + loops + ")")
    start = time.monotonic()
    with pytest.raises(ModuleRefused, match=r"compiling it took longer than 0\.02 s"):
        ActionModule(slow, compile_seconds=0.02)
    assert time.monotonic() - start < 1


def test_modules_are_taken() -> None:
    for file in MODULES:
        assert ActionModule(file).manifest.actions == ("remove_contacts",)
    assert ActionModule(built()).abi_version == "1.0"
    assert ActionModule(built(manifest={**MANIFEST, "abiVersion": "1.7"})).abi_version == "1.7"


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('"action_host_v1" "http_send"', '"wasi_snapshot_preview1" "fd_write"', "imports wasi_snapshot_preview1.fd_w"),
        ('"http_send"', '"http_post"', "which no host supplies"),
        ('(import "action_host_v1" "http_send" (func (param i32 i32 i32)))',
         '(import "action_host_v1" "http_send" (func (param i32)))', r"is \(i32\)->\(\) instead of"),
        ('(memory (export "memory") 1 16)', "(memory 1 16)", "does not export its memory"),
        ('(memory (export "memory") 1 16)', '(memory (export "memory") 1)', "its memory has no maximum"),
        ('(memory (export "memory") 1 16)', '(memory (export "memory") 1 4097)', "beyond 256 MiB"),
        ('(memory (export "memory") 1 16)', '(memory (export "memory") i64 1 16)', "not plain wasm32"),
        ('(memory (export "memory") 1 16)', '(memory (export "memory") 1 16 shared)', "not plain wasm32"),
        ('(memory (export "memory") 1 16)', '(memory (export "memory") 1 16) (memory 1 1)', "more than one memory"),
        ('(memory (export "memory") 1 16)', '(memory (export "memory") 1 16) (table 100001 funcref)', "100,000 el"),
        ('(memory (export "memory") 1 16)', '(memory (export "memory") 1 16) (table 1 funcref) (table 1 funcref)',
         "more than one table"),
        ('(memory (export "memory") 1 16)', '(memory (export "memory") 1 16) (table 1 externref)', "value type 111"),
        ('(export "action_free")', '(export "action_fre")', "its export action_free is not a function"),
        ('(export "act")', '(export "actor")', "its export act is not a function"),
        ('(export "act") (param i32 i32 i32 i64)', '(export "act") (param i32 i32 i32)', "its export act is"),
        ('(func (export "_initialize"))', '(func $i (export "_initialize")) (start $i)', "has a start function"),
        ('(func (export "_initialize"))', '(func (export "_initialize") (drop (v128.const i64x2 0 0)))', "not a usab"),
    ],
)  # fmt: skip
def test_module_is_refused(old: str, new: str, why: str) -> None:
    assert old in MODULE
    with pytest.raises(ModuleRefused, match=why):
        ActionModule(built(MODULE.replace(old, new)))


@pytest.mark.parametrize(
    ("manifest", "why"),
    [
        ({**MANIFEST, "abiVersion": "2.0"}, "it speaks 2.0"),
        ({**MANIFEST, "abiVersion": "1"}, "it speaks 1"),
        ({**MANIFEST, "abiVersion": 1.0}, "names no version"),
        ({**MANIFEST, "actions": []}, "names no action"),
        ({**MANIFEST, "actions": [{}]}, "action without an export"),
        ({**MANIFEST, "connections": [{}]}, "connection without an id"),
        ({**MANIFEST, "connections": [{"id": "a", "headers": {"A": 1}}]}, "header that is not a string"),
        ({**MANIFEST, "connections": [{"id": "a", "fields": [{}]}]}, "field without a name"),
        ([], "not a JSON object"),
        ({**MANIFEST, "more": "x" * (1 << 20)}, "larger than 1 MiB"),
    ],
)
def test_manifest_is_refused(manifest: object, why: str) -> None:
    with pytest.raises(ModuleRefused, match=why):
        ActionModule(built(manifest=manifest))


def test_sections() -> None:
    binary = bytes(wasmtime.wat2wasm(MODULE))
    text = json.dumps(MANIFEST).encode()
    for data in (binary, with_manifest(with_manifest(binary, text), text)):
        with pytest.raises(ModuleRefused, match="exactly one custom section"):
            ActionModule(data)
    for manifest in (b"", b"\xff", b"[" * 100_000):
        with pytest.raises(ModuleRefused, match="not JSON"):
            ActionModule(with_manifest(binary, manifest))


def test_each_cut_file_is_refused() -> None:
    binary = built()
    for length in range(len(binary)):
        with pytest.raises(ModuleRefused):
            ActionModule(binary[:length])


def test_a_small_file_cannot_cost_much() -> None:
    many = leb128(50_000_000)
    for number in (1, 2, 3, 4, 5, 6, 7, 9, 11):
        data = b"\0asm\1\0\0\0" + bytes([number]) + leb128(len(many)) + many
        with pytest.raises(ModuleRefused, match="more than"):
            parse_wasm(data)
    for body, why in (
        (leb128(128 * 1024 + 1) + bytes(128 * 1024 + 1), "longer than 128 KiB"),
        (b"\x09\x01" + leb128(4_000_000) + b"\x7f\0\0\0", "too many locals"),
    ):
        with pytest.raises(ModuleRefused, match=why):
            parse_wasm(b"\0asm\1\0\0\0\x0a" + leb128(len(body) + 1) + b"\1" + body)
    with pytest.raises(ModuleRefused, match="a component"):
        parse_wasm(b"\0asm\x0d\0\1\0")
    with pytest.raises(ModuleRefused, match="larger than 16 MiB"):
        parse_wasm(b"\0asm\1\0\0\0" + b"\0" * (16 << 20))


def test_code_that_names_another_version_than_the_manifest() -> None:
    module = ActionModule(built(manifest={**MANIFEST, "abiVersion": "1.1"}))
    with pytest.raises(ModuleRefused, match=r"code says ABI 1\.0, its manifest 1\.1"):
        Instance(module, InstanceLimits())


def test_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        ActionModule(tmp_path / "no.wasm")
