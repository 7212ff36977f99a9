"""What one step of a document writes: it is read, it is embedded, or it ends with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kb.domain import ChunkId, DocumentId, MatterId, Part, Status, UserId
from kb.domain.jobs import Offered, Outcome, outcome_of_failure
from kb.ports import Vectors
from kb.store import generations
from kb.store.blobs import StoredFile
from kb.store.changes.content import Parsed, adding
from kb.store.changes.removal import ROWS
from kb.store.documents.sources import INSIDE, FoundFile, receive
from kb.store.jobs.outcomes import end_items
from kb.store.lexical.worded import Worded
from kb.store.vectors.embeddings import drop_unused
from kb.store.write_batches import Steps

WORKER = UserId("worker")
"""Who adds what is found inside mails and archives."""


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


def end(connection: Any, seq: int, status: Status, problem: str, code: str) -> None:
    """End a document that was being read, and in the jobs that wait for it."""
    row = connection.execute(
        "UPDATE document SET status = ?, problem = ?, code = ? "
        "WHERE seq = ? AND status = 'working' RETURNING id",
        (status, problem, code, seq),
    ).fetchone()
    if row and status is not Status.QUEUED:
        outcome = outcome_of_failure(code, quarantined=status is Status.QUARANTINED)
        end_items(
            connection, outcome, problem, code,
            where="document_id = ?", values=(row["id"],),
        )  # fmt: skip


def ready(connection: Any, seq: int, words_only: str | None) -> None:
    """A document is all that it will be; `words_only` says why some of it has no vectors."""
    row = connection.execute(
        "UPDATE document SET status = 'ready', held = 0, attempts = 0, words_only = ? "
        "WHERE seq = ? RETURNING id, matter_id, problem",
        (words_only, seq),
    ).fetchone()
    generations.touch(connection, row["matter_id"])
    problem = " ".join(filter(None, (row["problem"], words_only))) or None
    end_items(
        connection, Outcome.READY, problem, None, where="document_id = ?", values=(row["id"],)
    )


def embedding(made: Sequence[tuple[ChunkId, str, Vectors]]) -> Steps[None]:
    """Vectors, each with its chunk's id and its key; nothing is searched by them yet."""
    connection = yield
    for first in range(0, len(made), ROWS):
        some = made[first : first + ROWS]
        connection.executemany(
            "INSERT INTO embedding SELECT ?1, ?2 WHERE EXISTS "
            "(SELECT 1 FROM chunk WHERE id = ?3) ON CONFLICT DO NOTHING",
            [(key, vector.tobytes(), known) for known, key, vector in some],
        )
        for known, key, _ in some:
            before = connection.execute(
                "SELECT embedding FROM chunk WHERE id = ? AND embedding NOT IN ('', ?)",
                (known, key),
            ).fetchall()
            connection.execute("UPDATE chunk SET embedding = ? WHERE id = ?", (key, known))
            drop_unused(connection, [row["embedding"] for row in before])
        connection = yield


def finishing(
    claim: Claim, made: Sequence[tuple[ChunkId, str, Vectors]], words_only: str | None
) -> Steps[None]:
    """The last vectors of a document, which is searched by all of them from then on."""
    yield from embedding(made)
    connection = yield
    ready(connection, claim.seq, words_only)


def reading(claim: Claim, parsed: Parsed, words: Sequence[Worded], family: Family) -> Steps[None]:
    """All that a document's reading gives; it is searchable from the last step on."""
    yield from adding(claim.matter_id, parsed, words)
    yield from _adding_family(claim, family)
    connection = yield
    connection.execute(
        "UPDATE document SET status = ?, attempts = 0, title = ?, media_type = ?, pages = ?, "
        "chunks = ?, problem = ?, code = NULL, read_s = ?, ocr_s = ? WHERE seq = ?",
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
    )
    generations.touch(connection, claim.matter_id)


def _adding_family(claim: Claim, family: Family) -> Steps[None]:
    """Promise each part as a document of its own, in the jobs that wait for this one.

    Promising it twice is promising it once, so an interrupted one is begun again.
    """
    connection = yield
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
            connection = yield
