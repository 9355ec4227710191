"""Runs actions that were compiled to WebAssembly and speak the action ABI."""

from .abi import HttpError, Phase, ResponseFlag, State
from .action_host import ActionHost, RunCancelled, RunEnd
from .blocking import BlockingActionHost, RunInterrupted
from .client import HttpClient, default_tls
from .connection import Connection
from .errors import (
    ConnectionRefused,
    HostError,
    JournalRefused,
    ModuleFailed,
    ModuleRefused,
    UsageError,
    harmless_text,
)
from .file_journal import FileJournal
from .http import HttpRequest, HttpResponse, Send
from .instance import InstanceLimits, Progress
from .journal import Journal
from .manifest import Manifest
from .module import ActionModule
from .stop import StopRequest

__all__ = [
    "ActionHost",
    "ActionModule",
    "BlockingActionHost",
    "Connection",
    "ConnectionRefused",
    "FileJournal",
    "HostError",
    "HttpClient",
    "HttpError",
    "HttpRequest",
    "HttpResponse",
    "InstanceLimits",
    "Journal",
    "JournalRefused",
    "Manifest",
    "ModuleFailed",
    "ModuleRefused",
    "Phase",
    "Progress",
    "ResponseFlag",
    "RunCancelled",
    "RunEnd",
    "RunInterrupted",
    "Send",
    "State",
    "StopRequest",
    "UsageError",
    "default_tls",
    "harmless_text",
]
