"""What the host costs beside plain Python: 100,000 contacts against the stand-in for the server, processor time.

    ./dev bench python

Both get the input as JSON, check the ids, drop duplicates, send batches of 100 with the same HTTP client, six at a time
and count what was confirmed. Peers take turns; medians are printed. Exit 1: over the limit.
"""

from __future__ import annotations

import asyncio
import json
import re
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from skipcall_action_host import ActionHost, ActionModule, Connection, HttpClient, HttpRequest, InstanceLimits
from skipcall_action_host.instance import Instance
from skipcall_sandbox import sandbox

ROOT = Path(__file__).resolve().parents[3]
KEY = "sk_test_bench"
CONTACTS = 100_000
ROUNDS = 7
MOST = 1.1
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


async def hosted(module: ActionModule, data: bytes, url: str) -> int:
    async with ActionHost(module) as host:
        connections = {"skipcall": Connection(base_url=url, secret=KEY)}
        end = await host.run("remove_contacts", data, connections=connections)
    removed: int = end.result["confirmed"]
    return removed


async def plain(data: bytes, port: int) -> int:
    document = json.loads(data)
    seen = set()
    contacts = []
    for contact in document["contactIds"]:
        if not isinstance(contact, str) or UUID.fullmatch(contact) is None:
            raise ValueError("not a UUID")
        key = contact.lower()
        if key not in seen:
            seen.add(key)
            contacts.append(contact)
    batches = iter([contacts[at : at + 100] for at in range(0, len(contacts), 100)])
    client = HttpClient()
    confirmed = 0

    async def work() -> None:
        nonlocal confirmed
        for batch in batches:
            body = json.dumps({"contactIds": batch}, separators=(",", ":")).encode()
            response = await client.send(
                HttpRequest(
                    connection="skipcall",
                    scheme="http",
                    host="127.0.0.1",
                    port=port,
                    authority=f"127.0.0.1:{port}",
                    method="DELETE",
                    target=f"/v1/sequences/{document['sequenceId']}/contacts",
                    headers=[
                        (b"content-type", b"application/json"),
                        (b"accept", b"application/json"),
                        (b"Authorization", b"Bearer " + KEY.encode()),
                    ],
                    body=body,
                    timeout_ms=30_000,
                    response_limit=65_536,
                )
            )
            if response.status != 200 or response.error:
                raise RuntimeError(f"status {response.status}")
            json.loads(response.body)
            confirmed += len(batch)

    await asyncio.gather(*(work() for _ in range(6)))
    client.close()
    return confirmed


def processor_time(run: Callable[[], Awaitable[int]]) -> float:
    async def main() -> int:
        return await run()

    began = time.process_time()
    if asyncio.run(main()) != CONTACTS:
        raise RuntimeError("not all contacts are confirmed")
    return time.process_time() - began


def wall_time(act: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def main() -> int:
    contacts = [f"{number:08x}-0000-4000-8000-00000000abcd" for number in range(CONTACTS)]
    data = json.dumps({"sequenceId": "spring", "contactIds": contacts}).encode()
    file = ROOT / "build/wasm/remove_contacts.wasm"
    compiling = wall_time(lambda: ActionModule(file), 3)
    module = ActionModule(file)
    instance = wall_time(lambda: Instance(module, InstanceLimits()).close(), 50)
    server_data: dict[str, object] = {
        "keys": [{"key": KEY, "plan": "EXPERT"}],
        "sequences": [{"id": "spring", "contacts": contacts}],
        "switches": {"limit": 1_000_000},
    }
    with_host, without = [], []
    with sandbox(server_data) as variables:
        url = variables["SKIPCALL_BASE_URL"]
        port = int(url.rpartition(":")[2])
        for _ in range(ROUNDS):
            with_host.append(processor_time(lambda: hosted(module, data, url)))
            without.append(processor_time(lambda: plain(data, port)))
    host_time, plain_time = statistics.median(with_host), statistics.median(without)
    ratio = host_time / plain_time
    print(f"100,000 contacts end to end: {host_time * 1000:.0f} ms, plain Python {plain_time * 1000:.0f} ms")
    print(f"ratio {ratio:.2f}, at most {MOST}: {'ok' if ratio <= MOST else 'OVER'}")
    print(f"judge and compile {compiling * 1000:.0f} ms, an instance {instance * 1000:.2f} ms")
    return 0 if ratio <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
