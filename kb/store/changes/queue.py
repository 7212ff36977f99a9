"""The queue is the document table: claim a row, take it one step on, end it; one transaction each.

A document is read first (`queued` → `working` → `words`: its words can be searched)
and embedded then (`words` → `ready`). What a worker holds is marked, so that no
other takes it; one owner works on a store at a time, so a mark found at its start
was left by an interrupted one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kb.domain import ChunkId, DocumentId, MatterId, Part, Status, UserId
from kb.domain.jobs import Offered, Outcome, outcome_of_failure
from kb.ports import Vectors
from kb.store import generations
from kb.store.blobs import StoredFile
from kb.store.changes.content import Parsed, add_chunks, add_content
from kb.store.changes.quoted_history import drop_repeated
from kb.store.database import Database
from kb.store.documents.citations import add_citations
from kb.store.documents.sources import INSIDE, FoundFile, receive
from kb.store.jobs.outcomes import end_items
from kb.text.context import context_line, embedded_text

MOST_ATTEMPTS = 2
"""A document whose parser had to be killed twice is set aside as quarantined."""
WORKER = UserId("worker")
"""Who adds what is found inside mails and archives."""

_GIVEN_BACK = (
    "UPDATE document SET held = 0, "
    "attempts = CASE status WHEN 'working' THEN max(attempts - 1, 0) ELSE attempts END, "
    "status = CASE status WHEN 'working' THEN 'queued' ELSE status END "
)


@dataclass(frozen=True, slots=True)
class Claim:
    """One document that a worker now holds."""

    document_id: DocumentId
    matter_id: MatterId
    name: str
    sha256: str
    attempts: int
    seq: int


@dataclass(frozen=True, slots=True)
class Family:
    """What was found inside a document, with its bytes stored already."""

    parts: Sequence[tuple[Part, StoredFile]] = ()


class Queue:
    def __init__(self, database: Database) -> None:
        self._db = database

    def recover(self) -> int:
        """Take over what an interrupted owner held; how many documents."""
        with self._db.write() as connection:
            done = connection.execute(_GIVEN_BACK + "WHERE status = 'working' OR held")
            return int(done.rowcount)

    def release(self, claim: Claim) -> None:
        """Give a claim back, as if it had not been made: the store refused, not the document."""
        with self._db.write() as connection:
            connection.execute(
                _GIVEN_BACK + "WHERE seq = ?",
                (claim.seq,),
            )

    def claim_to_read(self) -> Claim | None:
        """The oldest queued document, now `working`, or None."""
        return self._claim("status = 'working', attempts = attempts + 1", "status = 'queued'")

    def claim_to_embed(self) -> Claim | None:
        """The oldest document that lacks its vectors, now held, or None."""
        return self._claim("held = 1", "status = 'words' AND NOT held")

    def _claim(self, change: str, condition: str) -> Claim | None:
        wanted = f"SELECT seq FROM document WHERE {condition} ORDER BY status, seq LIMIT 1"
        if self._db.row(wanted) is None:  # an idle worker must not write
            return None
        with self._db.write() as connection:
            row = connection.execute(
                f"UPDATE document SET {change} WHERE seq = ({wanted}) "
                "RETURNING id, matter_id, name, sha256, attempts, seq"
            ).fetchone()
        return Claim(*row) if row else None

    def waiting(self) -> int:
        """Documents that are on their way to `ready`."""
        row = self._db.row(
            "SELECT count(*) FROM document WHERE status IN ('queued', 'working', 'words')"
        )
        return int(row[0]) if row else 0

    def depth(self, claim: Claim) -> int:
        """How many mails and archives are around this document."""
        row = self._db.row(
            "SELECT path FROM source WHERE document_id = ? ORDER BY length(path) LIMIT 1",
            (claim.document_id,),
        )
        return str(row["path"]).count(INSIDE) if row else 0

    def words(self, claim: Claim, parsed: Parsed, family: Family) -> list[ChunkId] | None:
        """Make the document searchable by its words, and promise what is inside it.

        None when it was deleted meanwhile; else the chunks that went from other
        documents, since they only quote this one.
        """
        with self._db.write() as connection:
            known = connection.execute(
                "UPDATE document SET status = ?, title = ?, media_type = ?, pages = ?, "
                "chunks = ?, problem = ?, code = NULL, read_s = ?, ocr_s = ? "
                "WHERE seq = ? AND status = 'working'",
                (
                    Status.WORDS,
                    parsed.title,
                    parsed.reading.media_type,
                    len(parsed.reading.pages) or None,
                    len(parsed.chunks),
                    parsed.reading.problem,
                    parsed.read_s,
                    parsed.ocr_s,
                    claim.seq,
                ),
            ).rowcount
            if not known:
                return None
            add_content(connection, parsed)
            add_chunks(connection, claim.matter_id, parsed)
            add_citations(connection, claim.document_id, parsed.citations)
            _add_family(connection, claim, family)
            return drop_repeated(connection, claim.document_id)

    def texts(self, claim: Claim) -> tuple[list[ChunkId], list[str]]:
        """The chunks of a document that has words, and for each the text to embed."""
        rows = self._db.rows(
            "SELECT c.id, c.heading, c.text, d.title FROM chunk c "
            "JOIN document d ON d.id = c.document_id WHERE d.seq = ? ORDER BY c.ordinal",
            (claim.seq,),
        )
        texts = [embedded_text(context_line(r["title"], r["heading"]), r["text"]) for r in rows]
        return [ChunkId(row["id"]) for row in rows], texts

    def finish(
        self,
        claim: Claim,
        ids: Sequence[ChunkId],
        keys: Sequence[str],
        vectors: Vectors,
        *,
        words_only: str | None = None,
    ) -> bool:
        """Make the document `ready`; False when it was deleted meanwhile.

        `words_only` says why some of its chunks have no vector. A chunk that went meanwhile,
        since another message holds its words, leaves none.
        """
        with self._db.write() as connection:
            row = connection.execute(
                "UPDATE document SET status = 'ready', held = 0, words_only = ? "
                "WHERE seq = ? AND status = 'words' RETURNING problem",
                (words_only, claim.seq),
            ).fetchone()
            if row is None:
                return False
            connection.executemany(
                "INSERT INTO embedding SELECT ?1, ?2 WHERE EXISTS "
                "(SELECT 1 FROM chunk WHERE id = ?3) ON CONFLICT DO NOTHING",
                [(k, v.tobytes(), known) for k, v, known in zip(keys, vectors, ids, strict=True)],
            )
            connection.executemany(
                "UPDATE chunk SET embedding = ? WHERE id = ?", list(zip(keys, ids, strict=True))
            )
            generations.touch(connection, claim.matter_id)
            problem = " ".join(filter(None, (row["problem"], words_only))) or None
            end_items(
                connection, Outcome.READY, problem, None,
                where="document_id = ?", values=(claim.document_id,),
            )  # fmt: skip
        return True

    def fail(self, claim: Claim, problem: str, code: str, *, killed: bool = False) -> Status:
        """End the document with a reason; one that was killed once is tried again."""
        status = Status.FAILED
        if killed:
            status = Status.QUEUED if claim.attempts < MOST_ATTEMPTS else Status.QUARANTINED
        with self._db.write() as connection:
            done = connection.execute(
                "UPDATE document SET status = ?, problem = ?, code = ? "
                "WHERE seq = ? AND status = 'working'",
                (status, problem, code, claim.seq),
            )
            if done.rowcount and status is not Status.QUEUED:
                outcome = outcome_of_failure(code, quarantined=status is Status.QUARANTINED)
                end_items(
                    connection, outcome, problem, code,
                    where="document_id = ?", values=(claim.document_id,),
                )  # fmt: skip
        return status


def _add_family(connection: Any, claim: Claim, family: Family) -> None:
    """Promise each part as a document of its own, in the jobs that wait for this one."""
    if not family.parts:
        return
    path = connection.execute(
        "SELECT path FROM source WHERE document_id = ? ORDER BY seen_at DESC LIMIT 1",
        (claim.document_id,),
    ).fetchone()["path"]
    jobs = connection.execute(
        "SELECT DISTINCT job_id FROM job_item WHERE document_id = ? AND outcome IS NULL",
        (claim.document_id,),
    ).fetchall()
    for part, stored in family.parts:
        inside = path + INSIDE + part.name
        for job in [row["job_id"] for row in jobs] or [None]:
            offered = Offered(job, claim.matter_id, inside)
            name = part.name.rsplit("/", 1)[-1]
            receive(connection, FoundFile(offered, stored, name, WORKER, claim.document_id))
