"""The secrets of a case, the forms in which a server may repeat them, and the search for them."""

import base64
import hashlib
import re
import urllib.parse


def make_key(seed: str, kind: str = "plain") -> str:
    """A key for a case: always the same, and found nowhere else."""
    digest = hashlib.sha256(seed.encode()).digest()
    letters = base64.b64encode(digest, b"Qz").decode().rstrip("=")[:26]
    if kind == "special":  # what JSON, HTML and percent-encoding escape
        return letters[:10] + "/+&<\"\\'=%" + letters[10:20]
    return kind[5:] + letters if kind.startswith("with ") else letters


def base64_cores(key: bytes) -> list[bytes]:
    """What base64 makes of the key wherever it begins: the digits that do not depend on its neighbours."""
    cores = []
    for alphabet in (base64.b64encode, base64.urlsafe_b64encode):
        for before in range(3):
            text = alphabet(bytes(before) + key)
            begin, end = (before * 8 + 5) // 6, (before + len(key)) * 8 // 6
            cores.append(text[begin:end])
    return list(dict.fromkeys(cores))


def forms(key: str) -> dict[str, bytes]:
    """How a server may write a key; the names come after the colon in "<<key:NAME>>"."""
    raw = key.encode()
    every = "".join(f"%{byte:02X}" for byte in raw)
    return {
        "as it is": raw,
        "upper": key.upper().encode(),
        "lower": key.lower().encode(),
        "swapcase": key.swapcase().encode(),
        "percent": urllib.parse.quote(key, safe="").encode(),
        "percent-all": every.encode(),
        "percent-lower": every.lower().encode(),
        "percent-part": (raw[:3].decode() + "".join(f"%{byte:02x}" for byte in raw[3:6]) + raw[6:].decode()).encode(),
        "json": key.replace("\\", "\\\\").replace('"', '\\"').replace("/", "\\/").encode(),
        "json-all": "".join(f"\\u{byte:04x}" for byte in raw).encode(),
        "html": "".join(c if c.isalnum() else f"&#{ord(c)};" for c in key).encode(),
        "html-named": re.sub(
            '[&<>"]', lambda m: {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}[m[0]], key
        ).encode(),
        "html-hex": "".join(f"&#x{ord(c):X};" for c in key).encode(),
        "hex": raw.hex().encode(),
        "hex-upper": raw.hex().upper().encode(),
        "base64": base64.b64encode(raw),
        "base64-url": base64.urlsafe_b64encode(raw).rstrip(b"="),
        "base64-inside": base64.b64encode(b"user:" + raw + b":more"),
        "base64-inside-1": base64.b64encode(b"a" + raw + b"z"),
    }


def needles(key: str) -> list[bytes]:
    """What must be nowhere in a module's memory. Nothing short enough to be found by chance."""
    found = [form for name, form in forms(key).items() if not name.startswith("base64-inside")]
    found += base64_cores(key.encode())
    return [text for text in dict.fromkeys(found) if len(text) >= 8]


def shows(text: bytes, key: str) -> str | None:
    """The form in which the text contains the key."""
    for name, form in forms(key).items():
        if form in text:
            return name
    lowered, lowered_key = text.lower(), key.lower().encode()
    if lowered_key in lowered:
        return "other capitals"
    if any(core in text for core in base64_cores(key.encode())):
        return "base64"
    return None
