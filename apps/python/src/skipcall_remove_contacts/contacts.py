"""Contacts as callers have them, turned into the action's input; and where each of them was."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, runtime_checkable

from .types import RemovalInput, RemovalOptions


@runtime_checkable
class Frame(Protocol):
    """A data frame, as pandas and polars have it."""

    @property
    def columns(self) -> Any:
        """The names of its columns."""

    def __getitem__(self, name: Any, /) -> Any:
        """A column, which has to_list()."""


Contacts: TypeAlias = RemovalInput | Frame | Iterable[tuple[object, object]] | Iterable[str]


@dataclass
class _Removal:
    sequence_id: object
    contact_ids: list[object]


@dataclass(frozen=True)
class Place:
    """Where a contact is in the action's input."""

    removal: int
    contact: int
    sequence_id: object
    contact_id: object


class ContactList:
    """The contacts in the order in which they were given, and the input that they make."""

    def __init__(
        self, contacts: Contacts, sequence_id: str | None, columns: tuple[str, str], options: RemovalOptions | None
    ) -> None:
        """Raises TypeError, ValueError: the contacts are not in one of the forms."""
        self.places: list[Place] = []
        self._removals: list[_Removal] = []
        self._numbers: dict[object, int] = {}
        if isinstance(contacts, Mapping):
            self._take_input(contacts, sequence_id, options)
            return
        for sequence, contact in _pairs(contacts, sequence_id, columns):
            self._add(self._number_of(sequence), contact)
        removals = [{"sequenceId": item.sequence_id, "contactIds": item.contact_ids} for item in self._removals]
        self.input: dict[str, Any] = {"removals": removals, **({"options": options} if options else {})}

    def _take_input(self, given: Mapping[str, Any], sequence_id: str | None, options: RemovalOptions | None) -> None:
        if sequence_id is not None:
            raise TypeError("the input already names its sequences; sequence_id is for a list of contacts")
        if options is not None and "options" in given:
            raise TypeError("the input has options already")
        self.input = {**given, **({"options": options} if options else {})}
        for item in given.get("removals", [given]):
            self._removals.append(_Removal(item.get("sequenceId"), []))
            for contact in item.get("contactIds", ()):
                self._add(len(self._removals) - 1, contact)

    def _number_of(self, sequence: object) -> int:
        sequence = _plain(sequence)
        key = (type(sequence), sequence) if isinstance(sequence, (str, int, float, bool)) else (type(sequence), None)
        number = self._numbers.setdefault(key, len(self._removals))
        if number == len(self._removals):
            self._removals.append(_Removal(sequence, []))
        return number

    def _add(self, number: int, contact: object) -> None:
        removal = self._removals[number]
        contact = _plain(contact)
        self.places.append(Place(number, len(removal.contact_ids), removal.sequence_id, contact))
        removal.contact_ids.append(contact)


def _pairs(contacts: Any, sequence_id: str | None, columns: tuple[str, str]) -> Iterable[tuple[object, object]]:
    if isinstance(contacts, (str, bytes)):
        raise TypeError("contacts are a list, not one string")
    if isinstance(contacts, Frame):
        wanted = columns if sequence_id is None else columns[1:]
        missing = [name for name in wanted if name not in list(contacts.columns)]
        if missing:
            raise ValueError(
                f"the data frame has no column {missing[0]!r}; name its columns by columns=(SEQUENCE, CONTACT), "
                "or give one sequence_id for all"
            )
        contact_ids = contacts[columns[1]].to_list()
        sequences = [sequence_id] * len(contact_ids) if sequence_id is not None else contacts[columns[0]].to_list()
        return zip(sequences, contact_ids, strict=True)
    if sequence_id is not None:
        return ((sequence_id, contact) for contact in contacts)
    return map(_pair, contacts)


def _pair(item: object) -> tuple[object, object]:
    if isinstance(item, (str, bytes)) or not isinstance(item, Iterable):
        raise TypeError("without sequence_id, contacts are pairs of a sequence ID and a contact ID")
    sequence, contact = item
    return sequence, contact


def _plain(value: object) -> object:
    """As JSON has it. Missing values in a data frame are often NaN; the action reports them."""
    if isinstance(value, uuid.UUID):
        return str(value)
    is_json = value is None or isinstance(value, (str, bool, int)) or (isinstance(value, float) and value == value)
    return value if is_json else None
