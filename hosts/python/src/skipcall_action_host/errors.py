"""Why a host failed, as opposed to an action whose result says that it failed."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .instance import Progress

_LONGEST_TEXT = 2000  # a name that a module chose may be megabytes long


def harmless_text(text: str) -> str:
    """Text that a module or a server chose, fit for one line of a message.

    "?" replaces each control character, line break, and invisible or bidirectional format character, so that it cannot
    control a terminal or hide anything.
    """
    return "".join("?" if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c for c in text)


class HostError(Exception):
    """The base of all errors of this package. The message is a sentence for a person, without the key."""

    progress: Progress | None = None
    """The last progress of a run that failed midway. Requests that were open then may have been carried out."""

    def __init__(self, message: str) -> None:
        super().__init__(harmless_text(message if len(message) <= _LONGEST_TEXT else message[:_LONGEST_TEXT] + "…"))


class ModuleRefused(HostError):
    """The bytes are not a module that this host can run. None of its code was run."""


class ModuleFailed(HostError):
    """The module trapped, ran too long, ran out of memory, or broke a rule of the ABI. Its run is lost."""


class ConnectionRefused(HostError):
    """A base URL, key or header of a connection cannot be used. Nothing was sent."""


class JournalRefused(HostError):
    """The journal is damaged, in use, or belongs to another module, server, key or run."""


class UsageError(HostError):
    """The caller's own mistake: no such action, an input that cannot be written as JSON."""
