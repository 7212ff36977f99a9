"""Which jobs a living process still offers files to: a lock on a file, which ends with it.

A command that is killed cannot close its job. Whoever owns the store closes it then: no more
files will come, and what was offered goes on.
"""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO

from kb.domain import JobId
from kb.errors import StoreProblem
from kb.store.database import Database
from kb.store.database_errors import only_read

SENT = "upload"
"""The kind of job that files are sent to; no process holds it, whoever sends may come back."""
LONGEST_SENT = timedelta(days=1)
"""After this long a job that files are sent to is closed once all of them have ended."""


class Attendance:
    """`folder` has a file for each job that a command offers to."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._db = database
        self._folder = folder

    @contextmanager
    def attending(self, job: JobId) -> Iterator[None]:
        """Offer to `job` within; it stays open until it is closed or this process ends.

        Raises `StoreProblem` when the disk refuses, or the store can only be read.
        """
        if not self._db.writes:
            raise only_read(self._folder.parent)
        path = self._folder / job
        with self._opened(path) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                with suppress(OSError):  # unlocked it says nothing, and goes when jobs are closed
                    path.unlink(missing_ok=True)

    def _opened(self, path: Path) -> TextIO:
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            return path.open("w")
        except OSError as error:
            raise StoreProblem(
                f"The file {path} cannot be made ({error.strerror or error}). Make room on the "
                "disk, and try again."
            ) from error

    def close_left(self) -> int:
        """Close the jobs that nobody offers to any more; how many."""
        opened = self._db.rows("SELECT id, kind FROM job WHERE open")
        left = [r["id"] for r in opened if r["kind"] != SENT and not self._is_attended(r["id"])]
        before = (datetime.now(UTC) - LONGEST_SENT).isoformat(timespec="microseconds")
        with self._db.write() as connection:
            done = connection.execute(
                "UPDATE job SET open = 0 WHERE open AND "
                "(id IN (SELECT value FROM json_each(?)) OR (kind = ? AND created_at < ? AND "
                "NOT EXISTS (SELECT 1 FROM job_item WHERE job_id = job.id AND ended IS NULL)))",
                (json.dumps(left), SENT, before),
            ).rowcount
        names = json.dumps([path.name for path in self._folder.glob("*")])
        for row in self._db.rows(
            "SELECT id FROM job WHERE NOT open AND id IN (SELECT value FROM json_each(?))", (names,)
        ):
            if not self._is_attended(row["id"]):
                with suppress(OSError):
                    (self._folder / row["id"]).unlink(missing_ok=True)
        return int(done)

    def _is_attended(self, job: JobId) -> bool:
        try:
            with (self._folder / job).open("r+") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False
