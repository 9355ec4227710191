"""The run's result back to rows: what became of each contact that was given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from .contacts import Place
from .types import RemovalResult, ResultError

Outcome: TypeAlias = Literal["confirmed", "refused", "unknown", "unsent", "invalid", "checked"]


@dataclass(frozen=True)
class Row:
    """A contact as it was given. A duplicate has the outcome of the first."""

    sequence_id: object
    contact_id: object
    outcome: Outcome
    """`checked`: a dry run sent nothing."""
    error: ResultError | None
    """Why it is not confirmed, if known."""


def _key(sequence_id: object, contact_id: object) -> tuple[str, str]:
    """A contact ID is the same in any letter case; a sequence ID is not."""
    space = " \t\n\v\f\r"
    return str(sequence_id).strip(space), str(contact_id).strip(space).lower()


def rows_of(places: list[Place], result: RemovalResult) -> Iterator[Row]:
    fates: dict[tuple[str, str], tuple[Outcome, ResultError | None]] = {}
    for group in (*result["remaining"]["removals"], *result["refusedIds"]["removals"]):
        error = None if group["error"] is None else result["errors"][group["error"]]
        is_checked = result["dryRun"] and error is None
        for contact in group["contactIds"]:
            fates[_key(group["sequenceId"], contact)] = "checked" if is_checked else group["outcome"], error
    invalid = {(item["removal"], item["contact"]) for item in result["invalidIds"]}
    # The module leaves the lists out if it has no memory for them, and does not look at the ids of a broken input.
    is_listed = len(fates) == result["refused"] + result["unknown"] + result["unsent"]
    is_known = is_listed and result["requested"] == len(places)
    for place in places:
        outcome: Outcome = "unsent" if result["requests"] == 0 else "unknown"
        error = result["errors"][0] if result["errors"] else None
        if (place.removal, place.contact) in invalid or (place.removal, None) in invalid:
            outcome, error = "invalid", None
        elif is_known:
            outcome, error = fates.get(_key(place.sequence_id, place.contact_id), ("confirmed", None))
        yield Row(place.sequence_id, place.contact_id, outcome, error)
