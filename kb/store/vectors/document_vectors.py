"""Whole documents seen as one: their chunks with vectors, their mean vectors, their doubles."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from kb.domain import Chunk, DocumentId, Scope
from kb.ports import Vectors
from kb.store.database import Database
from kb.store.documents.chunks import chunk_of
from kb.store.scope import IN_SCOPE, scope_parameters, searchable


class Portraits:
    def __init__(self, database: Database) -> None:
        self._db = database

    def chunks(self, document: DocumentId, scope: Scope) -> list[tuple[Chunk, Vectors | None]]:
        """A document's own chunks in order with their vectors, None where there is none yet.

        Quoted history below a reply is left out, unless there is nothing else.
        """
        rows = self._db.rows(
            "SELECT c.*, e.vector FROM chunk c JOIN document d ON d.id = c.document_id "
            f"LEFT JOIN embedding e ON e.key = c.embedding WHERE {IN_SCOPE} "
            f"AND {searchable(replace(scope, superseded=True))} AND d.id = ? ORDER BY c.ordinal",
            (*scope_parameters(scope), document),
        )
        rows = [row for row in rows if not row["quoted"]] or rows
        return [
            (chunk_of(row), np.frombuffer(row["vector"], np.float32) if row["vector"] else None)
            for row in rows
        ]

    def means(self, documents: Sequence[DocumentId], scope: Scope) -> dict[DocumentId, Vectors]:
        """Unit mean vectors; a document without vectors is absent."""
        found: dict[DocumentId, Vectors] = {}
        for document in documents:
            mean = mean_of(vector for _, vector in self.chunks(document, scope))
            if mean is not None:
                found[document] = mean
        return found

    def doubles(self, document: DocumentId, scope: Scope) -> frozenset[DocumentId]:
        """The document, all versions of its paths, copies of its bytes, copies of its message."""
        rows = self._db.rows(
            "SELECT d.id FROM document d JOIN document me ON me.id = ?3 "
            f"WHERE {IN_SCOPE} AND (d.id = ?3 OR d.sha256 = me.sha256 "
            "OR d.id IN (SELECT s.document_id FROM source s JOIN source mine "
            "ON mine.matter_id = s.matter_id AND mine.path = s.path WHERE mine.document_id = ?3) "
            "OR d.id IN (SELECT f.document_id FROM document_fact f JOIN document_fact mine "
            "ON mine.name = f.name AND mine.value = f.value "
            "WHERE mine.document_id = ?3 AND mine.name = 'message-id'))",
            (*scope_parameters(scope), document),
        )
        return frozenset(DocumentId(row["id"]) for row in rows)

    def texts(self, documents: Iterable[DocumentId], scope: Scope) -> dict[DocumentId, str]:
        """The canonical texts of those that the scope may read."""
        rows = self._db.rows(
            "SELECT d.id, c.text FROM content c JOIN document d ON d.id = c.document_id "
            f"WHERE {IN_SCOPE} AND d.id IN (SELECT value FROM json_each(?))",
            (*scope_parameters(scope), json.dumps(sorted(documents))),
        )
        return {DocumentId(row["id"]): row["text"] for row in rows}


def mean_of(vectors: Iterable[Vectors | None]) -> Vectors | None:
    """Their mean, of unit length; None where there are none, or they cancel out."""
    there = [vector for vector in vectors if vector is not None]
    if not there:
        return None
    mean = np.mean(np.stack(there), axis=0, dtype=np.float32)
    length = float(np.linalg.norm(mean))
    return np.asarray(mean / length, dtype=np.float32) if length > 0 else None
