"""Journals: what is written, what is refused, and runs that are resumed, including ones that another host began."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import KEY, MODULES, PROGRAM, ROOT, contact_ids, data_of

from skipcall_action_host import (
    ActionHost,
    ActionModule,
    Connection,
    FileJournal,
    HttpRequest,
    HttpResponse,
    JournalRefused,
    RunEnd,
)
from skipcall_action_host.connection import ConnectionGuard, guard_connections
from skipcall_action_host.journal import ReadJournal, key_fingerprint, read_journal
from skipcall_action_host.manifest import DeclaredConnection, Field

URL = "https://api.example.com"
CONNECTIONS = {"skipcall": Connection(base_url=URL, secret=KEY)}
Sandbox = Callable[[dict[str, object]], str]


class MemoryJournal:
    """In a store that never loses a line, which takes its time to write."""

    keeps_all = True

    def __init__(self, lines: list[str] | None = None) -> None:
        self.lines = list(lines or [])

    async def append(self, line: str) -> None:
        await asyncio.sleep(0)
        self.lines.append(line)

    def cut(self, count: int) -> None:
        del self.lines[count:]


class Killed(Exception):
    """Stands in for the end of the process."""


class Server:
    """Counts what it removes; its process is killed when that many requests have come."""

    def __init__(self, kill_at: int | None = None) -> None:
        self.bodies: list[list[str]] = []
        self._kill_at = kill_at

    async def send(self, request: HttpRequest) -> HttpResponse:
        contacts = json.loads(request.body)["contactIds"]
        self.bodies.append(contacts)
        await asyncio.sleep(0.001)
        return HttpResponse(200, headers=[(b"X", b"\xe9")], body=b'{"removed":%d}' % len(contacts))

    def on_progress(self, _: object) -> None:
        if self._kill_at is not None and len(self.bodies) >= self._kill_at:
            raise Killed


def input_of(count: int) -> dict[str, object]:
    return {"sequenceId": "A", "contactIds": contact_ids(count), "options": {"batchSize": 1, "concurrency": 1}}


async def killed_run(module: ActionModule, journal: Any, kill_at: int = 4) -> Server:
    server = Server(kill_at)
    async with ActionHost(module, send=server.send) as host:
        with pytest.raises(Killed):
            await host.run(
                "remove_contacts",
                input_of(10),
                connections=CONNECTIONS,
                journal=journal,
                on_progress=server.on_progress,
            )
    return server


async def resume(module: ActionModule, journal: Any, base_url: str = URL, secret: str = KEY) -> tuple[RunEnd, Server]:
    server = Server()
    given = {"skipcall": Connection(base_url=base_url, secret=secret)}
    async with ActionHost(module, send=server.send) as host:
        return await host.resume(journal, connections=given), server


def read(module: ActionModule, file: Path) -> ReadJournal:
    with FileJournal.open(file) as journal:
        return read_journal(journal, module.sha256, guard_connections(module.manifest, CONNECTIONS))


def check_exact(end: RunEnd, *servers: Server) -> None:
    """Only what was open when the process ended is sent again."""
    result = end.result
    assert (result["status"], result["confirmed"], result["removed"]) == ("completed", 10, 10)
    sent = [body[0] for server in servers for body in server.bodies]
    assert sorted(set(sent)) == contact_ids(10)
    assert len(sent) <= 11


async def test_killed_run_is_resumed(module: ActionModule) -> None:
    journal = MemoryJournal()
    before = await killed_run(module, journal)
    end, after = await resume(module, MemoryJournal(journal.lines))
    check_exact(end, before, after)


async def test_killed_run_is_resumed_from_a_file(module: ActionModule, tmp_path: Path) -> None:
    file = tmp_path / "run.journal"
    before = await killed_run(module, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    end, after = await resume(module, str(file))
    check_exact(end, before, after)
    # It is done, and can be asked for its result again without sending anything.
    end, again = await resume(module, file)
    assert (end.result["status"], again.bodies) == ("completed", [])


async def test_file_that_was_cut_off_makes_the_count_a_lower_bound(module: ActionModule, tmp_path: Path) -> None:
    file = tmp_path / "run.journal"
    await killed_run(module, file, kill_at=9)
    data = file.read_bytes()
    assert read(module, file).is_whole
    for end_of_file in (data.rindex(b'{"end"'), len(data) - 1, data.rindex(b'{"event":"response"') + 20):
        file.write_bytes(data[:end_of_file])
        assert not read(module, file).is_whole
    file.write_bytes(data[: data.rindex(b'{"end"')] + b"x" * 5000)
    end, _ = await resume(module, file)
    assert (end.result["status"], end.result["removedExact"]) == ("completed", False)
    assert read(module, file).is_whole  # what was damaged is overwritten


async def test_flipped_bit_is_noticed_wherever_it_is(module: ActionModule, tmp_path: Path) -> None:
    file = tmp_path / "run.journal"
    await killed_run(module, file)
    data = file.read_bytes()
    for at in range(0, len(data), 23):
        file.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        try:
            assert not read(module, file).is_whole, at
        except JournalRefused:
            assert at <= data.index(b"\n"), "only a damaged first line makes a journal useless"


@pytest.mark.parametrize(
    ("spoil", "connection", "why"),
    [
        (lambda lines: ["SKIPJRN1", *lines], {}, "older version"),
        (lambda lines: ['{"journal":2}', *lines], {}, "format 2"),
        (lambda lines: ["{}", *lines], {}, "not a journal"),
        (lambda lines: [lines[0].replace('"seed":"', '"seed":"1'), *lines[1:]], {}, "first line is damaged"),
        (lambda lines: [], {}, "first line is damaged"),
        (lambda lines: lines, {"base_url": "https://other.example.com"}, "another server: https://api.example.com"),
        (lambda lines: lines, {"secret": "sk_test_another"}, "another key"),
    ],
)
async def test_refused(
    module: ActionModule, spoil: Callable[[list[str]], list[str]], connection: dict[str, str], why: str
) -> None:
    journal = MemoryJournal()
    await killed_run(module, journal)
    with pytest.raises(JournalRefused, match=why):
        await resume(module, MemoryJournal(spoil(journal.lines)), **connection)


async def test_module_of_another_file_is_refused(module: ActionModule) -> None:
    journal = MemoryJournal()
    await killed_run(module, journal)
    with pytest.raises(JournalRefused, match="another module file"):
        await resume(ActionModule(MODULES[1]), journal)


async def test_files_that_are_no_private_journals_are_refused(module: ActionModule, tmp_path: Path) -> None:
    file = tmp_path / "run.journal"
    await killed_run(module, file)
    with FileJournal.open(file), pytest.raises(JournalRefused, match="another run is using"):
        await resume(module, file)
    with pytest.raises(FileExistsError):
        await killed_run(module, file)
    (tmp_path / "link").symlink_to(file)
    with pytest.raises(OSError, match="symbolic links"):
        await resume(module, tmp_path / "link")
    file.chmod(0o644)
    with pytest.raises(JournalRefused, match="mode 0600"):
        await resume(module, file)
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises((JournalRefused, OSError)):
        await resume(module, tmp_path / "pipe")


async def test_journal_holds_no_key(module: ActionModule) -> None:
    journal = MemoryJournal()
    await killed_run(module, journal)
    text = "\n".join(journal.lines)
    assert KEY not in text
    assert set(json.loads(journal.lines[0])["key"]) == {"salt", "fingerprint"}
    assert '"headers":[["X",{"base64":"6Q=="}]]' in text


def test_key_fingerprint_is_the_one_that_all_hosts_make() -> None:
    sample = json.loads((ROOT / "tests/vectors/journal_key.json").read_text())
    guards = {
        item["id"]: ConnectionGuard(
            DeclaredConnection(
                item["id"],
                None,
                tuple((f"X-{name}", f"{{{name}}}") for name in item["fields"]),
                tuple(Field(name, secret=False) for name in item["fields"]),
            ),
            Connection(base_url=URL, fields=item["values"]),
        )
        for item in sample["connections"]
    }
    assert key_fingerprint(guards, bytes.fromhex(sample["salt"])) == sample["fingerprint"]


async def test_cancellation_while_a_line_is_written(module: ActionModule) -> None:
    """The line and the event belong together, so that the journal still fits."""

    class Slow(MemoryJournal):
        async def append(self, line: str) -> None:
            await asyncio.sleep(0.05)
            self.lines.append(line)

    journal = Slow()
    server = Server()
    async with ActionHost(module, send=server.send) as host:
        run = asyncio.ensure_future(host.run("remove_contacts", input_of(10), connections=CONNECTIONS, journal=journal))
        await asyncio.sleep(0.12)
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
    assert [json.loads(line)["event"] for line in journal.lines[1:]].count("cancel") == 1
    end, again = await resume(module, journal)
    assert (end.result["status"], again.bodies) == ("cancelled", [])


# Killed for real, and resumed by the other host.

SCRIPT = """
import asyncio, sys
from skipcall_action_host import ActionHost, Connection
async def main(module, url, key, journal, input):
    async with ActionHost(module) as host:
        await host.run("remove_contacts", input, journal=journal,
                       connections={"skipcall": Connection(base_url=url, secret=key)})
