"""What the server sends: a case's reply as steps, and the steps as bytes."""

import gzip
import re
import zlib

from .script import as_bytes
from .secret import forms

DEFAULT = {"status": 200, "body": "ok"}


def fill(text: str, keys: dict, places: dict) -> bytes:
    """Puts keys ("<<key>>", "<<key:base64>>", "<<other.field:hex>>") and places ("<<port>>") into text."""

    def value(match):
        name, _, form = match[1].partition(":")
        if name in places:
            return places[name]
        key = keys[next(iter(keys)) if name == "key" else name]
        if form.startswith("first "):
            return key[: int(form[6:])]
        return forms(key)[form or "as it is"].decode("latin-1")

    return re.sub(r"<<([^<>]+)>>", value, text).encode("latin-1")


def coded(coding: str, body: bytes) -> bytes:
    if coding == "gzip":
        return gzip.compress(body, mtime=0)
    if coding == "deflate":
        return zlib.compress(body)
    if coding == "raw-deflate":
        return zlib.compress(body)[2:-4]
    raise ValueError(coding)


def part(step: dict, keys: dict, places: dict) -> bytes:
    """The bytes of a step that has some: text, hex, or a repetition; coded, cut and in chunks if it says so."""
    if "hex" in step:
        data = bytes.fromhex(step["hex"])
    else:
        data = fill(step["text"], keys, places) * step.get("times", 1)
    if "coding" in step:
        data = coded(step["coding"], data)
    if "cut" in step:
        data = data[: step["cut"]]
    if "damage" in step:
        at = step["damage"] % len(data)
        data = data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]
    data += as_bytes(step.get("then", ""))
    if "chunks" in step:
        size = step["chunks"]
        pieces = [data[at : at + size] for at in range(0, len(data), size)]
        data = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    if step.get("length"):  # the rest of a head whose body this is
        data = b"Content-Length: %d\r\n\r\n" % len(data) + data
    return data


def steps_of(reply, keys: dict, places: dict) -> list:
    """Each step is bytes to send, ("wait", ms), ("close", how) or ("slow", bytes, size, ms)."""
    if isinstance(reply, dict):
        return [plain(reply, keys, places)]
    steps = []
    for step in reply:
        if isinstance(step, str):
            steps.append(fill(step, keys, places))
        elif "wait" in step:
            steps.append(("wait", step["wait"]))
        elif "close" in step:
            steps.append(("close", step["close"]))
        elif "every" in step:
            steps.append(("slow", part(step, keys, places), step.get("size", 1), step["every"]))
        else:
            steps.append(part(step, keys, places))
    return steps


def plain(reply: dict, keys: dict, places: dict) -> bytes:
    """A whole response with its length."""
    body = part({"text": "", **reply, **({"text": reply["body"]} if "body" in reply else {})}, keys, places)
    status = reply.get("status", 200)
    head = f"HTTP/1.1 {status} {reply.get('reason', 'Reason')}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in reply.get("headers", []))
    head_bytes = fill(head, keys, places)
    if status not in (204, 304) or "body" in reply:
        head_bytes += b"Content-Length: %d\r\n" % len(body)
    return head_bytes + b"\r\n" + body


def steps_of_http2(reply, keys: dict, places: dict) -> list:
    """The same for a stream of HTTP/2: names of methods of http2.Session, or "wait" and "close", and what they take."""

    def text(value: str) -> str:
        return fill(value, keys, places).decode("latin-1")

    def pairs(headers) -> list:
        return [(text(name), as_bytes(value) if isinstance(value, list) else text(value)) for name, value in headers]

    if isinstance(reply, dict):
        body = part({"text": "", **reply, **({"text": reply["body"]} if "body" in reply else {})}, keys, places)
        headers = [("content-length", str(len(body))), *pairs(reply.get("headers", []))]
        steps = [("head", reply.get("status", 200), headers, not body)]
        return [*steps, ("data", body, len(body), 0, True)] if body else steps
    steps = []
    for step in reply:
        if "head" in step:
            steps.append(("head", step["head"], pairs(step.get("headers", [])), step.get("end", False)))
        elif "trailers" in step:
            steps.append(("trailers", pairs(step["trailers"])))
        elif "wait" in step:
            steps.append(("wait", step["wait"]))
        elif "close" in step:
            steps.append(("close", step["close"]))
        elif "reset" in step:
            steps.append(("reset", step["reset"]))
        elif "goaway" in step:
            steps.append(("goaway", step["goaway"], step["last"]))
        else:
            data = part(step, keys, places)
            steps.append(("data", data, step.get("size", len(data)), step.get("every", 0), step.get("end", False)))
    return steps
