"""A journal in a file: the same file that every host writes (abi/JOURNAL.md)."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Sequence
from types import TracebackType

from .errors import JournalRefused
from .journal import end_line

if sys.platform != "win32":
    import fcntl


class FileJournal:
    """Nothing else may use the file meanwhile; on Unix, a lock ensures that. Methods raise OSError."""

    keeps_all = False

    def __init__(self, path: str | os.PathLike[str], *, is_new: bool) -> None:
        """A file for a new run, which must not exist yet, or one to resume. Raises JournalRefused."""
        # Does not block on a FIFO, which is then refused.
        flags = os.O_RDWR | (os.O_CREAT | os.O_EXCL if is_new else 0)
        for name in ("O_NOFOLLOW", "O_CLOEXEC", "O_NONBLOCK", "O_BINARY"):
            flags |= getattr(os, name, 0)
        descriptor = os.open(path, flags, 0o600)
        self._file = os.fdopen(descriptor, "r+b", buffering=0)
        try:
            if not is_new and not _is_private(descriptor):
                raise JournalRefused("the journal is not a file of yours that nobody else can read (mode 0600)")
            _lock(descriptor)
            self._lines = self._read()
        except BaseException:
            self._file.close()
            raise
        self._end = _size_of(self._lines)  # of the lines, and of the file without its end line

    @classmethod
    def create(cls, path: str | os.PathLike[str]) -> FileJournal:
        return cls(path, is_new=True)

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> FileJournal:
        return cls(path, is_new=False)

    @property
    def lines(self) -> Sequence[str]:
        return self._lines

    def append(self, line: str) -> None:
        # One write, so that a process that is killed leaves the journal whole.
        data = f"{line}\n{end_line(line)}\n".encode()
        is_first = self._end == 0
        self._file.seek(self._end)
        left = memoryview(data)
        while left:
            left = left[self._file.write(left) :]
        self._file.truncate()
        self._end += len(line.encode()) + 1
        if is_first:
            os.fsync(self._file.fileno())

    def cut(self, count: int) -> None:
        self._end = _size_of(self._lines[:count])

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> FileJournal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read(self) -> list[str]:
        lines = self._file.read().decode(errors="replace").split("\n")
        # After the last line feed there is nothing, or a truncated line, which does not count.
        if lines.pop():
            lines.append("")
        return lines


def _size_of(lines: Sequence[str]) -> int:
    return sum(len(line.encode()) + 1 for line in lines)


def _is_private(descriptor: int) -> bool:
    status = os.fstat(descriptor)
    if sys.platform == "win32":
        return stat.S_ISREG(status.st_mode)
    return stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid() and status.st_mode & 0o077 == 0


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise JournalRefused("another run is using the journal") from None
