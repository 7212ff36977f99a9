"""The queue is the document table: claim a row, take it one step on, end it; one transaction each.

A document is read first (`queued` → `working` → `words`: its words can be searched)
and embedded then (`words` → `ready`). What a worker holds is marked, so that no
other takes it; one owner works on a store at a time, so a mark found at its start
was left by an interrupted one.
"""

import threading
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from kb.domain import ChunkId, Fact, Status
from kb.ports import Vectors
from kb.store.changes import progress
from kb.store.changes.content import Parsed
from kb.store.changes.progress import Claim, Family
from kb.store.changes.quoted_history import mending, settling
from kb.store.database import Database
from kb.store.documents.sources import INSIDE
from kb.store.lexical.worded import Worded, language_of, worded_chunks
from kb.store.write_batches import Gone, Steps, in_batches
from kb.text.context import context_line, embedded_text

T = TypeVar("T")

MOST_ATTEMPTS = 2
"""A document whose parser had to be killed twice is set aside as quarantined."""
MOST_BESIDE = 300
"""How many documents of a matter are asked for the languages that another may be in."""

_GIVEN_BACK = (
    "UPDATE document SET held = 0, attempts = max(attempts - 1, 0), "
    "status = CASE status WHEN 'working' THEN 'queued' ELSE status END "
)
_LEFT = "(status = 'working' OR held)"
_TRIED_NOW = "status IN ('working', 'words') AND attempts > 1 AND (status = 'working' OR held)"
_INTERRUPTED = (
    "The program was ended twice while it read this, perhaps because of it. It was set aside: "
    "offer it again to have it tried once more."
)
_NOT_EMBEDDED = (
    "It is found by words alone: the program was ended twice while it was embedded, perhaps "
    "because of it. `kb reindex` tries again."
)


