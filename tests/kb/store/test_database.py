"""The catalogue while it is closed under threads that work with it, and when it is damaged."""

import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlite

from kb.errors import BadRequest, StoreProblem
from kb.store.database import Database
from kb.store.schema.migrations import migrate
from tests.commands import ROOT

CLOSED_UNDER_READERS = """
import sys, threading
from contextlib import closing
from pathlib import Path

import pytest
from kb.store.database import Database

SLOW = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000)"
    " SELECT count(*) FROM n"
)
for turn in range(10):
    database = Database(Path(sys.argv[1]))
    begun = threading.Barrier(4)

    def read():
        database.rows("SELECT 1")
        begun.wait()
        try:
            database.rows(SLOW)
        except Exception:  # closed before it began
            pass

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    begun.wait()
    database.close()
    for thread in threads:
        thread.join()
"""


def test_closing_under_a_statement_of_another_thread_does_not_end_the_process(
    tmp_path: Path,
) -> None:
    """In a process of its own: SQLite would take this one along."""
    ended = subprocess.run(
        [sys.executable, "-c", CLOSED_UNDER_READERS, tmp_path / "catalogue.db"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr


def test_a_new_reader_does_not_wait_for_a_writer(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    with closing(Database(path)) as writing:
        migrate(writing)
        with writing.write():
            began = time.monotonic()
            with closing(Database(path)) as reading:
                migrate(reading)
                assert reading.rows("SELECT count(*) FROM document")[0][0] == 0
            assert time.monotonic() - began < 5  # a writer is waited for half a minute


def test_a_locked_catalogue_is_not_called_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.store.database._PRAGMAS", ("PRAGMA busy_timeout=10",))
    path = tmp_path / "catalogue.db"
    with closing(Database(path)) as writing, closing(Database(path)) as waiting:
        migrate(writing)
        with writing.write(), pytest.raises(StoreProblem) as refused:
            waiting.prepare(lambda connection: connection.execute("BEGIN IMMEDIATE"))
    assert "try again" in refused.value.message and "backup" not in refused.value.message


def test_a_log_that_cannot_be_emptied_is_left_and_nothing_is_raised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing:
        def execute(self, sql: str) -> None:
            raise sqlite.OperationalError("disk I/O error")

    @contextmanager
    def failing(_: Database) -> Iterator[Failing]:
        yield Failing()

    with closing(Database(tmp_path / "catalogue.db")) as database, monkeypatch.context() as patched:
        patched.setattr(Database, "_using", failing)
        assert not database.empty_log()


def test_writing_it_anew_leaves_no_copy_of_a_row_that_was_moved_and_deleted(tmp_path: Path) -> None:
    """SQLite overwrites what it deletes, but not what it left where it had moved a row away."""
    file = tmp_path / "catalogue.db"
    gone: set[bytes] = set()

    def left() -> set[bytes]:
        return gone & set(re.findall(rb"secret[0-9]+x[0-9]+\.", file.read_bytes()))

    with closing(Database(file)) as database:
        for table in range(6):
            gone |= filled_and_emptied(database, f"told{table}", random.Random(table))
        database.forget()
        assert left()
        database.compact()
        assert database.empty_log()
        assert not left()
        assert not (tmp_path / "catalogue.db-wal").stat().st_size
        assert database.rows("PRAGMA auto_vacuum")[0][0] == 2
        assert database.rows("SELECT count(DISTINCT part) FROM told5")[0][0] == 50


def filled_and_emptied(database: Database, table: str, chance: random.Random) -> set[bytes]:
    """Rows of many sizes, put in and taken out by groups; the words of those that were."""
    with database.write() as connection:
        connection.execute(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, part INT, text TEXT)")
    parts = list(range(200))
    for part in parts:
        with database.write() as connection:
            for _ in range(chance.choice([1, 2, 5, 20])):
                text = f"secret{table[4:]}x{part}. " * chance.randint(1, chance.choice([5, 60]))
                connection.execute(f"INSERT INTO {table} (part, text) VALUES (?, ?)", (part, text))
    chance.shuffle(parts)
    for part in parts[50:]:
        with database.write() as connection:
            connection.execute(f"DELETE FROM {table} WHERE part = ?", (part,))
    return {f"secret{table[4:]}x{part}.".encode() for part in parts[50:]}


@pytest.mark.parametrize("seed", range(40))
def test_damaged_pages_end_in_a_sentence_or_are_not_touched(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "catalogue.db"
    with closing(Database(path)) as whole:
        migrate(whole)
        with whole.write() as connection:
            connection.executemany(
                "INSERT INTO chunk_words (context, words) VALUES (?, ?)",
                [(f"heading {number}", "rent " * 300) for number in range(400)],
            )
        assert whole.damage() is None
    chance = random.Random(seed)
    with path.open("r+b") as file:
        for page in chance.sample(range(seed % 2, path.stat().st_size // 4096), 12):
            file.seek(page * 4096)
            file.write(chance.randbytes(4096))
    told = []
    for use in (_read, _write, _look_again, _forget, _examine):
        with closing(Database(path)) as damaged:
            try:
                told.append(use(damaged))
            except StoreProblem as problem:
                told.append(problem.message)
    assert str(path) in str(told[-1])


def _read(database: Database) -> None:
    for [name] in database.rows("SELECT name FROM sqlite_master WHERE type = 'table'"):
        database.rows(f"SELECT * FROM {name}")
        database.row(f"SELECT count(*) FROM {name}")


def _write(database: Database) -> None:
    with database.write() as connection:
        connection.execute("UPDATE chunk_words SET words = 'rent'")


def _look_again(database: Database) -> None:
    with database.snapshot():
        _read(database)


def _forget(database: Database) -> None:
    database.forget()


def _examine(database: Database) -> str | None:
    migrate(database)
    return database.damage()


def test_a_statement_of_ours_that_is_wrong_is_not_called_damage(tmp_path: Path) -> None:
    with closing(Database(tmp_path / "catalogue.db")) as database:
        migrate(database)
        with pytest.raises(Exception, match="NOT NULL") as wrong, database.write() as connection:
            connection.execute("INSERT INTO fact (name) VALUES ('one')")
    assert not isinstance(wrong.value, StoreProblem | BadRequest)


def test_whether_it_can_be_written_is_found_by_writing(tmp_path: Path) -> None:
    with closing(Database(tmp_path / "catalogue.db")) as database:
        migrate(database)
        shape = database.rows("PRAGMA user_version")[0][0]
        log = tmp_path / "catalogue.db-wal"
        before = log.stat().st_size
        assert database.unwritable() is None
        assert log.stat().st_size > before
        assert database.rows("PRAGMA user_version")[0][0] == shape
        assert database.rows("PRAGMA busy_timeout")[0][0] == 30000
        database.rows("PRAGMA query_only=ON")
        assert "cannot be written" in (database.unwritable() or "")