asyncio.run(main(*sys.argv[1:]))
"""
CONTACTS = contact_ids(300)
INPUT = json.dumps({"sequenceId": "A", "contactIds": CONTACTS, "options": {"batchSize": 20, "concurrency": 2}})


async def kill_in_the_middle(child: subprocess.Popen[bytes], journal: Path) -> None:
    """When its journal has three responses."""
    began = time.monotonic()
    while child.poll() is None and time.monotonic() - began < 20:
        if journal.exists() and journal.read_bytes().count(b'"event":"response"') >= 3:
            break
        await asyncio.sleep(0.005)
    child.kill()
    assert child.wait() == -signal.SIGKILL, "it ended before it was killed"


def check_account(result: dict[str, Any]) -> None:
    assert (result["status"], result["confirmed"]) == ("completed", 300)
    # Those that were open were sent twice at most, and only they: 15 batches, up to two of them open.
    assert 15 < result["requests"] + 1 <= 18
    assert result["removed"] == 300 or (result["removed"] < 300 and not result["removedExact"])


def environment(folder: Path, url: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(folder), "SKIPCALL_API_KEY": KEY, "SKIPCALL_BASE_URL": url}


async def test_run_killed_in_the_command_line_is_resumed_here(
    module: ActionModule, sandbox: Sandbox, tmp_path: Path
) -> None:
    url = sandbox(data_of(CONTACTS, latencyMs=60))
    journal, input_file = tmp_path / "run.journal", tmp_path / "input.json"
    input_file.write_text(INPUT)
    command: list[str | Path] = [
        PROGRAM,
        "remove-contacts",
        input_file,
        "--yes",
        "--journal",
        journal,
        "--module",
        MODULES[0],
    ]
    child = subprocess.Popen(
        command, env=environment(tmp_path, url), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    await kill_in_the_middle(child, journal)
    async with ActionHost(module) as host:
        with pytest.raises(JournalRefused, match="another key"):
            await host.resume(journal, connections={"skipcall": Connection(base_url=url, secret="sk_test_another")})
        end = await host.resume(journal, connections={"skipcall": Connection(base_url=url, secret=KEY)})
    check_account(end.result)


async def test_run_killed_here_is_resumed_in_the_command_line(sandbox: Sandbox, tmp_path: Path) -> None:
    url = sandbox(data_of(CONTACTS, latencyMs=60))
    journal = tmp_path / "run.journal"
    child = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, MODULES[0], url, KEY, journal, INPUT],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    await kill_in_the_middle(child, journal)
    command: list[str | Path] = [
        PROGRAM,
        "remove-contacts",
        "--resume",
        journal,
        "--yes",
        "--json",
        "--module",
        MODULES[0],
    ]
    done = subprocess.run(command, env=environment(tmp_path, url), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    check_account(json.loads(done.stdout))
    assert not journal.exists()
