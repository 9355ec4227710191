"""Cases: JSON files in the folder `cases`, each with a title and a list. case.schema.json describes them."""

import copy
import json
import re

from .guest import CASES, manifest_of, merged
from .secret import make_key

PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")


def load_cases() -> list[dict]:
    cases = []
    for path in sorted(CASES.glob("*.json")):
        if path.name == "case.schema.json":
            continue
        group = json.loads(path.read_text(encoding="utf-8"))
        for case in group["cases"]:
            case["group"] = group["title"]
            cases.append(expanded(case))
    return cases


def expanded(case: dict) -> dict:
    """Each request with what `each` says for all; missing targets are numbers."""
    for number, request in enumerate(case.get("requests", []), 1):
        for name, value in case.get("each", {}).items():
            request.setdefault(name, copy.deepcopy(value))
        request.setdefault("target", f"/{number}")
    return case


def for_host(case: dict, cannot: dict) -> dict:
    """The case as it applies to a host that cannot do some things."""
    for capability, change in case.get("without", {}).items():
        if capability in cannot:
            requests = change.get("requests", [])
            case = merged(case, {name: value for name, value in change.items() if name != "requests"})
            if requests:
                case["requests"] = [
                    merged(request, requests[number] if number < len(requests) else {})
                    for number, request in enumerate(case["requests"])
                ]
            if "each_expect" in change:
                case["requests"] = [{**request, "expect": change["each_expect"]} for request in case["requests"]]
    return case


def fields_of(connection: dict) -> list[str]:
    """The fields of a connection, including those that only a header names."""
    names = [item["name"] for item in connection.get("fields", [])]
    for value in (connection.get("headers") or {}).values():
        names += [name for name in PLACEHOLDER.findall(value) if isinstance(value, str)]
    return list(dict.fromkeys(names))


def keys_of(case: dict) -> dict[str, str]:
    """The value of each field: "CONNECTION.FIELD". A case may name a kind of key, a value, or null for none."""
    said = case.get("keys", {})
    keys = {}
    for connection in manifest_of(case).get("connections", []):
        for name in fields_of(connection):
            place = f"{connection['id']}.{name}"
            kind = said.get(place, "plain")
            if isinstance(kind, dict):
                keys[place] = kind["value"]
            elif kind is not None:
                keys[place] = make_key(f"{case['id']} {place}", kind)
    for place, kind in said.items():  # what the manifest does not declare
        if place not in keys and kind is not None:
            keys[place] = kind["value"] if isinstance(kind, dict) else make_key(f"{case['id']} {place}", kind)
    return keys
