"""Journals of a host under test, as ../JOURNAL.md describes them: what a case does to one before it is resumed."""

import json
import zlib


def summed(entries: list[dict]) -> bytes:
    """Lines with the sums that they must have."""
    data, last = b"", b""
    for entry in entries:
        text = json.dumps({**entry, "sum": ""}, ensure_ascii=False, separators=(",", ":")).encode()
        body = text[: text.rindex(b',"sum":')]
        total = b"%08x" % zlib.crc32(last + body)
        data += body + b',"sum":"' + total + b'"}\n'
        last = last if entry.get("end") else total
    return data


def edited(data: bytes, edit: dict) -> bytes:
    """One change, {name: value}. Lines count from 0, the head; the last one is the end if there is one."""
    [[name, value]] = edit.items()
    lines = data.splitlines(keepends=True)
    if name == "text":
        return value.encode()
    if name == "keep":  # so many lines
        return b"".join(lines[:value])
    if name == "cut":  # so many bytes of a line, and all that follows
        return b"".join(lines[: value["line"]]) + lines[value["line"]][: value["at"]]
    if name == "damage":  # a line, which stays JSON
        lines[value["line"]] = lines[value["line"]].replace(value["old"].encode(), value["new"].encode(), 1)
        return b"".join(lines)
    entries = [json.loads(line) for line in lines]
    if name == "change":  # members of a line
        entries[value["line"]] |= value["members"]
    elif name == "repeat":  # a line
        entries.insert(value, entries[value])
    elif name == "later":  # all events, by ms
        entries = [entry | ({"now": entry["now"] + value} if "now" in entry else {}) for entry in entries]
    else:
        raise ValueError(f"a journal cannot be edited by {name}")
    return summed(entries)
