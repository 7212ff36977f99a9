"""What threads and processes hold of a database: a connection each, and turns at it."""

import fcntl
import os
import threading
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from kb.errors import StoreProblem

CLOSING_S = 5.0
"""Longest that closing waits for what another thread has begun."""


@dataclass(slots=True)
class Held:
    """A connection and its thread; `used` is held while SQLite works with it.

    Closing it under another thread's statement ends the process, not the statement.
    """

    thread: threading.Thread
    connection: Any
    used: threading.RLock = field(default_factory=threading.RLock)

    def close(self) -> None:
        """Close it between two uses. What is used for long is left to the end of the process."""
        if self.used.acquire(timeout=CLOSING_S):
            try:
                self.connection.close()
            finally:
                self.used.release()


class ProcessLock:
    """A lock that one thread of one process holds at a time; the kernel takes it from the dead.

    The file is made by the first who takes it, and stays.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._file = -1

    def __enter__(self) -> None:
        """Raises `StoreProblem` where the file cannot be made, on a full disk for instance."""
        self._lock.acquire()
        try:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX)
        except OSError as error:
            self._release()
            raise StoreProblem(
                f"{self._path} cannot be made ({error.strerror}). Make room on the disk, then run "
                "the same again: nothing that was promised is lost."
            ) from error
        except BaseException:
            self._release()
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._release()

    def _release(self) -> None:
        file, self._file = self._file, -1
        if file >= 0:
            os.close(file)
        self._lock.release()
