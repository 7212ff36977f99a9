"""Matters, documents and their sources: what is known, read only through a scope."""

import json
from collections.abc import Sequence

from kb.domain import (
    SEARCHABLE,
    Document,
    DocumentId,
    Matter,
    MatterId,
    Scope,
    Status,
)
from kb.domain.keys import matter_key
from kb.errors import Ambiguous, BadRequest, NotFound
from kb.store.clock import now
from kb.store.database import Database, Row
from kb.store.scope import IN_SCOPE, scope_parameters

_DOCUMENT = """
    SELECT d.*, m.name AS matter,
        (SELECT code FROM damaged_original o WHERE o.sha256 = d.sha256) AS damage,
        coalesce((SELECT path FROM source s WHERE s.document_id = d.id
                  ORDER BY s.parent IS NOT NULL, s.seen_at, s.path LIMIT 1), d.name) AS path
    FROM document d JOIN matter m ON m.id = d.matter_id
"""

LONGEST_NAME = 200
"""Characters of a matter's name."""


class Library:
    """Safe to share between threads. Every read takes a `Scope` and sees nothing outside it."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def all_matter_ids(self) -> frozenset[MatterId]:
        """For `kb.guard.access`, which decides what of it a person may see."""
        return frozenset(MatterId(row["id"]) for row in self._db.rows("SELECT id FROM matter"))

    def matters(self, scope: Scope) -> list[Matter]:
        rows = self._db.rows(
            "SELECT * FROM matter WHERE id IN (SELECT value FROM json_each(?)) ORDER BY name",
            scope_parameters(scope)[:1],
        )
        return [Matter(MatterId(r["id"]), r["name"], r["client"], r["opened"]) for r in rows]

    def add_matter(self, name: str, client: str = "") -> Matter:
        """The matter of that name, made when it is not there. Raises `BadRequest` without one."""
        name = " ".join(name.split())
        if not name or len(name) > LONGEST_NAME:
            raise BadRequest(f"A matter needs a name of 1 to {LONGEST_NAME} characters.")
        with self._db.write() as connection:
            connection.execute(
                "INSERT INTO matter (id, name, client, opened) VALUES (?, ?, ?, ?) "
                "ON CONFLICT DO UPDATE SET client = CASE excluded.client WHEN '' "
                "THEN client ELSE excluded.client END",
                (matter_key(name), name, client, now()),
            )
        row = self._db.rows("SELECT * FROM matter WHERE id = ?", (matter_key(name),))[0]
        return Matter(MatterId(row["id"]), row["name"], row["client"], row["opened"])

    def documents(
        self, scope: Scope, *, limit: int = 100, after: str = "", status: str | None = None
    ) -> list[Document]:
        """Newest first; `after` is the id of the last one already seen."""
        rows = self._db.rows(
            _DOCUMENT + f"WHERE {IN_SCOPE} AND (?3 IS NULL OR d.status = ?3) AND (?4 = '' OR "
            "d.seq < (SELECT o.seq FROM document o WHERE o.id = ?4 AND o.matter_id IN "
            "(SELECT value FROM json_each(?1)) AND o.id NOT IN (SELECT value FROM json_each(?2))))"
            " AND (d.current OR ?6) "
            "ORDER BY d.seq DESC LIMIT ?5",
            (*scope_parameters(scope), status, after, limit, scope.superseded),
        )
        return [_document(row) for row in rows]

    def counts(self, scope: Scope) -> dict[str, int]:
        """Documents by status."""
        rows = self._db.rows(
            f"SELECT status, count(*) FROM document d WHERE {IN_SCOPE} GROUP BY status",
            scope_parameters(scope),
        )
        return {row[0]: row[1] for row in rows}

    def words_only(self, scope: Scope) -> int:
        """Documents of which some or all is found by words alone, since no model can read it."""
        row = self._db.row(
            f"SELECT count(*) FROM document d WHERE {IN_SCOPE} AND d.words_only IS NOT NULL "
            "AND (d.current OR ?3)",
            (*scope_parameters(scope), scope.superseded),
        )
        return int(row[0]) if row else 0

    def document(self, wanted: str, scope: Scope) -> Document:
        """By id. Raises `NotFound`, also for one outside the scope."""
        found = self.documents_by_id([wanted], scope)
        if not found:
            raise NotFound("document", wanted)
        return found[DocumentId(wanted)]

    def documents_by_id(self, wanted: Sequence[str], scope: Scope) -> dict[DocumentId, Document]:
        rows = self._db.rows(
            _DOCUMENT + f"WHERE {IN_SCOPE} AND d.id IN (SELECT value FROM json_each(?))",
            (*scope_parameters(scope), json.dumps(list(wanted))),
        )
        return {DocumentId(row["id"]): _document(row) for row in rows}

    def find(self, wanted: str, scope: Scope) -> Document:
        """By id, else by a path or the end of one, else by name: the newest version of each.

        Raises `NotFound`, `Ambiguous`.
        """
        rows = self._db.rows(
            _DOCUMENT + f"WHERE {IN_SCOPE} AND (d.id = ?3 OR d.name = ?3 OR EXISTS (SELECT 1 "
            "FROM source s WHERE s.document_id = d.id AND (s.path = ?3 OR "
            "substr(s.path, -length(?3) - 1) = '/' || ?3))) ORDER BY d.seq",
            (*scope_parameters(scope), wanted),
        )
        if not rows:
            raise NotFound("document", wanted)
        exact = [row for row in rows if wanted in (row["id"], row["path"])] or rows
        exact = [row for row in exact if row["current"]] or exact
        if len(exact) > 1:
            raise Ambiguous(wanted, [f"{row['id']}  {row['path']}" for row in exact])
        return _document(exact[0])

    def text(self, wanted: str, scope: Scope) -> str:
        """The canonical text that every span indexes. Raises `NotFound` until it is parsed."""
        row = self._db.row(
            "SELECT c.text FROM content c JOIN document d ON d.id = c.document_id "
            f"WHERE {IN_SCOPE} AND d.id = ? AND d.status IN (?, ?)",
            (*scope_parameters(scope), wanted, *SEARCHABLE),
        )
        if row is None:
            raise NotFound("text of document", wanted)
        return str(row["text"])


def _document(row: Row) -> Document:
    return Document(
        id=DocumentId(row["id"]),
        matter_id=MatterId(row["matter_id"]),
        name=row["name"],
        media_type=row["media_type"],
        sha256=row["sha256"],
        size=row["size"],
        status=Status(row["status"]),
        matter=row["matter"],
        path=row["path"],
        title=row["title"],
        pages=row["pages"],
        chunks=row["chunks"],
        problem=" ".join(filter(None, (row["problem"], row["words_only"]))) or None,
        code=row["code"],
        added_at=row["added_at"],
        current=bool(row["current"]),
        damage=row["damage"],
    )
