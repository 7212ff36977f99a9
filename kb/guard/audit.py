"""What was shown to whom: who, when, which spans; never the text or the question itself."""

import hashlib
import json
from collections.abc import Iterable

from kb.domain import DocumentId, Passage, UserId
from kb.store.clock import now
from kb.store.database import Database

Shown = tuple[DocumentId, int, int]
"""A span of a document's canonical text: (document, first character, one past the last)."""


def shown_spans(passages: Iterable[Passage]) -> list[Shown]:
    """What is shown of passages: with what is told around them, and where else they stand."""
    return [
        (
            one.document.id,
            one.chunk.char_start - len(one.before),
            one.chunk.char_end + len(one.after),
        )
        for passage in passages
        for one in (passage, *passage.also_in)
    ]


class Audit:
    def __init__(self, database: Database) -> None:
        self._db = database

    def record(self, user: UserId, action: str, query: str, shown: Iterable[Shown]) -> None:
        """Append one entry. The query is kept as a hash, so that two can be told apart."""
        detail = {
            "query_sha256": hashlib.sha256(query.encode()).hexdigest(),
            "shown": [list(span) for span in shown],
        }
        with self._db.write() as connection:
            connection.execute(
                "INSERT INTO audit (at, user_id, action, detail) VALUES (?, ?, ?, ?)",
                (now(), user, action, json.dumps(detail)),
            )
