"""What is known of a document beside its row: pages, facts, changes; what people state."""

import json
from collections.abc import Sequence

from kb.domain import DocumentId, Fact, Page, Revision, RevisionKind, Scope, WordBox
from kb.errors import BadRequest, NotFound
from kb.store.database import Database, Row
from kb.store.documents.page_lines import lines_of
from kb.store.lexical.terms import reword
from kb.store.scope import IN_SCOPE, scope_parameters
from kb.text.normalization import folded, is_day


class Contents:
    """What is known about one document beside its row, read within a scope."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def pages(self, wanted: str, scope: Scope) -> list[Page]:
        """The pages of a document with their labels, none for a format that has none."""
        rows = self._db.rows(
            "SELECT p.* FROM page p JOIN document d ON d.id = p.document_id "
            f"WHERE {IN_SCOPE} AND d.id = ? ORDER BY p.number",
            (*scope_parameters(scope), wanted),
        )
        return [_page(row) for row in rows]

    def page(self, wanted: str, number: int, scope: Scope) -> Page:
        """One page, by its number from 1. Raises `NotFound`."""
        row = self._db.row(
            "SELECT p.* FROM page p JOIN document d ON d.id = p.document_id "
            f"WHERE {IN_SCOPE} AND d.id = ? AND p.number = ?",
            (*scope_parameters(scope), wanted, number),
        )
        if row is None:
            raise NotFound("page", f"{number} of {wanted}")
        return _page(row)

    def facts(self, wanted: str, scope: Scope) -> list[tuple[Fact, bool]]:
        """Facts, each with whether a person stated it."""
        rows = self._db.rows(
            "SELECT f.* FROM document_fact f JOIN document d ON d.id = f.document_id "
            f"WHERE {IN_SCOPE} AND d.id = ? ORDER BY f.name, f.value",
            (*scope_parameters(scope), wanted),
        )
        return [(_fact(row), bool(row["by_person"])) for row in rows]

    def values(
        self, documents: Sequence[DocumentId], name: str, scope: Scope
    ) -> dict[DocumentId, list[str]]:
        """The values of one fact, such as the parties, of those documents that have any."""
        found: dict[DocumentId, list[str]] = {}
        for row in self._db.rows(
            "SELECT f.document_id, f.value FROM document_fact f JOIN document d "
            f"ON d.id = f.document_id WHERE {IN_SCOPE} AND f.name = ?3 "
            "AND d.id IN (SELECT value FROM json_each(?4)) ORDER BY f.value",
            (*scope_parameters(scope), name, json.dumps(list(documents))),
        ):
            found.setdefault(DocumentId(row[0]), []).append(row[1])
        return found

    def fact_spans(
        self, documents: Sequence[DocumentId], names: Sequence[str], scope: Scope
    ) -> dict[DocumentId, list[Fact]]:
        """The facts of these names that have a span, in the order of each document's text."""
        found: dict[DocumentId, list[Fact]] = {}
        for row in self._db.rows(
            "SELECT f.* FROM document_fact f JOIN document d ON d.id = f.document_id "
            f"WHERE {IN_SCOPE} AND f.name IN (SELECT value FROM json_each(?3)) "
            "AND d.id IN (SELECT value FROM json_each(?4)) AND f.char_start IS NOT NULL "
            "ORDER BY f.char_start, f.name, f.value",
            (*scope_parameters(scope), json.dumps(list(names)), json.dumps(list(documents))),
        ):
            found.setdefault(DocumentId(row["document_id"]), []).append(_fact(row))
        return found

    def state(self, wanted: str, name: str, values: Sequence[str], scope: Scope) -> None:
        """Put a person's values in the place of what was read. Raises `NotFound`, `BadRequest`.

        No values take the fact away. A title is one value; words are searched under it and
        by the stated language at once, vectors are made of a title at the next `kb reindex`.
        """
        kept = list(dict.fromkeys(" ".join(value.split()) for value in values if value.strip()))
        if any(len(value) > 300 for value in kept):
            raise BadRequest("A fact has at most 300 characters.")
        if name == "title" and len(kept) != 1:
            raise BadRequest("A document has one title. State one.")
        if name == "date" and not all(map(is_day, kept)):
            raise BadRequest("A date is a day written as 2024-03-01. State it so.")
        with self._db.write() as connection:
            there = connection.execute(
                f"SELECT 1 FROM document d WHERE {IN_SCOPE} AND d.id = ?",
                (*scope_parameters(scope), wanted),
            ).fetchone()
            if there is None:
                raise NotFound("document", wanted)
            connection.execute(
                "DELETE FROM document_fact WHERE document_id = ? AND name = ?", (wanted, name)
            )
            connection.executemany(
                "INSERT INTO document_fact (document_id, name, value, by_person, folded) "
                "VALUES (?, ?, ?, 1, ?)",
                [(wanted, name, value, folded(name, value)) for value in kept],
            )
            if name == "title":
                connection.execute("UPDATE document SET title = ? WHERE id = ?", (kept[0], wanted))
            if name in ("title", "language"):
                connection.execute("INSERT OR IGNORE INTO unworded VALUES (?)", (wanted,))
        if name in ("title", "language"):
            reword(self._db, wanted)

    def changes(
        self, scope: Scope, *, holding: str, limit: int = 200
    ) -> list[tuple[DocumentId, Revision]]:
        """Changes and comments of all documents that hold a phrase or are of an author."""
        rows = self._db.rows(
            "SELECT r.* FROM revision r JOIN document d ON d.id = r.document_id "
            f"WHERE {IN_SCOPE} AND (d.current OR ?3) AND "
            "instr(lower(r.text || ' ' || r.author), lower(?4)) ORDER BY d.seq, r.ordinal LIMIT ?5",
            (*scope_parameters(scope), scope.superseded, holding, limit),
        )
        return [(DocumentId(row["document_id"]), _revision(row)) for row in rows]

    def revisions(self, wanted: str, scope: Scope, *, holding: str = "") -> list[Revision]:
        """Tracked changes and comments in the order of the text, or those that hold a phrase."""
        rows = self._db.rows(
            "SELECT r.* FROM revision r JOIN document d ON d.id = r.document_id "
            f"WHERE {IN_SCOPE} AND d.id = ?3 AND (?4 = '' OR "
            "instr(lower(r.text || ' ' || r.author), lower(?4))) ORDER BY r.ordinal",
            (*scope_parameters(scope), wanted, holding),
        )
        return [_revision(row) for row in rows]

    def changes_within(
        self, wanted: str, span: tuple[int, int], scope: Scope, *, limit: int = 20
    ) -> tuple[Revision, ...]:
        """What was inserted into a span of the text, or deleted in it or at its edges."""
        rows = self._db.rows(
            "SELECT r.* FROM revision r JOIN document d ON d.id = r.document_id "
            f"WHERE {IN_SCOPE} AND d.id = ?3 AND r.kind <> 'comment' "
            "AND r.char_start <= ?5 AND r.char_end >= ?4 "
            "AND (r.kind = 'deletion' OR r.char_start < ?5 AND r.char_end > ?4) "
            "ORDER BY r.ordinal LIMIT ?6",
            (*scope_parameters(scope), wanted, *span, limit),
        )
        return tuple(map(_revision, rows))

    def same_mail(self, wanted: str, scope: Scope) -> list[DocumentId]:
        """Other documents of the matter that are the same message."""
        return self._related(wanted, scope, "message-id", "message-id")

    def thread(self, wanted: str, scope: Scope) -> list[DocumentId]:
        """Messages that this one answers, that answer it, or that answer the same."""
        found = dict.fromkeys(self._related(wanted, scope, "reply-to", "message-id"))
        found.update(dict.fromkeys(self._related(wanted, scope, "message-id", "reply-to")))
        found.update(dict.fromkeys(self._related(wanted, scope, "reply-to", "reply-to")))
        return list(found)

    def _related(self, wanted: str, scope: Scope, mine: str, theirs: str) -> list[DocumentId]:
        rows = self._db.rows(
            "SELECT DISTINCT d.id FROM document_fact m JOIN document me ON me.id = m.document_id "
            "JOIN document_fact t ON t.value = m.value AND t.name = ?5 "
            "JOIN document d ON d.id = t.document_id AND d.matter_id = me.matter_id "
            f"WHERE {IN_SCOPE} AND m.document_id = ?3 AND m.name = ?4 AND d.id <> ?3 "
            "ORDER BY d.seq",
            (*scope_parameters(scope), wanted, mine, theirs),
        )
        return [DocumentId(row["id"]) for row in rows]


def _fact(row: Row) -> Fact:
    return Fact(row["name"], row["value"], row["char_start"], row["char_end"])


def _page(row: Row) -> Page:
    return Page(
        row["number"],
        row["char_start"],
        row["char_end"],
        bool(row["needs_ocr"]),
        row["label"],
        tuple(WordBox(*box) for box in json.loads(row["words"] or "[]")),
        lines_of(row["lines"], row["char_start"]),
        row["printed"],
    )


def _revision(row: Row) -> Revision:
    return Revision(
        RevisionKind(row["kind"]),
        row["author"],
        row["date"],
        row["char_start"],
        row["char_end"],
        row["text"],
    )
