"""The host end to end: against the strict stand-in for the server, and with modules that misbehave."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
import wasmtime
from conftest import KEY, contact_ids, data_of, with_manifest

from skipcall_action_host import (
    ActionHost,
    ActionModule,
    BlockingActionHost,
    Connection,
    ConnectionRefused,
    HttpError,
    HttpRequest,
    HttpResponse,
    InstanceLimits,
    ModuleFailed,
    Progress,
    RunCancelled,
    StopRequest,
    UsageError,
)

Sandbox = Callable[[dict[str, object]], str]
BASE_URL = "https://api.example.com"


def input_of(contacts: list[str], **options: object) -> dict[str, object]:
    return {"sequenceId": "A", "contactIds": contacts, "options": options}


def connections(url: str = BASE_URL) -> dict[str, Connection]:
    return {"skipcall": Connection(base_url=url, secret=KEY)}


TEST = {"test": Connection(base_url=BASE_URL, secret="the-key-of-test")}


async def confirm(request: HttpRequest) -> HttpResponse:
    """A sender that needs no server."""
    await asyncio.sleep(0.001)
    return HttpResponse(200, headers=[(b"Content-Type", b"application/json")], body=b'{"removed":1}')


async def never(request: HttpRequest) -> HttpResponse:
    await asyncio.sleep(3600)
    raise AssertionError


async def test_run(module: ActionModule, sandbox: Sandbox) -> None:
    contacts = contact_ids(1000)
    url = sandbox(data_of(contacts))
    seen: list[Progress] = []
    async with ActionHost(module) as host:
        end = await host.run(
            "remove_contacts", input_of(contacts), connections=connections(url), on_progress=seen.append
        )
    assert end.result["status"] == "completed"
    assert (end.result["removed"], end.result["removedExact"], end.result["requests"]) == (1000, True, 10)
    assert [progress.confirmed for progress in seen] == sorted(progress.confirmed for progress in seen)
    assert seen[-1] == end.progress
    assert end.progress.confirmed == 1000
    assert end.last_failure is None


async def test_several_runs_at_once_do_not_see_each_other(module: ActionModule, sandbox: Sandbox) -> None:
    contacts = contact_ids(600)
    url = sandbox(data_of(contacts, latencyMs=5))
    async with ActionHost(module) as host:
        parts = [contacts[at : at + 100] for at in range(0, 600, 100)]
        ends = await asyncio.gather(
            *(host.run("remove_contacts", input_of(part, batchSize=7), connections=connections(url)) for part in parts)
        )
    assert [end.result["removed"] for end in ends] == [100] * 6


async def test_wrong_key_is_a_result(module: ActionModule, sandbox: Sandbox) -> None:
    url = sandbox(data_of(contact_ids(1)))
    wrong = {"skipcall": Connection(base_url=url, secret="sk_test_of_nobody")}
    async with ActionHost(module) as host:
        end = await host.run("remove_contacts", input_of(contact_ids(1)), connections=wrong)
    assert (end.result["status"], end.result["stoppedBy"]) == ("failed", "credential-invalid")


async def test_no_connection_is_a_result(module: ActionModule) -> None:
    async with ActionHost(module) as host:
        end = await host.run("remove_contacts", input_of(contact_ids(1)), connections={})
    assert end.result["unsent"] == 1
    assert end.result["requests"] == 1


@pytest.mark.parametrize(
    ("action", "input", "given", "error"),
    [
        ("other", {}, {}, UsageError),
        ("remove_contacts", {"sequenceId": object()}, {}, UsageError),
        ("remove_contacts", {"sequenceId": float("nan")}, {}, UsageError),
        ("remove_contacts", {"sequenceId": "\ud800"}, {}, UsageError),
        ("remove_contacts", {}, {"other": Connection(base_url=BASE_URL)}, ConnectionRefused),
        ("remove_contacts", {}, {"skipcall": Connection(base_url="http://example.com")}, ConnectionRefused),
    ],
)
async def test_misuse(
    module: ActionModule, action: str, input: object, given: dict[str, Connection], error: type[Exception]
) -> None:
    async with ActionHost(module) as host:
        with pytest.raises(error):
            await host.run(action, input, connections=given)


async def test_stop_lets_open_requests_end(module: ActionModule, sandbox: Sandbox) -> None:
    contacts = contact_ids(400)
    url = sandbox(data_of(contacts, latencyMs=100))
    stop = StopRequest()

    def on_progress(progress: Progress) -> None:
        if progress.confirmed >= 20:
            stop.stop()

    async with ActionHost(module) as host:
        end = await host.run(
            "remove_contacts",
            input_of(contacts, batchSize=10, concurrency=4),
            connections=connections(url),
            on_progress=on_progress,
            stop=stop,
        )
    result = end.result
    assert (result["status"], result["unknown"]) == ("cancelled", 0)
    assert 20 <= result["confirmed"] == result["removed"] < 400
    assert result["confirmed"] + result["unsent"] == 400


async def test_stop_gives_up_after_the_grace(module: ActionModule) -> None:
    stop = StopRequest()
    async with ActionHost(module, send=never) as host:
        run = asyncio.ensure_future(
            host.run(
                "remove_contacts",
                input_of(contact_ids(3), batchSize=1),
                connections=connections(),
                stop=stop,
                grace_seconds=0.05,
            )
        )
        await asyncio.sleep(0.05)
        threading.Thread(target=stop.stop).start()
        end = await asyncio.wait_for(run, 5)
    assert (end.result["status"], end.result["unknown"], end.result["unsent"]) == ("cancelled", 1, 2)


async def test_cancel(module: ActionModule) -> None:
    stop = StopRequest()
    async with ActionHost(module, send=never) as host:
        run = asyncio.ensure_future(
            host.run(
                "remove_contacts",
                input_of(contact_ids(3), batchSize=1),
                connections=connections(),
                stop=stop,
            )
        )
        await asyncio.sleep(0.05)
        threading.Thread(target=stop.cancel).start()
        end = await asyncio.wait_for(run, 5)
    assert (end.result["status"], end.result["unknown"], end.result["unsent"]) == ("cancelled", 1, 2)


async def test_cancellation_of_the_task_cancels_the_run_and_the_account_is_there(module: ActionModule) -> None:
    gone = []

    async def waiting(request: HttpRequest) -> HttpResponse:
        try:
            return await never(request)
        finally:
            gone.append(request.target)

    async with ActionHost(module, send=waiting) as host:
        ends: list[Any] = []

        async def caller() -> None:
            try:
                await host.run("remove_contacts", input_of(contact_ids(3), batchSize=1), connections=connections())
            except RunCancelled as cancelled:
                ends.append(cancelled.end)
                raise

        task = asyncio.ensure_future(caller())
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.sleep(0)
    assert task.cancelled()
    assert (ends[0].result["status"], ends[0].result["unknown"], ends[0].result["unsent"]) == ("cancelled", 1, 2)
    assert len(gone) == 1


async def test_sender_that_fails_is_a_response(guest: ActionModule) -> None:
    async def fails(request: HttpRequest) -> HttpResponse:
        raise ValueError("it failed with the-key-of-test")

    async with ActionHost(guest, send=fails) as host:
        end = await host.run("three", b"x", connections=TEST)
    assert end.text == "xxx"
    assert end.last_failure == "api.example.com:443: no whole response came (OTHER)"


async def test_sender_that_never_ends_is_a_timeout(module: ActionModule) -> None:
    options = {"requestTimeoutMs": 1000, "maxAttempts": 1}
    async with ActionHost(module, send=never) as host:
        end = await host.run("remove_contacts", input_of(contact_ids(1), **options), connections=connections())
    assert (end.result["unknown"], end.result["errors"][0]["code"]) == (1, "TIMEOUT")


async def test_progress_that_raises_ends_the_run(module: ActionModule) -> None:
    def on_progress(progress: Progress) -> None:
        raise LookupError("of the caller")

    async with ActionHost(module, send=confirm) as host:
        with pytest.raises(LookupError):
            await host.run(
                "remove_contacts", input_of(contact_ids(1)), connections=connections(), on_progress=on_progress
            )
        end = await host.run("remove_contacts", input_of(contact_ids(1)), connections=connections())
    assert end.result["status"] == "completed"


@pytest.mark.parametrize(
    ("action", "why"),
    [
        ("trap", "trapped in action_wake: "),
        ("loop", "was stopped: action_wake took longer than 0.2 s"),
        ("wild", "broke the ABI: it gave http_send a request outside of its memory"),
        ("spam", "broke the ABI: it announced more in one call than the host takes"),
        ("stuck", "broke the ABI: it waits for nothing"),
    ],
)
async def test_module_that_misbehaves_harms_only_its_run(guest: ActionModule, action: str, why: str) -> None:
    async with ActionHost(guest, send=confirm, limits=InstanceLimits(call_seconds=0.2)) as host:
        sleeping = asyncio.ensure_future(host.run("sleep", b"", connections=TEST))
        await asyncio.sleep(0)
        with pytest.raises(ModuleFailed, match=why) as caught:
            await host.run(action, b"x", connections=TEST)
        assert caught.value.progress is not None
        assert (await sleeping).text == "full"


async def test_memory_is_bounded(guest: ActionModule) -> None:
    async with ActionHost(guest, limits=InstanceLimits(memory_bytes=1 << 20)) as host:
        assert (await host.run("grow", b"x", connections=TEST)).text == "full"
        with pytest.raises(ModuleFailed, match="no memory for the input"):
            await host.run("grow", b"x" * (2 << 20), connections=TEST)


async def test_response_without_room_is_lost(guest: ActionModule) -> None:
    async def large(request: HttpRequest) -> HttpResponse:
        return HttpResponse(200, body=b"x" * 1000)

    async with ActionHost(guest, send=large, limits=InstanceLimits(memory_bytes=65536)) as host:
        # The input leaves room for no response; what the guest makes of a lost one is a read at address 24.
        end = await host.run("echo", b"x" * 64000, connections=TEST)
        assert len(end.text) != 1000


async def test_instances_are_given_back(guest: ActionModule) -> None:
    """A function that the host supplies must not keep its store alive: 200 of them would hold 200 MiB."""

    def resident() -> int:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * 4096

    async with ActionHost(guest, limits=InstanceLimits(memory_bytes=1 << 20)) as host:
        await host.run("grow", b"x", connections=TEST)
        gc.disable()
        try:
            before = resident()
            for _ in range(200):
                await host.run("grow", b"x" * 900_000, connections=TEST)
            assert resident() - before < 50 << 20
        finally:
            gc.enable()


WAKES = """
(module
  (import "action_host_v1" "http_send" (func (param i32 i32 i32)))
  (memory (export "memory") 1 1)
  (global $n (mut i32) (i32.const 0))
  (data (i32.const 400) "[]")
  (func (export "_initialize"))
  (func (export "action_abi_version") (result i32) (i32.const 65537))
  (func (export "action_manifest") (result i32) (i32.const 0))
  (func (export "action_alloc") (param i32) (result i32) (i32.const 1024))
  (func (export "action_free") (param i32))
  (func (export "act") (param i32 i32 i32 i64) (result i32)
    (i32.store (i32.const 300) (i32.const 48))
    (i32.store (i32.const 304) (i32.const 1))
    (i64.store (i32.const 308) (i64.const 1))
    (i32.const 1))
  (func (export "action_wake") (param i32 i64) (result i32)
    (global.set $n (i32.add (global.get $n) (i32.const 1)))
    (i32.store (i32.const 304) (i32.lt_u (global.get $n) (i32.const 9)))
    (i32.load (i32.const 304)))
  (func (export "action_http_done") (param i32 i32 i64 i32) (result i32) (i32.const 0))
  (func (export "action_cancel") (param i32 i64) (result i32) (i32.const 0))
  (func (export "action_status") (param i32) (result i32) (i32.const 300))
  (func (export "action_result") (param i32) (result i32)
    (i32.store (i32.const 200) (i32.const 400)) (i32.store (i32.const 204) (i32.const 2)) (i32.const 200))
  (func (export "action_release") (param i32)))
"""


async def test_module_that_always_wants_to_be_woken_does_not_take_all_of_a_processor() -> None:
    manifest = b'{"abiVersion":"1.1","actions":[{"export":"act"}],"connections":[]}'
    began = time.monotonic()
    async with ActionHost(with_manifest(bytes(wasmtime.wat2wasm(WAKES)), manifest)) as host:
        assert (await host.run("act", b"{}", connections={})).result == []
    assert time.monotonic() - began > 0.1  # 1 + 3 + 7 + 15 + 31 + 63 ms


def test_blocking_twin(module: ActionModule, sandbox: Sandbox) -> None:
    contacts = contact_ids(200)
    url = sandbox(data_of(contacts))
    ends = []
    with BlockingActionHost(module) as host:
        assert host.run("remove_contacts", input_of([]), connections=connections(url)).result["status"] == "completed"

        def run(part: list[str]) -> None:
            ends.append(host.run("remove_contacts", input_of(part), connections=connections(url)))

        threads = [threading.Thread(target=run, args=(part,)) for part in (contacts[:100], contacts[100:])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [end.result["removed"] for end in ends] == [100, 100]


def test_numbers_have_names() -> None:
    assert HttpError(6) is HttpError.RESET
