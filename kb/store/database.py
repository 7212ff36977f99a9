"""The catalogue: one SQLite file, opened through sqlcipher3, one connection a thread."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlite

from kb.errors import StoreProblem

log = logging.getLogger("kb")

Row = Any
"""A sqlite3.Row: by name or by position. sqlcipher3 carries no types."""

VACUUMED_PAGES = 4000
"""Pages given back to the disk after one deletion, 16 MB, while a quarter of the file is free."""

_PRAGMAS = (
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    "PRAGMA busy_timeout=30000",
    "PRAGMA temp_store=MEMORY",
)


class Database:
    """Reads see the last commit; `write()` is one immediate transaction.

    Safe to share between threads and, by WAL, between processes. Whoever opens a store
    brings it to its shape first: `kb.store.schema.migrations`.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._opened: list[tuple[threading.Thread, Any]] = []
        self._lock = threading.Lock()

    def prepare(self, step: Callable[[Any], None]) -> None:
        """Open the file and give it to `step`, which makes its own transactions.

        Raises `StoreProblem` when the file cannot be opened.
        """
        try:
            step(self._connection())
        except sqlite.DatabaseError as error:
            raise StoreProblem(
                f"The catalogue {self._path} cannot be opened ({error}). If the disk is full, make "
                "room and try again; otherwise restore the file from a backup."
            ) from error

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Raises `StoreProblem` when SQLite cannot read."""
        try:
            found: list[Row] = self._connection().execute(sql, parameters).fetchall()
        except sqlite.OperationalError as error:
            raise _unreadable(error) from error
        return found

    def row(self, sql: str, parameters: Sequence[object] = ()) -> Row | None:
        """Raises `StoreProblem` when SQLite cannot read."""
        try:
            return self._connection().execute(sql, parameters).fetchone()
        except sqlite.OperationalError as error:
            raise _unreadable(error) from error

    @contextmanager
    def write(self) -> Iterator[Any]:
        """A connection inside BEGIN IMMEDIATE; commits at the end, rolls back on any error.

        Raises `StoreProblem` when SQLite cannot write, on a full disk for instance.
        """
        connection = None
        try:
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        except sqlite.OperationalError as error:
            _roll_back(connection)
            raise StoreProblem(
                f"The catalogue cannot be written ({error}). Make room on the disk, then run the "
                "same again: nothing that was promised is lost."
            ) from error
        except BaseException:
            _roll_back(connection)
            raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All reads of this thread inside it see one commit, whatever is written meanwhile."""
        connection = self._connection()
        connection.execute("BEGIN")
        try:
            yield
        finally:
            _roll_back(connection)

    def forget(self) -> None:
        """Empty the write-ahead log, which still holds what was deleted; readers may delay it.

        When much of the file is free, a part of it is given back to the disk.
        """
        try:
            [free], [pages] = self.rows("PRAGMA freelist_count") + self.rows("PRAGMA page_count")
            connection = self._connection()
            if free * 4 > pages:
                connection.execute(f"PRAGMA incremental_vacuum({VACUUMED_PAGES})").fetchall()
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except (sqlite.OperationalError, StoreProblem) as error:
            log.warning("the log of the catalogue is not emptied now (%s)", error)

    def close(self) -> None:
        with self._lock:
            for _, connection in self._opened:
                connection.close()
            self._opened.clear()

    def _connection(self) -> Any:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite.connect(
                str(self._path), isolation_level=None, check_same_thread=False
            )
            connection.row_factory = sqlite.Row
            connection.execute("PRAGMA auto_vacuum=INCREMENTAL")  # heeded by a new file alone
            _patiently(connection, "PRAGMA journal_mode=WAL")
            for pragma in _PRAGMAS:
                connection.execute(pragma)
            self._local.connection = connection
            self._keep(connection)
        return connection

    def _keep(self, connection: Any) -> None:
        """Remember a connection with its thread, and close those whose threads have ended."""
        with self._lock:
            ended = [known for thread, known in self._opened if not thread.is_alive()]
            self._opened = [pair for pair in self._opened if pair[0].is_alive()]
            self._opened.append((threading.current_thread(), connection))
        for known in ended:
            known.close()


def _patiently(connection: Any, pragma: str) -> None:
    """SQLite does not wait, as it does elsewhere, while another process makes the change."""
    until = time.monotonic() + 30
    while True:
        try:
            connection.execute(pragma)
            return
        except sqlite.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.01)


def _unreadable(error: Exception) -> StoreProblem:
    return StoreProblem(
        f"The catalogue cannot be read ({error}). Look to the disk, then run the same again: "
        "nothing that was promised is lost."
    )


def _roll_back(connection: Any) -> None:
    """What cannot even be rolled back is rolled back by whoever opens the file next."""
    with suppress(sqlite.OperationalError):
        if connection is not None and connection.in_transaction:
            connection.execute("ROLLBACK")
