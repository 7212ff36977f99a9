"""What was shown to whom: who, when, which spans; never the text or the question itself."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kb.domain import Document, DocumentId, MatterId, Passage, UserId
from kb.store.clock import now
from kb.store.database import Database

Shown = tuple[DocumentId, int, int]
"""A span of a document's canonical text: (document, first character, one past the last)."""


@dataclass(frozen=True, slots=True)
class Handled:
    """What was done with one document. `page` counts from 1; 0 where it was no page."""

    action: str
    document: DocumentId
    matter: MatterId
    shown: tuple[Shown, ...] = ()
    page: int = 0

    @classmethod
    def of(
        cls, action: str, document: Document, span: tuple[int, int] | None = None, page: int = 0
    ) -> "Handled":
        """`span` is what was shown of its canonical text."""
        shown = () if span is None else ((document.id, *span),)
        return cls(action, document.id, document.matter_id, shown, page)


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
    """Each entry is one transaction; what raises here was not recorded and must not be shown."""

    def __init__(self, trail: Database) -> None:
        """`trail` is of `kb.store.schema.trail`, and closed with this."""
        self._db = trail

    def record(self, user: UserId, action: str, query: str, shown: Iterable[Shown]) -> None:
        """Append one entry. The query is kept as a hash, so that two can be told apart.

        Raises `StoreProblem` when it cannot be written.
        """
        detail = {
            "query_sha256": hashlib.sha256(query.encode()).hexdigest(),
            "shown": [list(span) for span in shown],
        }
        self._append(user, action, detail)

    def record_document(self, user: UserId, handled: Handled) -> None:
        """Append one entry on a document by itself. Raises as `record`."""
        detail: dict[str, object] = {"document": handled.document, "matter": handled.matter}
        if handled.page:
            detail["page"] = handled.page
        detail["shown"] = [list(span) for span in handled.shown]
        self._append(user, handled.action, detail)

    def unwritable(self) -> str | None:
        """As `Database.unwritable`."""
        return self._db.unwritable()

    def faults(self) -> list[str]:
        """What is wrong with its file; empty when it is sound."""
        return self._db.faults()

    def close(self) -> None:
        self._db.close()

    def _append(self, user: UserId, action: str, detail: Mapping[str, object]) -> None:
        with self._db.write() as connection:
            connection.execute(
                "INSERT INTO audit (at, user_id, action, detail) VALUES (?, ?, ?, ?)",
                (now(), user, action, json.dumps(detail)),
            )
