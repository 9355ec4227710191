"""Module files: a prebuilt guest with the case's manifest and whatever else the case changes in it."""

import json
from pathlib import Path

GUESTS = Path(__file__).parent / "guests"
if not GUESTS.is_dir():  # in the repository; in a wheel they are inside of the package
    GUESTS = Path(__file__).parent.parent / "guests"
CASES = GUESTS.parent / "cases"
MANIFEST_SIZE = 4096
BOOT_MARK, BOOT_SIZE = b"PROBE-BOOT-AREA!", 32


def replaced(data: bytes, old: bytes, new: bytes, times: int) -> bytes:
    if data.count(old) != times or len(old) != len(new):
        raise ValueError(f"expected {times} times in the module: {old[:40]!r}")
    return data.replace(old, new)


def merged(base: dict, change: dict) -> dict:
    """JSON Merge Patch (RFC 7396)."""
    result = dict(base)
    for name, value in change.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, dict) and isinstance(result.get(name), dict):
            result[name] = merged(result[name], value)
        else:
            result[name] = value
    return result


def probe_manifest() -> dict:
    return json.loads(area((GUESTS / "probe.wasm").read_bytes()))


def area(module: bytes) -> bytes:
    begin = module.index(b'{"abiVersion"')
    return module[begin : begin + MANIFEST_SIZE]


def manifest_of(case: dict) -> dict:
    """The manifest that the case's module has, as far as it is JSON."""
    manifest = merged(probe_manifest(), case.get("manifest", {}))
    if "connection" in case:
        manifest["connections"] = [merged(manifest["connections"][0], case["connection"])]
    return manifest


def manifest_bytes(case: dict) -> bytes:
    if "manifest_text" in case:
        return case["manifest_text"].encode("latin-1")
    return json.dumps(manifest_of(case), separators=(",", ":")).encode()


def leb128(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out) + bytes([number])


def section(number: int, content: bytes) -> bytes:
    return bytes([number]) + leb128(len(content)) + content


def custom_section(name: str, content: bytes) -> bytes:
    return section(0, leb128(len(name)) + name.encode() + content)


def sections(module: bytes) -> list[tuple[int, bytes]]:
    """Number and whole bytes of each section."""
    at, found = 8, []
    while at < len(module):
        begin, size, shift = at, 0, 0
        at += 1
        while True:
            size |= (module[at] & 0x7F) << shift
            shift += 7
            at += 1
            if module[at - 1] < 0x80:
                break
        at += size
        found.append((module[begin], module[begin:at]))
    return found


def changed(module: bytes, change: dict) -> bytes:
    (kind, value), *_ = change.items()
    if kind == "cut":
        return module[:value]
    if kind == "replace":
        return replaced(module, bytes.fromhex(value[0]), bytes.fromhex(value[1]), 1)
    if kind == "append":  # custom sections of the manifest's name
        return module + custom_section("action_manifest", area(module).strip()) * value
    if kind == "padding":  # a custom section that says nothing
        return module + custom_section("padding", bytes(value - 16))
    if kind == "without_manifest":
        return module[:8] + b"".join(data for number, data in sections(module) if b"action_manifest{" not in data[:24])
    if kind == "long_manifest":
        text = area(module).strip()[:-1] + b',"padding":"' + b"x" * value + b'"}'
        return changed(module, {"without_manifest": True}) + custom_section("action_manifest", text)
    raise ValueError(kind)


def module_of(case: dict, boot: bytes) -> bytes:
    name = case.get("guest", "probe")
    module = (GUESTS / f"{name}.wasm").read_bytes()
    if name == "probe":
        begin = module.index(BOOT_MARK)
        module = replaced(module, module[begin : begin + BOOT_SIZE], boot, 1)
        module = replaced(module, area(module), manifest_bytes(case).ljust(MANIFEST_SIZE), 2)
    for change in case.get("module", []):
        module = changed(module, change)
    return module