class Queue:
    def __init__(self, database: Database) -> None:
        self._db = database
        self.abandoned = threading.Event()
        """Set where the program ends at once: what is being written raises `Abandoned` soon."""

    def recover(self) -> int:
        """Take over what an owner held that was killed; how many documents.

        Such an attempt counts: what was interrupted so for the second time is set aside.
        """
        with self._db.write() as connection:
            left = connection.execute(
                f"SELECT seq, id, status, attempts FROM document WHERE {_LEFT}"
            ).fetchall()
            for row in left:
                if row["attempts"] < MOST_ATTEMPTS:
                    connection.execute(
                        "UPDATE document SET held = 0, status = CASE status WHEN 'working' "
                        "THEN 'queued' ELSE status END WHERE seq = ?",
                        (row["seq"],),
                    )
                elif row["status"] == Status.WORKING:
                    progress.end(
                        connection, row["seq"], Status.QUARANTINED, _INTERRUPTED, "interrupted"
                    )
                else:
                    progress.ready(connection, row["seq"], _NOT_EMBEDDED)
        return len(left)

    def mend(self) -> None:
        """Write the words anew of documents that were left with half of them."""
        for row in self._db.rows("SELECT document_id FROM unworded"):
            known = row["document_id"]
            noted = "SELECT 1 FROM unworded WHERE document_id = ?"

            def holds(connection: Any, known: str = known, noted: str = noted) -> bool:
                return connection.execute(noted, (known,)).fetchone() is not None

            with suppress(Gone):  # who was at it has ended it
                self._write(mending(known), holds)

    def give_back(self) -> None:
        """As if nothing that is held had been claimed: its owner ends in order."""
        with self._db.write() as connection:
            connection.execute(f"{_GIVEN_BACK} WHERE {_LEFT}")

    def release(self, claim: Claim) -> None:
        """Give a claim back, as if it had not been made: the store refused, not the document."""
        with self._db.write() as connection:
            connection.execute(
                _GIVEN_BACK + "WHERE seq = ?",
                (claim.seq,),
            )

    def claim_to_read(self, last: Collection[int] = ()) -> Claim | None:
        """The oldest queued document, now `working`, or None; those of `last` come last."""
        return self._claim("status = 'working'", "status = 'queued'", last)

    def claim_to_embed(self) -> Claim | None:
        """The oldest document that lacks its vectors, now held, or None."""
        return self._claim("held = 1", "status = 'words' AND NOT held")

    def _claim(self, change: str, condition: str, last: Collection[int] = ()) -> Claim | None:
        """Claim one; the attempt counts before the work begins.

        What was interrupted before comes after all others and with nothing beside it, so that
        it alone is to blame when that happens again.
        """
        fresh = f"SELECT seq FROM document WHERE {condition} AND attempts = 0 "
        fresh += f"AND NOT EXISTS (SELECT 1 FROM document WHERE {_TRIED_NOW}) "
        tried = f"SELECT seq FROM document WHERE {condition} AND attempts > 0 "
        alone = f"AND NOT EXISTS (SELECT 1 FROM document WHERE {_LEFT}) "
        order = f"ORDER BY status, attempts, seq IN ({','.join(map(str, last))}), seq LIMIT 1"
        for wanted in (fresh, tried + alone):
            if claim := self._claim_of(change, wanted + order):
                return claim
        return None

    def _claim_of(self, change: str, wanted: str) -> Claim | None:
        if self._db.row(wanted) is None:  # an idle worker must not write
            return None
        with self._db.write() as connection:
            row = connection.execute(
                f"UPDATE document SET {change}, attempts = attempts + 1 WHERE seq = ({wanted}) "
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

    def languages_beside(self, claim: Claim) -> tuple[str, ...]:
        """The languages of the newest other documents of its matter, most frequent first."""
        rows = self._db.rows(
            "SELECT f.value FROM (SELECT id FROM document WHERE matter_id = ?1 AND id <> ?2 "
            "AND status IN ('words', 'ready') ORDER BY seq DESC LIMIT ?3) d "
            "CROSS JOIN document_fact f ON f.document_id = d.id AND f.name = 'language' "
            "GROUP BY f.value ORDER BY count(*) DESC, f.value",
            (claim.matter_id, claim.document_id, MOST_BESIDE),
        )
        return tuple(row["value"] for row in rows)

    def words(self, claim: Claim, parsed: Parsed, family: Family) -> list[ChunkId] | None:
        """Make the document searchable by its words, and promise what is inside it.

        None when it was deleted meanwhile; else the chunks that went from other
        documents, since they only quote this one.
        """
        words = self._words(parsed)
        steps = progress.reading(claim, parsed, words, family)
        try:
            self._write(steps, _still(claim, Status.WORKING))
        except Gone:
            return None
        return self.settle(claim)

    def settle(self, claim: Claim) -> list[ChunkId]:
        """See to it that what this document quotes, or is quoted of it, is there once.

        The chunks that went. Doing it again does nothing.
        """
        return self._write(settling(claim.document_id))

    def _write(self, steps: Steps[T], holds: Callable[[Any], bool] = lambda _: True) -> T:
        return in_batches(self._db, steps, holds=holds, abandoned=self.abandoned)

    def _words(self, parsed: Parsed) -> Sequence[Worded]:
        """What its chunks are found by, in the language that a person has stated, if any."""
        read = language_of(parsed.facts)
        rows = self._db.rows(
            "SELECT value FROM document_fact WHERE document_id = ? AND name = 'language' "
            "AND by_person",
            (parsed.document_id,),
        )
        stated = [Fact("language", row["value"]) for row in rows]
        language = language_of(stated) if stated else read
        if language == read and len(parsed.words) == len(parsed.chunks):
            return parsed.words
        return worded_chunks(parsed.chunks, parsed.contexts, parsed.reading.pages, language)

    def texts(self, claim: Claim) -> tuple[list[ChunkId], list[str]]:
        """The chunks of a document that has words, and for each the text to embed."""
        rows = self._db.rows(
            "SELECT c.id, c.heading, c.text, d.title FROM chunk c "
            "JOIN document d ON d.id = c.document_id WHERE d.seq = ? ORDER BY c.ordinal",
            (claim.seq,),
        )
        texts = [embedded_text(context_line(r["title"], r["heading"]), r["text"]) for r in rows]
        return [ChunkId(row["id"]) for row in rows], texts

    def keep(
        self, claim: Claim, ids: Sequence[ChunkId], keys: Sequence[str], vectors: Vectors
    ) -> bool:
        """The vectors of some chunks, before all are made; False when it was deleted meanwhile."""
        steps = progress.embedding(list(zip(ids, keys, vectors, strict=True)))
        with suppress(Gone):
            self._write(steps, _still(claim, Status.WORDS))
            return True
        return False

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
        made = list(zip(ids, keys, vectors, strict=True))
        steps = progress.finishing(claim, made, words_only)
        with suppress(Gone):
            self._write(steps, _still(claim, Status.WORDS))
            return True
        return False

    def fail(self, claim: Claim, problem: str, code: str, *, killed: bool = False) -> Status:
        """End the document with a reason; one that was killed once is tried again."""
        status = Status.FAILED
        if killed:
            status = Status.QUEUED if claim.attempts < MOST_ATTEMPTS else Status.QUARANTINED
        with self._db.write() as connection:
            progress.end(connection, claim.seq, status, problem, code)
        return status


def _still(claim: Claim, status: Status) -> Callable[[Any], bool]:
    """Whether the document is there and where its claim has left it."""

    def holds(connection: Any) -> bool:
        there = "SELECT 1 FROM document WHERE seq = ? AND status = ?"
        return connection.execute(there, (claim.seq, status)).fetchone() is not None

    return holds
