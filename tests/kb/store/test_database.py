"""The catalogue while it is closed under threads that work with it."""

import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from kb.errors import StoreProblem
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
