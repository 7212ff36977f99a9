"""The catalogue while it is closed under threads that work with it."""

import subprocess
import sys
from pathlib import Path

from tests.commands import ROOT

CLOSED_UNDER_READERS = """
import sys, threading
from pathlib import Path
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
