"""The queue is the document table: claim a row, finish it, fail it, all in single transactions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kb.domain import Chunk, DocumentId, MatterId, Reading, Status
from kb.ports import Vectors
from kb.store.db import Database
from kb.words import terms

MOST_ATTEMPTS = 2
"""A document whose parser had to be killed twice is set aside as quarantined."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One queued document that a worker now holds."""

    document_id: DocumentId
    matter_id: MatterId
    name: str
    sha256: str
    attempts: int
    seq: int


@dataclass(frozen=True, slots=True)
class Finished:
    """Everything one document adds; the i-th key, vector and context go with the i-th chunk."""

    reading: Reading
    title: str
    chunks: Sequence[Chunk]
    contexts: Sequence[str]
    keys: Sequence[str]
    vectors: Vectors


class Queue:
    """One owner works on a store at a time, so a row `working` at start was interrupted."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def recover(self) -> int:
        """Queue again what an interrupted owner held; how many."""
        with self._db.write() as connection:
            done = connection.execute(
                "UPDATE document SET status = 'queued', attempts = max(attempts - 1, 0) "
                "WHERE status = 'working'"
            )
            return int(done.rowcount)

    def release(self, claim: Claim) -> None:
        """Give a claim back, as if it had not been made: the store refused, not the document."""
        with self._db.write() as connection:
            connection.execute(
                "UPDATE document SET status = 'queued', attempts = max(attempts - 1, 0) "
                "WHERE seq = ? AND status = 'working'",
                (claim.seq,),
            )

    def claim(self) -> Claim | None:
        """The oldest queued document, now `working`, or None."""
        with self._db.write() as connection:
            row = connection.execute(
                "UPDATE document SET status = 'working', attempts = attempts + 1 WHERE seq = "
                "(SELECT seq FROM document WHERE status = 'queued' ORDER BY seq LIMIT 1) "
                "RETURNING id, matter_id, name, sha256, attempts, seq"
            ).fetchone()
        return Claim(*row) if row else None

    def waiting(self) -> int:
        """Documents that are queued or being worked on."""
        row = self._db.row("SELECT count(*) FROM document WHERE status IN ('queued', 'working')")
        return int(row[0]) if row else 0

    def finish(self, claim: Claim, finished: Finished) -> bool:
        """Make the document searchable; False when it was deleted meanwhile."""
        reading = finished.reading
        with self._db.write() as connection:
            known = connection.execute(
                "UPDATE document SET status = ?, title = ?, media_type = ?, pages = ?, "
                "chunks = ?, problem = ?, code = NULL WHERE seq = ? AND status = 'working'",
                (
                    Status.READY,
                    finished.title,
                    reading.media_type,
                    len(reading.pages) or None,
                    len(finished.chunks),
                    reading.problem,
                    claim.seq,
                ),
            ).rowcount
            if not known:
                return False
            connection.execute(
                "INSERT INTO content VALUES (?, ?)", (claim.document_id, reading.text)
            )
            connection.executemany(
                "INSERT INTO page VALUES (?, ?, ?, ?, ?)",
                [
                    (claim.document_id, p.number, p.char_start, p.char_end, p.needs_ocr)
                    for p in reading.pages
                ],
            )
            connection.executemany(
                "INSERT INTO embedding VALUES (?, ?) ON CONFLICT DO NOTHING",
                [
                    (key, vector.tobytes())
                    for key, vector in zip(finished.keys, finished.vectors, strict=True)
                ],
            )
            _add_chunks(connection, claim, finished)
            connection.execute(
                "UPDATE matter SET generation = generation + 1 WHERE id = ?", (claim.matter_id,)
            )
        return True

    def fail(self, claim: Claim, problem: str, code: str, *, killed: bool = False) -> Status:
        """End the document with a reason; one that was killed once is tried again."""
        status = Status.FAILED
        if killed:
            status = Status.QUEUED if claim.attempts < MOST_ATTEMPTS else Status.QUARANTINED
        with self._db.write() as connection:
            connection.execute(
                "UPDATE document SET status = ?, problem = ?, code = ? "
                "WHERE seq = ? AND status = 'working'",
                (status, problem, code, claim.seq),
            )
        return status


def _add_chunks(connection: Any, claim: Claim, finished: Finished) -> None:
    for chunk, context, key in zip(finished.chunks, finished.contexts, finished.keys, strict=True):
        words = terms(chunk.text)
        row = connection.execute(
            "INSERT INTO chunk (id, document_id, matter_id, ordinal, heading, page_from, page_to, "
            "char_start, char_end, text, length, embedding) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING key",
            (
                chunk.id,
                claim.document_id,
                claim.matter_id,
                chunk.ordinal,
                chunk.heading,
                chunk.page_from,
                chunk.page_to,
                chunk.char_start,
                chunk.char_end,
                chunk.text,
                len(words),
                key,
            ),
        ).fetchone()
        connection.execute(
            "INSERT INTO chunk_words(rowid, context, words) VALUES (?, ?, ?)",
            (row["key"], " ".join(terms(context)), " ".join(words)),
        )
