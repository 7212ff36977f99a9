"""A connection to a database, that of one thread, closed by whoever closes the database."""

import threading
from dataclasses import dataclass, field
from typing import Any

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
