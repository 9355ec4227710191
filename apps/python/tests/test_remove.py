"""The one call, against the strict stand-in for the server."""

from __future__ import annotations

import asyncio
import importlib
import uuid
from pathlib import Path
from typing import Any

import pytest
from conftest import IDS, KEY
from skipcall_action_host import ConnectionRefused

from skipcall_remove_contacts import (
    Contacts,
    RemovalIncomplete,
    RemovalInput,
    remove_contacts,
    remove_contacts_async,
    resume_removal,
)

pandas: Any = importlib.import_module("pandas")  # which brings no types
polars: Any = importlib.import_module("polars")


def call(contacts: Contacts, server: str, **other: Any) -> Any:
    return remove_contacts(contacts, api_key=KEY, base_url=server, **other)


def test_list_of_ids(server: str) -> None:
    result = call(IDS, server, sequence_id="spring")
    assert result.ok
    result.raise_unless_ok()
    assert (result.data["removed"], result.data["requests"]) == (250, 3)
    assert result.outcomes == ["confirmed"] * 250
    assert [row.contact_id for row in result.rows] == IDS
    assert result.left == {"removals": []}


def test_any_iterable_of_pairs(server: str) -> None:
    pairs = (("autumn" if at % 2 else "spring", contact) for at, contact in enumerate(IDS[:10]))
    result = call(pairs, server)
    assert [item["sequenceId"] for item in result.data["sequences"]] == ["spring", "autumn"]
    assert [row.sequence_id for row in result.rows] == ["spring", "autumn"] * 5
    assert result.data["removed"] == 10


def test_input_of_the_action(server: str) -> None:
    given: RemovalInput = {"sequenceId": "spring", "contactIds": IDS[:3], "options": {"batchSize": 1}}
    assert call(given, server).data["requests"] == 3
    again = call({"removals": [{"sequenceId": "spring", "contactIds": IDS[:3]}]}, server, options={"batchSize": 2})
    assert (again.data["requests"], again.data["removed"]) == (2, 0)


@pytest.mark.parametrize("library", [pandas, polars])
def test_data_frame(server: str, library: Any) -> None:
    frame = library.DataFrame({"sequence_id": ["spring", "autumn", "spring"], "contact_id": [*IDS[:2], "nobody"]})
    result = call(frame, server, options={"onInvalid": "skip"})
    assert result.outcomes == ["confirmed", "confirmed", "invalid"]
    other = library.DataFrame({"c": IDS[5:8]})
    assert call(other, server, sequence_id="spring", columns=("", "c")).outcomes == ["confirmed"] * 3
    with pytest.raises(ValueError, match="no column 'sequence_id'"):
        call(other, server)


def test_missing_values_of_a_data_frame_are_invalid_rows(server: str) -> None:
    frame = pandas.DataFrame({"sequence_id": ["spring", None, "spring"], "contact_id": [IDS[0], IDS[1], float("nan")]})
    result = call(frame, server, options={"onInvalid": "skip"})
    assert result.outcomes == ["confirmed", "invalid", "invalid"]


def test_each_row_has_its_outcome(server: str) -> None:
    rows = [
        ("spring", IDS[0].upper()),
        ("spring", IDS[0]),
        ("nowhere", IDS[0xAB].upper()),
        (" spring ", uuid.UUID(IDS[2])),
    ]
    result = call(rows, server)
    assert result.outcomes == ["confirmed", "confirmed", "refused", "confirmed"]
    assert result.rows[2].error["cause"] == "not-found"
    with pytest.raises(RemovalIncomplete, match="2 of 3 contacts are confirmed: ") as caught:
        result.raise_unless_ok()
    assert caught.value.result is result


def test_bad_id_stops_all_unless_it_is_to_be_skipped(server: str) -> None:
    result = call([("spring", IDS[0]), ("spring", "no-id")], server)
    assert result.outcomes == ["unsent", "invalid"]
    assert (result.ok, result.data["requests"]) == (False, 0)
    assert result.left == {"removals": [{"sequenceId": "spring", "contactIds": [IDS[0]]}]}
    assert call(result.left, server).ok


def test_dry_run(server: str) -> None:
    assert call(IDS[:2], server, sequence_id="spring", options={"dryRun": True}).outcomes == ["checked"] * 2


def test_broken_options_send_nothing(server: str) -> None:
    result = call(IDS[:2], server, sequence_id="spring", options={"batchSize": 1000})
    assert (result.data["stoppedBy"], result.outcomes) == ("invalid-input", ["unsent"] * 2)


def test_wrong_key(server: str) -> None:
    result = remove_contacts(IDS, sequence_id="spring", api_key="sk_test_of_nobody", base_url=server)
    assert (result.data["stoppedBy"], set(result.outcomes)) == ("credential-invalid", {"unsent"})
    with pytest.raises(ConnectionRefused):
        remove_contacts(IDS, sequence_id="spring", api_key="no key at all", base_url=server)


@pytest.mark.parametrize(
    ("contacts", "other", "error"),
    [
        (IDS[0], {"sequence_id": "spring"}, TypeError),
        (IDS, {}, TypeError),
        ([("a", "b", "c")], {}, ValueError),
        ([5], {}, TypeError),
        ({"sequenceId": "a", "contactIds": []}, {"sequence_id": "b"}, TypeError),
        ({"sequenceId": "a", "contactIds": [], "options": {}}, {"options": {"batchSize": 1}}, TypeError),
    ],
)
def test_contacts_in_no_form(contacts: Any, other: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        call(contacts, "http://127.0.0.1:1", **other)


def test_journal(server: str, tmp_path: Path) -> None:
    result = call(IDS, server, sequence_id="spring", journal=tmp_path / "run.journal")
    resumed = resume_removal(tmp_path / "run.journal", api_key=KEY, base_url=server)
    assert resumed.data == result.data


def test_in_an_event_loop(server: str) -> None:
    async def main() -> None:
        result = await remove_contacts_async(IDS, sequence_id="spring", api_key=KEY, base_url=server)
        assert result.ok
        # The blocking call, too, works where a loop runs already, as in a notebook.
        assert call(IDS, server, sequence_id="spring").ok

    asyncio.run(main())
