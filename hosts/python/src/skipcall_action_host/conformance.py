"""The host as a command for the conformance kit (abi/conformance): python3 -m skipcall_action_host.conformance."""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from .action_host import ActionHost, RunEnd
from .client import default_tls
from .connection import Connection
from .errors import ConnectionRefused, HostError, ModuleRefused
from .instance import InstanceLimits
from .stop import StopRequest

_CAPABILITIES: Final = {
    "host": "Python",
    "version": "0.9.0",
    "cannot": {
        "http2": "h11, the parser of its client, speaks HTTP/1.1.",
        "refuse-features": "wasmtime's Python interface cannot turn reference types off; all other features it does.",
    },
}
_USAGE: Final = "usage: python3 -m skipcall_action_host.conformance --capabilities | run OPTION VALUE …"


@dataclass
class _Options:
    single: dict[str, str] = field(default_factory=dict)
    base_urls: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, dict[str, str]] = field(default_factory=dict)
    """The values of fields, by connection."""


def _read_options(words: Sequence[str]) -> _Options:
    options = _Options()
    for name, value in zip(words[::2], words[1::2], strict=True):
        left, _, right = value.partition("=")
        if name == "--base-url":
            options.base_urls[left] = right
        elif name == "--secret":
            connection, _, field_name = left.partition(".")
            options.secrets.setdefault(connection, {})[field_name] = os.environ[right]
        else:
            options.single[name] = value
    return options


def _tls() -> ssl.SSLContext:
    context = default_tls()
    if authority := os.environ.get("CONFORMANCE_CA_FILE"):
        context.load_verify_locations(authority)
    return context


def _listen(stop: StopRequest) -> None:
    for line in sys.stdin:
        if line.strip() == "stop":
            stop.stop()
        elif line.strip() == "cancel":
            stop.cancel()


async def _run(options: _Options) -> RunEnd:
    stop = StopRequest()
    connections = {
        name: Connection(base_url=url, fields=options.secrets.get(name, {})) for name, url in options.base_urls.items()
    }
    limits = InstanceLimits(call_seconds=2.0)
    async with ActionHost(options.single["--module"], limits=limits, tls=_tls()) as host:
        threading.Thread(target=_listen, args=(stop,), daemon=True).start()
        journal = options.single.get("--journal")
        if journal is not None and Path(journal).exists():
            return await host.resume(journal, connections=connections, stop=stop)
        data = Path(options.single["--input"]).read_bytes()
        return await host.run(options.single["--action"], data, connections=connections, stop=stop, journal=journal)


def main(words: Sequence[str]) -> int:
    if words[:1] == ["--capabilities"]:
        print(json.dumps(_CAPABILITIES, indent=2))
        return 0
    if words[:1] != ["run"]:
        print(_USAGE, file=sys.stderr)
        return 2
    try:
        end = asyncio.run(_run(_read_options(words[1:])))
    except HostError as error:
        print(error, file=sys.stderr)
        return {ModuleRefused: 3, ConnectionRefused: 5}.get(type(error), 4)
    sys.stdout.buffer.write(end.data)
    return 0


if __name__ == "__main__":
    code = main(sys.argv[1:])
    # Not by sys.exit(), which would wait for the thread that reads standard input.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
