"""Removes contacts from Skipcall sequences, by one call."""

from .contacts import Contacts
from .outcomes import Outcome, Row
from .remove import RemovalIncomplete, Result, remove_contacts, remove_contacts_async, resume_removal
from .types import Removal, RemovalInput, RemovalOptions, RemovalResult, RemovalsInput, SequenceInput

__all__ = [
    "Contacts",
    "Outcome",
    "Removal",
    "RemovalIncomplete",
    "RemovalInput",
    "RemovalOptions",
    "RemovalResult",
    "RemovalsInput",
    "Result",
    "Row",
    "SequenceInput",
    "remove_contacts",
    "remove_contacts_async",
    "resume_removal",
]
