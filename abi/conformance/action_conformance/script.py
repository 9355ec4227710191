"""A case's script in the form that the probe reads (guests/script.h): numbers are little-endian."""

import struct

EXPORTS = (
    "_initialize action_abi_version action_manifest action_alloc action_free action "
    "action_wake action_http_done action_cancel action_status action_result action_release"
).split()
BEHAVIOURS = "normal trap loop overflow send cancel zero wild grow once-zero edge".split()
EVENTS = {"start": 1, "wake": 2, "done": 3, "cancel": 4, "answer": 5}  # "done:3": of exchange 3; "answer:3": the third
REQUEST = {
    "size": 0,
    "timeout_ms": 4,
    "response_limit": 8,
    "reserved": 12,
    "connection.ptr": 16,
    "connection.len": 20,
    "method.ptr": 24,
    "method.len": 28,
    "target.ptr": 32,
    "target.len": 36,
    "headers.ptr": 40,
    "headers.len": 44,
    "body.ptr": 48,
    "body.len": 52,
    "at": 0xFFFFFFFF,  # the address of the struct itself
}
PROGRESS = {"size": 0, "state": 4, "wake_ms": 8, "wake_ms.high": 12, "phase": 16, "open": 32}
FACTOR, MODULUS = 1099511628211, 1 << 64


def u32(*values: int) -> bytes:
    return b"".join(struct.pack("<I", value & 0xFFFFFFFF) for value in values)


def u64(value: int) -> bytes:
    return struct.pack("<Q", value & (MODULUS - 1))


def as_bytes(value) -> bytes:
    """Text means its characters as bytes; a list [text, times] means a repetition."""
    if isinstance(value, list):
        return as_bytes(value[0]) * value[1]
    return value if isinstance(value, bytes) else value.encode("latin-1")


def header_block(headers) -> bytes:
    """Headers as a list of pairs, or the block as it is."""
    if isinstance(headers, list) and all(isinstance(item, list) and isinstance(item[1], str) for item in headers):
        return b"".join(as_bytes(name) + b": " + as_bytes(value) + b"\r\n" for name, value in headers)
    return as_bytes(headers)


def send(request: dict) -> bytes:
    patches = request.get("struct", {})
    out = bytes([1]) + u32(request.get("run", 0), request.get("exchange", 0), request.get("times", 1))
    out += u32(request.get("timeout_ms", 8000), request.get("response_limit", 1 << 20))
    for member in (
        as_bytes(request.get("connection", "main")),
        as_bytes(request.get("method", "GET")),
        as_bytes(request["target"]),
        header_block(request.get("headers", "")),
        as_bytes(request.get("body", "")),
    ):
        out += u32(len(member)) + member
    out += u32(len(patches))
    for name, value in patches.items():
        out += u32(REQUEST[name], value)
    return out


def operation(step, requests: list) -> bytes:
    if isinstance(step, str):
        return bytes([{"end": 5, "hold": 12, "trap": 13, "loop": 14}[step]])
    (name, value), *_ = step.items()
    if name == "send":
        return send(requests[value - 1])
    if name == "cancel":
        return bytes([2]) + u32(step.get("run", 0), value, step.get("times", 1))
    if name == "wake_in":
        return bytes([3]) + u64(value)
    if name == "wake_at":
        return bytes([4]) + u64(value)
    if name == "return":
        return bytes([6]) + u32(value)
    if name == "arm":
        return bytes([7]) + u32(EXPORTS.index(value[0]), BEHAVIOURS.index(value[1]) + 1)
    if name == "progress":
        return b"".join(bytes([9]) + u32(PROGRESS[member], number) for member, number in value.items())
    if name == "result":
        return bytes([10]) + u32(*value)
    number = {"grow": 8, "show": 11, "spin": 15}[name]
    return bytes([number]) + u32(value)


def needle(text: bytes) -> bytes:
    hashed = 0
    for byte in text:
        hashed = (hashed * FACTOR + byte) % MODULUS
    return u32(len(text)) + u64(hashed)


def default_handlers(case: dict, requests: list) -> list:
    """All requests at the first wake, or each when the previous one is answered."""
    if case.get("order") != "one by one":
        return [{"on": "wake:1", "do": [{"send": number + 1} for number in range(len(requests))]}]
    handlers = [{"on": "wake:1", "do": [{"send": 1}]}]
    return handlers + [{"on": f"done:{number}", "do": [{"send": number + 1}]} for number in range(1, len(requests))]


def compile_script(case: dict, needles: list) -> bytes:
    requests = case.get("requests", [])
    out = u32(len(needles)) + b"".join(needle(text) for text in sorted(needles, key=len))
    for handler in case.get("script") or default_handlers(case, requests):
        event, _, number = handler["on"].partition(":")
        steps = b"".join(operation(step, requests) for step in handler["do"])
        out += u32(EVENTS[event], int(number or 0), len(steps)) + steps
    return out


def boot_area(exports: dict, version: int) -> bytes:
    """How exports behave from the beginning (guests/probe.c)."""
    behaviours = bytearray(b"\1" * len(EXPORTS))
    for name, behaviour in exports.items():
        behaviours[EXPORTS.index(name)] = BEHAVIOURS.index(behaviour) + 1
    return b"PROBE-BOOT-AREA!" + bytes(behaviours) + u32(version)
