"""The catalogue: one SQLite file, opened through sqlcipher3, one connection a thread."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlite

from kb.errors import BadRequest, StoreProblem
from kb.store.connection import Held, ProcessLock
from kb.store.database_errors import damaged, only_read, unopened, unreadable, unwritten

log = logging.getLogger("kb")

Row = Any
"""A sqlite3.Row: by name or by position. sqlcipher3 carries no types."""

VACUUMED_PAGES = 4000
"""Pages given back to the disk after one deletion, 16 MB, while a quarter of the file is free."""

TOO_LARGE = "A number in the request is larger than anything that is kept here. Use a smaller one."

_PRAGMAS = (
    "PRAGMA busy_timeout=30000",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    "PRAGMA temp_store=MEMORY",
)


class Database:
    """Reads see the last commit; `write()` is one immediate transaction.

    Safe to share between threads and, by WAL, between processes. Whoever opens a store
    brings it to its shape first: `kb.store.schema.migrations`.
    """

    def __init__(self, path: Path, *, name: str = "catalogue", writes: bool = True) -> None:
        """`name` is what people are told of when it fails.

        `writes` is False where the file or its folder can only be read: nothing is touched.
        """
        self._path = path
        self.name = name
        self.writes = writes
        self._local = threading.local()
        self._opened: list[Held] = []
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self.batches = ProcessLock(path.with_name(f"{path.name}.batches"))
        """Held by whoever writes in batches (`kb.store.write_batches`), in any process."""

    def prepare(self, step: Callable[[Any], None]) -> None:
        """Open the file and give it to `step`, which makes its own transactions.

        Raises `StoreProblem` when the file cannot be opened.
        """
        try:
            with self._using() as connection:
                step(connection)
        except sqlite.DatabaseError as error:
            raise unopened(self.name, self._path, error) from error

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Raises `StoreProblem` when SQLite cannot read, `BadRequest` for a number past its own."""
        try:
            with self._using() as connection:
                found: list[Row] = connection.execute(sql, parameters).fetchall()
        except sqlite.DatabaseError as error:
            raise unreadable(self.name, self._path, error) from error
        except OverflowError as error:
            raise BadRequest(TOO_LARGE) from error
        return found

    def row(self, sql: str, parameters: Sequence[object] = ()) -> Row | None:
        """Raises as `rows`."""
        try:
            with self._using() as connection:
                return connection.execute(sql, parameters).fetchone()
        except sqlite.DatabaseError as error:
            raise unreadable(self.name, self._path, error) from error
        except OverflowError as error:
            raise BadRequest(TOO_LARGE) from error

    @contextmanager
    def write(self) -> Iterator[Any]:
        """A connection inside BEGIN IMMEDIATE; commits at the end, rolls back on any error.

        Threads of one process stand in line for it, which SQLite has none for. Raises
        `StoreProblem` when SQLite cannot write, on a full disk for instance.
        """
        if not self.writes:
            raise only_read(self._path.parent)
        try:
            with self._writing, self._using() as connection:
                try:
                    connection.execute("BEGIN IMMEDIATE")
                    yield connection
                    connection.execute("COMMIT")
                except BaseException:
                    _roll_back(connection)
                    raise
        except sqlite.DatabaseError as error:
            raise unwritten(self.name, self._path, error) from error

    def unwritable(self, *, within_s: float = 2.0) -> str | None:
        """Why nothing can be written now, as a sentence; None where a write was made and kept.

        What is written says nothing: the file's number of its shape, as it is.
        """
        held = self._writing.acquire(timeout=within_s)
        try:
            if not held:
                raise sqlite.OperationalError("database is locked")
            with self._using() as connection:
                connection.execute(f"PRAGMA busy_timeout={int(within_s * 1000)}")
                try:
                    connection.execute("BEGIN IMMEDIATE")
                    [shape] = connection.execute("PRAGMA user_version").fetchone()
                    connection.execute(f"PRAGMA user_version={shape}")
                    connection.execute("COMMIT")
                finally:
                    _roll_back(connection)
                    connection.execute(_PRAGMAS[0])
        except sqlite.DatabaseError as error:
            if "locked" not in str(error):
                return str(unwritten(self.name, self._path, error))
            return f"The {self.name} has been written to for longer than {within_s:g} seconds."
        finally:
            if held:
                self._writing.release()
        return None

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All reads of this thread inside it see one commit, whatever is written meanwhile."""
        self.rows("BEGIN")
        with self._using() as connection:
            try:
                yield
            finally:
                _roll_back(connection)

    def forget(self) -> None:
        """Empty the write-ahead log, which still holds what was deleted; readers may delay it.

        When much of the file is free, a part of it is given back to the disk.
        """
        if not self.writes:
            return
        try:
            [free], [pages] = self.rows("PRAGMA freelist_count") + self.rows("PRAGMA page_count")
            with self._using() as connection:
                if free * 4 > pages:
                    connection.execute(f"PRAGMA incremental_vacuum({VACUUMED_PAGES})").fetchall()
            self.empty_log()
        except (sqlite.DatabaseError, StoreProblem) as error:
            log.warning("the log of the %s is not emptied now (%s)", self.name, error)

    def empty_log(self) -> bool:
        """Empty the write-ahead log; False at once where a reader still needs it.

        Waiting for readers, a checkpoint would hold up everybody who writes.
        """
        with self._using() as connection:
            try:
                connection.execute("PRAGMA busy_timeout=100")
                return not connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            except sqlite.OperationalError:
                return False
            finally:
                with suppress(sqlite.OperationalError):
                    connection.execute(_PRAGMAS[0])

    def faults(self) -> list[str]:
        """What SQLite finds wrong in the whole file, read through; empty when it is sound."""
        try:
            found = [str(row[0]) for row in self.rows("PRAGMA integrity_check")]
            lost = self.rows("PRAGMA foreign_key_check")
        except (sqlite.DatabaseError, StoreProblem) as error:
            return [str(error)]
        told = [f"{len(lost)} rows belong to rows that are not there"] if lost else []
        return [line for line in found if line != "ok"] + told

    def size(self) -> int:
        """Bytes of the file, without its log."""
        return self._path.stat().st_size

    def compact(self) -> None:
        """Write the file anew, so that no page holds what was deleted; `empty_log` follows.

        Readers go on; writers wait, some 10 s for a gigabyte, which is in memory meanwhile. Raises
        `StoreProblem`.
        """
        try:
            with self._using() as connection:
                connection.execute("VACUUM")
        except sqlite.DatabaseError as error:
            raise StoreProblem(
                f"The {self.name} cannot be written anew ({error}). Make room on the disk: it is "
                "tried again."
            ) from error

    def damage(self) -> str | None:
        """What is wrong with the file's pages, as a sentence; None where they are whole.

        Every page is read. Raises `StoreProblem` when that cannot be done.
        """
        [[told], *_] = self.rows("PRAGMA quick_check(1)") or [["nothing was read"]]
        return None if told == "ok" else damaged(self.name, self._path, " ".join(str(told).split()))

    def close(self) -> None:
        """Other threads may still be at work: each finishes what it has begun, and gets no more."""
        with self._lock:
            for held in self._opened:
                held.close()
            self._opened.clear()

    @contextmanager
    def _using(self) -> Iterator[Any]:
        """The connection of this thread, which nobody closes meanwhile."""
        held: Held | None = getattr(self._local, "held", None)
        if held is None:
            held = Held(threading.current_thread(), self._connect())
            self._local.held = held
            self._keep(held)
        with held.used:
            yield held.connection

    def _connect(self) -> Any:
        connection = sqlite.connect(
            str(self._path) if self.writes else _read_only(self._path),
            isolation_level=None,
            check_same_thread=False,
            uri=not self.writes,
        )
        connection.row_factory = sqlite.Row
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        if self.writes:
            _shape(connection)
        return connection

    def _keep(self, held: Held) -> None:
        """Remember a connection with its thread, and close those whose threads have ended."""
        with self._lock:
            ended = [known for known in self._opened if not known.thread.is_alive()]
            self._opened = [known for known in self._opened if known.thread.is_alive()]
            self._opened.append(held)
        for known in ended:
            known.close()


def _read_only(path: Path) -> str:
    """The URI of a file that is not to be written: as its writers see it, where any are at work.

    Without its log the file is all there is. Raises `StoreProblem` for a log that nobody read
    into it and that cannot be read alone.
    """
    wal, shm = path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")
    logged = wal.exists() and wal.stat().st_size > 0
    if logged and not shm.exists():
        raise StoreProblem(
            f"The catalogue {path} was copied while it was written to, and can only be read here, "
            "so what its log holds would be missing. Copy its folder to where it can be written."
        )
    return f"{path.absolute().as_uri()}?mode=ro{'' if wal.exists() else '&immutable=1'}"


def _shape(connection: Any) -> None:
    """What a file keeps, given to a new one alone: it takes the lock that a writer may hold."""
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
        _patiently(connection, "PRAGMA journal_mode=WAL")


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


def _roll_back(connection: Any) -> None:
    """What cannot even be rolled back is rolled back by whoever opens the file next."""
    with suppress(sqlite.DatabaseError):
        if connection.in_transaction:
            connection.execute("ROLLBACK")
