"""Chunks and their vectors, read by id and scope."""

import json
from collections.abc import Iterator, Sequence

import numpy as np

from kb.domain import Chunk, ChunkId, DocumentId, MatterId, Scope
from kb.ports import Vectors
from kb.store.db import Database, Row
from kb.store.library import IN_SCOPE, scope_parameters, searchable


class Chunks:
    def __init__(self, database: Database) -> None:
        self._db = database

    def by_id(self, ids: Sequence[ChunkId], scope: Scope) -> dict[ChunkId, Chunk]:
        """Those of `ids` that this scope may read now; the others are simply absent."""
        rows = self._db.rows(
            "SELECT c.* FROM chunk c JOIN document d ON d.id = c.document_id "
            f"WHERE {IN_SCOPE} AND {searchable(scope)} "
            "AND c.id IN (SELECT value FROM json_each(?))",
            (*scope_parameters(scope), json.dumps(list(ids))),
        )
        return {ChunkId(row["id"]): _chunk(row) for row in rows}

    def count(self, matters: frozenset[MatterId]) -> int:
        row = self._db.row(
            "SELECT count(*) FROM chunk WHERE matter_id IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(matters)),),
        )
        return int(row[0]) if row else 0

    def spread(self, documents: frozenset[DocumentId], scope: Scope) -> dict[MatterId, int]:
        """How many chunks these documents have in each matter, as far as the scope reads them."""
        rows = self._db.rows(
            "SELECT d.matter_id, sum(d.chunks) FROM document d "
            f"WHERE {IN_SCOPE} AND d.id IN (SELECT value FROM json_each(?)) GROUP BY d.matter_id",
            (*scope_parameters(scope), json.dumps(sorted(documents))),
        )
        return {MatterId(row[0]): int(row[1]) for row in rows}

    def generation(self, matter: MatterId) -> int:
        """A number that grows with every change of what is searchable in the matter."""
        row = self._db.row("SELECT generation FROM matter WHERE id = ?", (matter,))
        return int(row[0]) if row else -1

    def vectors_of(self, matter: MatterId, *, superseded: bool) -> tuple[list[ChunkId], Vectors]:
        """All vectors of a matter: ids and a matrix of shape (n, dimensions)."""
        rows = self._db.rows(
            "SELECT c.id, e.vector FROM chunk c JOIN embedding e ON e.key = c.embedding "
            "JOIN document d ON d.id = c.document_id "
            "WHERE c.matter_id = ? AND (d.current OR ?) ORDER BY c.key",
            (matter, superseded),
        )
        ids = [ChunkId(row["id"]) for row in rows]
        flat = np.frombuffer(b"".join(row["vector"] for row in rows), dtype=np.float32)
        return ids, flat.reshape(len(ids), -1) if ids else np.zeros((0, 0), dtype=np.float32)

    def everything(self, *, batch: int) -> Iterator[tuple[list[ChunkId], Vectors, list[MatterId]]]:
        """Ids, vectors and matters of all chunks, in batches, for a rebuild of the index."""
        last = 0
        while rows := self._db.rows(
            "SELECT c.key, c.id, c.matter_id, e.vector FROM chunk c "
            "JOIN embedding e ON e.key = c.embedding WHERE c.key > ? ORDER BY c.key LIMIT ?",
            (last, batch),
        ):
            last = rows[-1]["key"]
            matrix = np.stack([np.frombuffer(row["vector"], dtype=np.float32) for row in rows])
            yield (
                [ChunkId(row["id"]) for row in rows],
                matrix,
                [MatterId(row["matter_id"]) for row in rows],
            )

    def ids(self) -> set[ChunkId]:
        """The chunks that have vectors."""
        return {
            ChunkId(row["id"])
            for row in self._db.rows("SELECT id FROM chunk WHERE embedding <> ''")
        }


def _chunk(row: Row) -> Chunk:
    return Chunk(
        id=ChunkId(row["id"]),
        document_id=DocumentId(row["document_id"]),
        ordinal=row["ordinal"],
        text=row["text"],
        heading=row["heading"],
        page_from=row["page_from"],
        page_to=row["page_to"],
        char_start=row["char_start"],
        char_end=row["char_end"],
    )
