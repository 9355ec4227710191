"""Module files: a prebuilt guest with the case's manifest and the case's other changes."""

import json
from pathlib import Path

GUESTS = Path(__file__).parent / "guests"
if not GUESTS.is_dir():  # in the repository; in a wheel they are inside the package
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
    """The manifest that the case's module has, as far as it is JSON. Guests other than the probe have no connection."""
    if case.get("guest", "probe") != "probe":
        return {"connections": []}
    manifest = merged(probe_manifest(), case.get("manifest", {}))
    if "connection" in case:
        manifest["connections"] = [merged(manifest["connections"][0], case["connection"])]
    return manifest


def manifest_bytes(case: dict) -> bytes:
    if "manifest_text" in case:
        return case["manifest_text"].encode("latin-1")
    return json.dumps(manifest_of(case), separators=(",", ":")).encode()


def text_in(module: bytes) -> bytes:
    """The manifest without the white space after it."""
    begin = module.index(b'{"abiVersion"')
    text = module[begin:].decode("latin-1")
    return text[: json.JSONDecoder().raw_decode(text)[1]].encode("latin-1")


def leb128_at(data: bytes, at: int) -> tuple[int, int]:
    """The number, and the position after it."""
    number, shift = 0, 0
    while True:
        number |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if data[at - 1] < 0x80:
            return number, at


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
        begin = at
        size, at = leb128_at(module, at + 1)
        at += size
        found.append((module[begin], module[begin:at]))
    return found


def extended(module: bytes, number: int, count: int, item: str) -> bytes:
    """The module with more items in a section: hexadecimal digits, in which NNNNNN stands for the item's number."""
    items = b"".join(bytes.fromhex(item.replace("NNNNNN", f"{n:06d}".encode().hex())) for n in range(count))
    out = module[:8]
    for each, data in sections(module):
        if each == number:
            _, begin = leb128_at(data, 1)
            there, begin = leb128_at(data, begin)
            data = section(number, leb128(there + count) + data[begin:] + items)
        out += data
    return out


def changed(module: bytes, change: dict) -> bytes:
    (kind, value), *_ = change.items()
    if kind == "cut":
        return module[:value]
    if kind == "replace":
        return replaced(module, bytes.fromhex(value[0]), bytes.fromhex(value[1]), 1)
    if kind == "append":  # custom sections with the manifest's name
        return module + custom_section("action_manifest", text_in(module)) * value
    if kind == "tail":
        return module + bytes.fromhex(value)
    if kind == "bytes":
        return bytes.fromhex(value)
    if kind == "extend":
        return extended(module, value["section"], value["count"], value["item"])
    if kind == "function":  # one more, with i32 locals, and code repeated
        code = leb128(1) + leb128(value["locals"]) + b"\x7f"
        code += bytes.fromhex(value["code"]) * value["times"] + bytes.fromhex(value.get("then", "")) * value["times"]
        body = leb128(len(code) + 1) + code + b"\x0b"
        return extended(extended(module, 3, 1, "02"), 10, 1, body.hex())
    if kind == "padding":  # a custom section without meaning
        return module + custom_section("padding", bytes(value - 16))
    if kind == "without_manifest":
        return module[:8] + b"".join(data for number, data in sections(module) if b"action_manifest{" not in data[:24])
    if kind == "long_manifest":
        text = text_in(module)[:-1] + b',"padding":"' + b"x" * value + b'"}'
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
