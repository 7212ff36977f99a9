"""Files offered together, and how each of them ended."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from kb.domain import JobId, MatterId, Scope, UserId
from kb.domain.jobs import Job, JobItem, Offered, Outcome, outcome_of_failure
from kb.errors import NotFound
from kb.store.clock import now
from kb.store.database import Database, Row
from kb.store.jobs.outcomes import DELETED, add_item, end_items
from kb.store.scope import scope_parameters

_IN_SCOPE = (
    "i.matter IN (SELECT value FROM json_each(?1)) "
    "AND coalesce(i.document_id, '') NOT IN (SELECT value FROM json_each(?2))"
)
"""Parameters 1 and 2 are `scope_parameters(scope)`."""
_READABLE = f"i.job_id = j.id AND {_IN_SCOPE}"
_JOB = f"""
    SELECT j.*, (SELECT count(*) FROM job_item i WHERE {_READABLE}) AS total,
        (SELECT count(*) FROM job_item i JOIN document d ON d.id = i.document_id
            WHERE {_READABLE} AND d.status IN ('words', 'ready')) AS words,
        (SELECT json_group_object(outcome, n) FROM (SELECT outcome, count(*) AS n
            FROM job_item i WHERE {_READABLE} AND outcome IS NOT NULL GROUP BY outcome)) AS counts
    FROM job j WHERE j.user_id = ?3
"""
_ITEM = f"""
    SELECT i.*, d.pages, d.chunks, d.read_s, d.ocr_s
    FROM job_item i LEFT JOIN document d ON d.id = i.document_id
    WHERE i.job_id = ?3 AND {_IN_SCOPE}
"""


def new_job() -> JobId:
    """An id that no job has."""
    return JobId("j" + uuid4().hex[:15])


class Jobs:
    """A person sees the jobs that they began, and of these what lies in matters they may read."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def begin(self, kind: str, user: UserId, job: JobId | None = None) -> JobId:
        """A new job, open for files; `job` is the id that it gets."""
        job = job or new_job()
        with self._db.write() as connection:
            connection.execute(
                "INSERT INTO job (id, kind, user_id, created_at, open) VALUES (?, ?, ?, ?, 1)",
                (job, kind, user, now()),
            )
        return job

    def close(self, job: JobId) -> None:
        """No more files will come."""
        with self._db.write() as connection:
            connection.execute("UPDATE job SET open = 0 WHERE id = ?", (job,))

    def refuse(self, offered: Offered, problem: str, code: str) -> None:
        """Note a file that could not even be taken in."""
        outcome = outcome_of_failure(code, quarantined=False)
        with self._db.write() as connection:
            add_item(connection, offered)
            end_items(
                connection, outcome, problem, code, where="job_id = ? AND path = ?",
                values=(offered.job, offered.path),
            )  # fmt: skip

    def job(self, wanted: str, scope: Scope) -> Job:
        """Raises `NotFound`, also for the job of somebody else."""
        row = self._db.row(
            _JOB + "AND j.id = ?4", (*scope_parameters(scope), scope.user_id, wanted)
        )
        if row is None:
            raise NotFound("job", wanted)
        return _job(row)

    def recent(self, scope: Scope, *, limit: int = 50) -> list[Job]:
        """Newest first."""
        rows = self._db.rows(
            _JOB + "ORDER BY j.created_at DESC LIMIT ?4",
            (*scope_parameters(scope), scope.user_id, limit),
        )
        return [_job(row) for row in rows]

    def ended(self, job: JobId, scope: Scope, *, after: int = 0, limit: int = 500) -> list[JobItem]:
        """Items that have ended since the one whose `order` is `after`, in that order."""
        rows = self._db.rows(
            _ITEM + "AND i.ended > ?4 ORDER BY i.ended LIMIT ?5",
            (*scope_parameters(scope), job, after, limit),
        )
        return [_item(row) for row in rows]

    def waiting(self, job: JobId) -> bool:
        """Whether any file of the job is on its way; quick however many there are."""
        sql = "SELECT 1 FROM job_item WHERE job_id = ? AND ended IS NULL LIMIT 1"
        return self._db.row(sql, (job,)) is not None

    def last(self, job: JobId) -> int:
        """The order of the newest end, 0 when there is none."""
        row = self._db.row("SELECT ends FROM job WHERE id = ?", (job,))
        return int(row[0]) if row else 0

    def items(
        self, job: JobId, scope: Scope, *, outcomes: Sequence[str] = (), after: int = 0, limit: int
    ) -> list[tuple[int, JobItem]]:
        """Items in the order in which they were offered, each with the number to go on after."""
        rows = self._db.rows(
            _ITEM + "AND i.seq > ?4 AND (?5 = '[]' OR coalesce(i.outcome, 'pending') IN "
            "(SELECT value FROM json_each(?5))) ORDER BY i.seq LIMIT ?6",
            (*scope_parameters(scope), job, after, json.dumps(list(outcomes)), limit),
        )
        return [(row["seq"], _item(row)) for row in rows]

    def retry(self, job: JobId, scope: Scope) -> tuple[int, list[Offered]]:
        """Queue the job's failed and quarantined documents again, as far as the scope reads them.

        How many files wait for them or are ready by now, and those that were never taken
        in, to be offered again.
        """
        with self._db.write() as connection:
            failed = connection.execute(
                f"SELECT i.* FROM job_item i WHERE i.job_id = ?3 AND {_IN_SCOPE} "
                "AND i.outcome IN ('failed', 'quarantined') AND coalesce(i.code, '') <> ?4",
                (*scope_parameters(scope), job, DELETED),
            ).fetchall()
            taken_in = [row for row in failed if row["document_id"] is not None]
            for known in dict.fromkeys(row["document_id"] for row in taken_in):
                _requeue(connection, known)
            for row in taken_in:
                _begin_again(connection, row)
        lost = [row for row in failed if row["document_id"] is None]
        return len(taken_in), [Offered(job, MatterId(row["matter"]), row["path"]) for row in lost]


def _requeue(connection: Any, document_id: str) -> None:
    connection.execute(
        "UPDATE document SET status = 'queued', attempts = 0, problem = NULL, code = NULL "
        "WHERE id = ? AND status IN ('failed', 'quarantined')",
        (document_id,),
    )


def _begin_again(connection: Any, item: Row) -> None:
    """The item waits for its document, or ends with it where another job was quicker."""
    connection.execute(
        "UPDATE job_item SET outcome = NULL, problem = NULL, code = NULL, ended = NULL "
        "WHERE seq = ?",
        (item["seq"],),
    )
    ready = connection.execute(
        "SELECT problem FROM document WHERE id = ? AND status = 'ready'", (item["document_id"],)
    ).fetchone()
    if ready:
        end_items(
            connection, Outcome.READY, ready["problem"], None,
            where="seq = ?", values=(item["seq"],),
        )  # fmt: skip


def _job(row: Row) -> Job:
    return Job(
        id=JobId(row["id"]),
        kind=row["kind"],
        created_at=row["created_at"],
        open=bool(row["open"]),
        total=row["total"],
        words=row["words"],
        counts=json.loads(row["counts"]),
    )


def _item(row: Row) -> JobItem:
    return JobItem(
        path=row["path"],
        matter=row["matter"],
        document_id=row["document_id"],
        outcome=Outcome(row["outcome"]) if row["outcome"] else None,
        problem=row["problem"],
        code=row["code"],
        order=row["ended"] or 0,
        pages=row["pages"],
        chunks=row["chunks"] or 0,
        read_s=row["read_s"] or 0.0,
        ocr_s=row["ocr_s"] or 0.0,
    )
