"""The manifest: what a module says about itself. plugin-manifest/README.md describes all of its members."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from . import abi
from .errors import ModuleRefused


@dataclass(frozen=True)
class Field:
    """What a person fills in for a connection."""

    name: str
    pattern: str | None = None
    secret: bool = True


@dataclass(frozen=True)
class DeclaredConnection:
    """A server and its credential, as the manifest declares them."""

    id: str
    base_url: str | None
    """Only the module's suggestion."""
    headers: tuple[tuple[str, str], ...]
    """Templates, all of which are sent; `{name}` stands for the value of a field."""
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Manifest:
    abi_version: str
    actions: tuple[str, ...]
    """The exports that start a run."""
    connections: tuple[DeclaredConnection, ...]
    data: Mapping[str, Any]
    """All of it, as it was read."""


def wrong_abi(why: str) -> NoReturn:
    raise ModuleRefused(f"the module does not speak action ABI {abi.ABI_MAJOR}.{abi.ABI_MINOR}: {why}")


def version_number(version: str) -> int | None:
    """ "1.2" as `action_abi_version` has it; None if it is not a version."""
    parts = re.fullmatch(r"([0-9]{1,4})\.([0-9]{1,4})", version)
    return int(parts[1]) << 16 | int(parts[2]) if parts else None


def _objects(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _name(value: object, why: str) -> str:
    return value if isinstance(value, str) and value else wrong_abi(why)


def _field(value: dict[str, Any], connection: str) -> Field:
    pattern = value.get("pattern")
    return Field(
        _name(value.get("name"), f"its manifest has a field without a name in connection {connection}"),
        pattern if isinstance(pattern, str) else None,
        value.get("secret") is not False,
    )


def _connection(value: dict[str, Any]) -> DeclaredConnection:
    name = _name(value.get("id"), "its manifest has a connection without an id")
    base_url = value.get("baseUrl")
    headers = value.get("headers")
    templates = tuple(headers.items()) if isinstance(headers, dict) else ()
    if not all(isinstance(template, str) for _, template in templates):
        wrong_abi(f"its manifest has a header that is not a string in connection {name}")
    fields = tuple(_field(item, name) for item in _objects(value.get("fields")))
    return DeclaredConnection(name, base_url if isinstance(base_url, str) else None, templates, fields)


def parse_manifest(text: bytes) -> Manifest:
    """Raises ModuleRefused: not a JSON object, another version, no action, an action or a connection without a name."""
    try:
        data = json.loads(text.decode())
    except (ValueError, RecursionError):
        wrong_abi("its manifest is not JSON")
    if not isinstance(data, dict):
        wrong_abi("its manifest is not a JSON object")
    version = data.get("abiVersion")
    if not isinstance(version, str):
        wrong_abi("its manifest names no version")
    number = version_number(version)
    # Any minor of the host's major will do (ABI.md "Versions").
    if number is None or number >> 16 != abi.ABI_MAJOR:
        wrong_abi(f"it speaks {version}")
    actions = tuple(
        _name(action.get("export"), "its manifest has an action without an export")
        for action in _objects(data.get("actions"))
    )
    if not actions:
        wrong_abi("its manifest names no action")
    connections = tuple(_connection(item) for item in _objects(data.get("connections")))
    return Manifest(version, actions, connections, data)
