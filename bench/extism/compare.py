#!/usr/bin/env python3
"""The same job as an Extism plugin, whose requests block, and by this repository's module in the Python host: wall time.

Both run in this process, against the sandbox, which takes 100 ms for each request. Exit code 1: it is
not fast enough. Run it by ./dev bench extism.
"""

import asyncio
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import extism
from skipcall_action_host import ActionHost, ActionModule, Connection
from skipcall_sandbox import sandbox

ROOT = pathlib.Path(__file__).resolve().parents[2]
KEY = "sk_test_expert"
CONTACTS = 10_000
LATENCY_MS = 100
AT_LEAST = {6: 5, 32: 15}  # times as fast, by open requests
ROUNDS = 3

ids = [f"00000000-0000-4000-8000-{number:012x}" for number in range(CONTACTS)]


def compile_guest(folder):
    guest = folder / "guest.wasm"
    flags = ["--target=wasm32", "-O2", "-nostdlib", "-Wl,--no-entry"]
    subprocess.run(["clang++-19", "-x", "c", *flags, ROOT / "bench/extism/guest.c", "-o", guest], check=True)
    return guest.read_bytes()


def by_extism(guest, base_url):
    """The result, and the seconds that the call took; the plugin is compiled before."""
    manifest = {
        "wasm": [{"data": guest}],
        "allowed_hosts": ["127.0.0.1"],
        "config": {"baseUrl": base_url, "key": KEY},
        "timeout_ms": 60_000,
    }
    document = json.dumps({"sequenceId": "A", "contactIds": ids})
    with extism.Plugin(manifest) as plugin:
        begun = time.perf_counter()
        result = plugin.call("remove_contacts", document)
        return json.loads(result), time.perf_counter() - begun


def by_module(module, base_url, concurrency):
    """The same for a run."""

    async def run():
        document = json.dumps({"sequenceId": "A", "contactIds": ids, "options": {"concurrency": concurrency}})
        connections = {"skipcall": Connection(base_url=base_url, secret=KEY)}
        async with ActionHost(module) as host:
            begun = time.perf_counter()
            end = await host.run("remove_contacts", document, connections=connections)
            return end.result, time.perf_counter() - begun

    return asyncio.run(run())


def fastest(work):
    """Seconds of the fastest round, each with a fresh server."""
    data = {
        "keys": [{"key": KEY, "plan": "EXPERT"}],
        "sequences": [{"id": "A", "contacts": ids}],
        "switches": {"latencyMs": LATENCY_MS},
    }
    times = []
    for _ in range(ROUNDS):
        with sandbox(data) as variables:
            result, took = work(variables["SKIPCALL_BASE_URL"])
        if (result["confirmed"], result["removed"]) != (CONTACTS, CONTACTS):
            raise RuntimeError(f"some contacts were not removed: {result}")
        times.append(took)
    return min(times)


def main():
    is_within = True
    with tempfile.TemporaryDirectory() as name:
        guest = compile_guest(pathlib.Path(name))
        blocking = fastest(lambda url: by_extism(guest, url))
        print(
            f"{CONTACTS:,} contacts, {LATENCY_MS} ms a request: Extism plugin, one request at a time {blocking:.2f} s"
        )
        module = ActionModule((ROOT / "build/wasm/remove_contacts.wasm").read_bytes())
        for concurrency, at_least in AT_LEAST.items():
            took = fastest(lambda url, open=concurrency: by_module(module, url, open))
            is_within = is_within and blocking / took >= at_least
            print(
                f"  module, {concurrency} open: {took:.2f} s, {blocking / took:.1f} times as fast, at least {at_least}"
            )
    return 0 if is_within else 1


if __name__ == "__main__":
    sys.exit(main())
