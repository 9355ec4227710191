"""The call: contacts in, an account of each of them out."""

from __future__ import annotations

import functools
import os
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from typing import cast

from skipcall_action_host import (
    ActionHost,
    ActionModule,
    BlockingActionHost,
    Connection,
    Journal,
    Progress,
    RunEnd,
    StopRequest,
)

from .contacts import ContactList, Contacts
from .outcomes import Outcome, Row, rows_of
from .types import RemovalOptions, RemovalResult, RemovalsInput

_ACTION = "remove_contacts"
_COLUMNS = ("sequence_id", "contact_id")

JournalOrPath = Journal | str | os.PathLike[str]


class RemovalIncomplete(Exception):
    """Not all valid contacts are confirmed. Running again with `result.left` is safe."""

    def __init__(self, result: Result) -> None:
        data = result.data
        reasons = [error["message"] for error in data["errors"]] or ["no reason is known"]
        super().__init__(f"{data['confirmed']} of {data['unique']} contacts are confirmed: {reasons[0]}")
        self.result = result


@dataclass(frozen=True)
class Result:
    """What became of the contacts."""

    data: RemovalResult
    """The action's own account, as plugin-manifest describes it."""
    rows: list[Row]
    """In the order of the contacts given; empty for a resumed run."""
    last_failure: str | None
    """Why the last request without a complete response failed: server and cause."""

    @property
    def ok(self) -> bool:
        """All valid contacts are confirmed."""
        return self.data["status"] == "completed"

    @property
    def outcomes(self) -> list[Outcome]:
        """One for each row: a column for a data frame."""
        return [row.outcome for row in self.rows]

    @property
    def left(self) -> RemovalsInput:
        """What is unknown or was not sent, as the contacts of the next call."""
        removals = self.data["remaining"]["removals"]
        return {"removals": [{"sequenceId": item["sequenceId"], "contactIds": item["contactIds"]} for item in removals]}

    def raise_unless_ok(self) -> None:
        """Raises RemovalIncomplete."""
        if not self.ok:
            raise RemovalIncomplete(self)


@functools.cache
def _module() -> ActionModule:
    return ActionModule(resources.files(__package__).joinpath("remove_contacts.wasm").read_bytes())


def _connections(api_key: str, base_url: str | None) -> dict[str, Connection]:
    [declared] = _module().manifest.connections
    # The module is this package's own, so its proposal can be trusted.
    return {declared.id: Connection(base_url=base_url or declared.base_url or "", secret=api_key)}


def _result(end: RunEnd, contacts: ContactList | None) -> Result:
    data = cast(RemovalResult, end.result)
    rows = [] if contacts is None else list(rows_of(contacts.places, data))
    return Result(data, rows, end.last_failure)


def remove_contacts(
    contacts: Contacts,
    *,
    api_key: str,
    sequence_id: str | None = None,
    columns: tuple[str, str] = _COLUMNS,
    options: RemovalOptions | None = None,
    base_url: str | None = None,
    on_progress: Callable[[Progress], object] | None = None,
    stop: StopRequest | None = None,
    journal: JournalOrPath | None = None,
    tls: ssl.SSLContext | None = None,
) -> Result:
    """Removes contacts from their sequences, to the end: it waits for rate windows, and retries what may succeed.

    contacts: pairs of a sequence ID and a contact ID; contact IDs alone, with sequence_id; a pandas or polars data
    frame that has these columns; or the action's own input. journal: the name of a new file, or a store, from which
    `resume_removal` can continue after a crash. stop: ends it early. api_key: from Settings > API Keys.

    Raises TypeError and ValueError if the contacts are in none of these forms, and HostError.
    """
    given = ContactList(contacts, sequence_id, columns, options)
    connections = _connections(api_key, base_url)
    with BlockingActionHost(_module(), tls=tls) as host:
        end = host.run(
            _ACTION, given.input, connections=connections, on_progress=on_progress, stop=stop, journal=journal
        )
    return _result(end, given)


async def remove_contacts_async(
    contacts: Contacts,
    *,
    api_key: str,
    sequence_id: str | None = None,
    columns: tuple[str, str] = _COLUMNS,
    options: RemovalOptions | None = None,
    base_url: str | None = None,
    on_progress: Callable[[Progress], object] | None = None,
    stop: StopRequest | None = None,
    journal: JournalOrPath | None = None,
    tls: ssl.SSLContext | None = None,
) -> Result:
    """Like remove_contacts. If the task is cancelled, RunCancelled has the account."""
    given = ContactList(contacts, sequence_id, columns, options)
    connections = _connections(api_key, base_url)
    async with ActionHost(_module(), tls=tls) as host:
        end = await host.run(
            _ACTION, given.input, connections=connections, on_progress=on_progress, stop=stop, journal=journal
        )
    return _result(end, given)


def resume_removal(
    journal: JournalOrPath,
    *,
    api_key: str,
    base_url: str | None = None,
    on_progress: Callable[[Progress], object] | None = None,
    stop: StopRequest | None = None,
    tls: ssl.SSLContext | None = None,
) -> Result:
    """Resumes a removal where its journal ends, whichever host began it with this very module."""
    with BlockingActionHost(_module(), tls=tls) as host:
        connections = _connections(api_key, base_url)
        end = host.resume(journal, connections=connections, on_progress=on_progress, stop=stop)
    return _result(end, None)
