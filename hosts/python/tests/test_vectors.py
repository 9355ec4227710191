"""The project's vectors (tests/vectors/README.md): the same calls in the same order, the same bytes as a result."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from conftest import MODULES, ROOT

from skipcall_action_host import ActionModule, InstanceLimits, Phase, State
from skipcall_action_host.instance import Announcement, Instance
from skipcall_action_host.journal import read_event, write_event

PHASES = {Phase.READY: "ready", Phase.RATE_WINDOW: "rate window", Phase.BACK_OFF: "back-off"}


def vectors() -> list[list[str]]:
    """Each as its lines."""
    files = sorted((ROOT / "tests/vectors").glob("*.jsonl"))
    texts = [vector for file in files for vector in re.split(r'\n(?=\{"journal":)', file.read_text().rstrip())]
    assert len(texts) >= 150
    return [text.split("\n") for text in texts]


def call_of(announcement: Announcement) -> dict[str, Any]:
    request = announcement.request
    if request is None:
        return {"cancel": announcement.exchange}
    # What is the same in each request is checked here instead of being written into each vector.
    assert (request.connection, request.method, request.response_limit) == (b"skipcall", b"DELETE", 65536)
    assert request.headers == b"content-type: application/json\r\naccept: application/json\r\n"
    timeout = {} if request.timeout_ms == 30000 else {"timeoutMs": request.timeout_ms}
    body = request.body.decode()
    return {"send": announcement.exchange, **timeout, "target": request.target.decode(), "body": body}


def state_name(state: int) -> str:
    return {State.DONE: "done", State.WAITING: "waiting"}.get(State(state)) or State(state).name


def replay(vector: list[str], instance: Instance) -> list[str]:
    """The same vector with what was seen in place of what is expected."""
    head = json.loads(vector[0])
    run = instance.start(head["action"], head["input"].encode(), head["flags"], int(head["seed"]))
    status = instance.status(run)
    seen = vector[:1]
    for line in map(json.loads, vector):
        if "event" not in line:
            continue
        event = read_event(line)
        if event.kind == "wake":
            state = instance.wake(run, event.now)
        elif event.kind == "cancel":
            state = instance.cancel(run, event.now)
        else:
            state = instance.http_done(run, event.exchange, event.now, event.response)
        status = instance.status(run)
        expect: dict[str, Any] = {}
        if state != State.WAITING:
            expect["state"] = state_name(state)
        elif status.phase in PHASES:
            expect["phase"] = PHASES[status.phase]
        if status.wake_ms:
            expect["wakeMs"] = status.wake_ms
        calls = [call_of(announcement) for announcement in instance.take_announcements()]
        if calls:
            expect["calls"] = calls
        seen.append(write_event(event))
        if expect:
            seen.append(json.dumps({"expect": expect}, ensure_ascii=False, separators=(",", ":")))
    if status.state is State.DONE:
        seen.append(f'{{"result":{instance.result(run).decode()}}}')  # as its own text, so that each byte counts
    instance.release(run)
    return seen


@pytest.mark.parametrize("file", MODULES, ids=lambda file: file.parent.name)
def test_vectors(file: Path) -> None:
    module = ActionModule(file)
    for vector in vectors():
        instance = Instance(module, InstanceLimits())
        assert replay(vector, instance) == vector, json.loads(vector[0])["note"]
        instance.close()
