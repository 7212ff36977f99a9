"""How the files of jobs end: noted in the transaction that ends them."""

from collections.abc import Sequence
from typing import Any

from kb.domain import DocumentId
from kb.domain.jobs import Offered, Outcome

DELETED = "deleted"
"""The code of a document that was taken out before it was read."""


def add_item(
    connection: Any,
    offered: Offered,
    document_id: DocumentId | None = None,
    *,
    duplicate: bool = False,
) -> None:
    """Note a file in its job, if it has one; offering it again in the same job starts anew."""
    if offered.job is None:
        return
    connection.execute(
        "INSERT INTO job_item (job_id, path, matter, document_id, duplicate) "
        "VALUES (?, ?, ?, ?, ?) ON CONFLICT (job_id, matter, path) DO UPDATE SET "
        "document_id = excluded.document_id, duplicate = excluded.duplicate, "
        "outcome = NULL, problem = NULL, code = NULL, ended = NULL",
        (offered.job, offered.path, offered.matter_id, document_id, duplicate),
    )


def end_items(
    connection: Any,
    outcome: Outcome,
    problem: str | None,
    code: str | None,
    *,
    where: str,
    values: Sequence[object],
) -> None:
    """End the items that are on their way and match; a copy of what is ready is a duplicate."""
    rows = connection.execute(
        "SELECT seq, job_id, path, document_id, duplicate FROM job_item "
        f"WHERE outcome IS NULL AND {where}",
        tuple(values),
    ).fetchall()
    for row in rows:
        copied = row["duplicate"] and outcome is Outcome.READY
        told = _copied(connection, row, problem) if copied else problem
        ends = connection.execute(
            "UPDATE job SET ends = ends + 1 WHERE id = ? RETURNING ends", (row["job_id"],)
        ).fetchone()["ends"]
        connection.execute(
            "UPDATE job_item SET outcome = ?, problem = ?, code = ?, ended = ? WHERE seq = ?",
            (Outcome.DUPLICATE if copied else outcome, told, code, ends, row["seq"]),
        )


def _copied(connection: Any, item: Any, problem: str | None) -> str | None:
    """Where the content of a duplicate was found first, beside what is said of its document."""
    first = connection.execute(
        "SELECT path FROM source WHERE document_id = ? AND path <> ? ORDER BY seen_at, path",
        (item["document_id"], item["path"]),
    ).fetchone()
    said = f"Its content is that of {first['path']}, and is kept once." if first else None
    return " ".join(one for one in (said, problem) if one) or None


def erase_items(connection: Any, document_id: str) -> None:
    """Leave of a document's items that there was a file, and how it ended: no name, no reason."""
    end_items(
        connection, Outcome.FAILED, "It was deleted before it was read.", DELETED,
        where="document_id = ?", values=(document_id,),
    )  # fmt: skip
    connection.execute(
        "UPDATE job_item SET path = 'erased ' || seq, document_id = NULL, "
        "problem = CASE code WHEN ? THEN problem END WHERE document_id = ?",
        (DELETED, document_id),
    )
