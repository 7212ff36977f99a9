"""Chunks and their vectors, read by id and scope."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from kb.domain import (
    Chunk,
    ChunkId,
    DocumentId,
    MatterId,
    Opinion,
    OpinionPart,
    OpinionSpan,
    Scope,
)
from kb.ports import Vectors
from kb.store.database import Database, Row
from kb.store.scope import IN_SCOPE, scope_parameters, searchable


@dataclass(frozen=True, slots=True)
class Ready:
    """The documents of one matter that have vectors: their ids, their stamps, if they are current.

    A stamp is a number of chance that changes whenever a vector of the document does.
    """

    ids: Sequence[DocumentId]
    stamps: NDArray[np.int64]
    current: NDArray[np.bool_]


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
        return {ChunkId(row["id"]): chunk_of(row) for row in rows}

    def counted(
        self, wanted: Sequence[tuple[DocumentId, int]], scope: Scope
    ) -> dict[tuple[DocumentId, int], Chunk]:
        """The n-th chunks of documents, n counted from 0 over those that there are.

        Those that this scope may not read now are absent.
        """
        pairs = json.dumps([[known, number] for known, number in wanted])
        rows = self._db.rows(
            "SELECT n.number, c.* FROM (SELECT key, row_number() OVER "
            "(PARTITION BY document_id ORDER BY ordinal) - 1 AS number, document_id FROM chunk "
            "WHERE document_id IN (SELECT value ->> 0 FROM json_each(?3))) n "
            "JOIN json_each(?3) w ON n.document_id = w.value ->> 0 AND n.number = w.value ->> 1 "
            # crossed, or every document of the scope is looked at first
            "CROSS JOIN chunk c ON c.key = n.key CROSS JOIN document d ON d.id = c.document_id "
            f"WHERE {IN_SCOPE} AND {searchable(scope)}",
            (*scope_parameters(scope), pairs),
        )
        return {(DocumentId(row["document_id"]), row["number"]): chunk_of(row) for row in rows}

    def of_parts(
        self, documents: Collection[DocumentId], parts: Collection[OpinionPart], scope: Scope
    ) -> list[Chunk]:
        """The chunks of these documents that are of these parts of an opinion, in their order.

        Of documents that were read before parts were told there are none.
        """
        rows = self._db.rows(
            "SELECT c.* FROM json_each(?3) j CROSS JOIN chunk c ON c.document_id = j.value "
            "JOIN document d ON d.id = c.document_id "
            f"WHERE {IN_SCOPE} AND {searchable(scope)} "
            "AND c.opinion IN (SELECT value FROM json_each(?4)) ORDER BY j.key, c.ordinal",
            (*scope_parameters(scope), json.dumps(sorted(documents)), json.dumps(sorted(parts))),
        )
        return [chunk_of(row) for row in rows]

    def opinion_spans(self, document: DocumentId, scope: Scope) -> list[OpinionSpan]:
        """The parts of an opinion, from its first chunk to its last each; none for others."""
        rows = self._db.rows(
            "SELECT c.opinion, c.opinion_by, c.char_start, c.char_end FROM chunk c "
            "JOIN document d ON d.id = c.document_id "
            f"WHERE {IN_SCOPE} AND d.id = ?3 ORDER BY c.ordinal",
            (*scope_parameters(scope), document),
        )
        found: list[OpinionSpan] = []
        for opinion, one in groupby(rows, _opinion):
            chunks = list(one)
            if opinion:
                start, end = chunks[0]["char_start"], chunks[-1]["char_end"]
                found.append(OpinionSpan(opinion, start, end))
        return found

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

    def generations(self, matters: frozenset[MatterId] | None) -> dict[MatterId, int]:
        """For each of these matters, or all: a number that grows with every change of what is
        searchable in it."""
        rows = self._db.rows(
            "SELECT id, generation FROM matter "
            "WHERE ?1 IS NULL OR id IN (SELECT value FROM json_each(?1))",
            (None if matters is None else json.dumps(sorted(matters)),),
        )
        return {MatterId(row[0]): int(row[1]) for row in rows}

    def ready(self, matter: MatterId) -> Ready:
        """The documents of a matter that have their vectors."""
        rows = self._db.rows(
            "SELECT id, stamp, current FROM document WHERE matter_id = ? AND status = 'ready' "
            "ORDER BY seq",
            (matter,),
        )
        return Ready(
            [DocumentId(row[0]) for row in rows],
            np.array([row[1] for row in rows], dtype=np.int64),
            np.array([row[2] for row in rows], dtype=np.bool_),
        )

    def stamps(self, documents: Collection[DocumentId]) -> dict[MatterId, list[int]]:
        """The stamps of these documents, by matter."""
        found: dict[MatterId, list[int]] = {}
        for row in self._db.rows(
            "SELECT matter_id, stamp FROM document WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(documents)),),
        ):
            found.setdefault(MatterId(row[0]), []).append(int(row[1]))
        return found

    def vectors_of(
        self, documents: Sequence[DocumentId], *, dimensions: int
    ) -> tuple[Sequence[int], NDArray[np.int64], Vectors]:
        """The chunks of these documents, in their order and that of the text.

        How many each document has, the chunks' keys and a matrix of shape (n, dimensions);
        what has vectors of another length is left out.
        """
        rows = self._db.rows(
            "SELECT j.key AS place, c.key, e.vector FROM json_each(?1) j "
            "CROSS JOIN chunk c ON c.document_id = j.value JOIN embedding e ON e.key = c.embedding "
            "WHERE length(e.vector) = ?2 ORDER BY j.key, c.ordinal",
            (json.dumps(list(documents)), 4 * dimensions),
        )
        flat = np.frombuffer(b"".join(row[2] for row in rows), dtype=np.float32)
        counts = np.bincount([row[0] for row in rows], minlength=len(documents)).tolist()
        keys = np.array([row[1] for row in rows], dtype=np.int64)
        return counts, keys, flat.reshape(len(rows), dimensions)

    def keys(self, ids: Sequence[ChunkId]) -> list[int]:
        rows = self._db.rows(
            "SELECT key FROM chunk WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
        return [int(row[0]) for row in rows]

    def numbered(self, ids: Sequence[ChunkId]) -> dict[ChunkId, int]:
        """The keys of chunks by their ids."""
        rows = self._db.rows(
            "SELECT id, key FROM chunk WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
        return {ChunkId(row[0]): int(row[1]) for row in rows}

    def openings(
        self, documents: Sequence[DocumentId], scope: Scope, *, first: int
    ) -> list[tuple[int, DocumentId]]:
        """The keys of the first chunks of each of these documents that the scope reads."""
        rows = self._db.rows(
            "SELECT c.key, c.document_id FROM chunk c JOIN document d ON d.id = c.document_id "
            f"WHERE {IN_SCOPE} AND c.ordinal < ?3 "
            "AND c.document_id IN (SELECT value FROM json_each(?4))",
            (*scope_parameters(scope), first, json.dumps(list(documents))),
        )
        return [(int(row[0]), DocumentId(row[1])) for row in rows]

    def holding(
        self, spans: Mapping[DocumentId, Sequence[tuple[int, int]]], scope: Scope
    ) -> list[Chunk]:
        """The chunks in which these stretches of their documents begin, in order, each once."""
        starts = [[known, start] for known, those in spans.items() for start, _ in those]
        rows = self._db.rows(
            "SELECT DISTINCT c.* FROM json_each(?3) j JOIN chunk c ON "
            "c.document_id = j.value ->> 0 AND c.char_start <= j.value ->> 1 "
            "AND c.char_end > j.value ->> 1 JOIN document d ON d.id = c.document_id "
            f"WHERE {IN_SCOPE} AND {searchable(scope)} ORDER BY c.key",
            (*scope_parameters(scope), json.dumps(starts)),
        )
        return [chunk_of(row) for row in rows]

    def measured(
        self, keys: Sequence[int], vector: Vectors, scope: Scope
    ) -> list[tuple[ChunkId, float]]:
        """Those of these chunks that the scope may read now, with their cosine, best first.

        Ties go by id.
        """
        found = [(known, one[0]) for known, one in self.cosines(keys, [vector], scope).items()]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))

    def cosines(
        self, keys: Sequence[int], vectors: Sequence[Vectors], scope: Scope
    ) -> dict[ChunkId, tuple[float, ...]]:
        """For those of these chunks that the scope may read now: their cosines with each vector.

        A cosine depends on the two vectors alone, to the last bit.
        """
        length = len(vectors[0])
        rows = self._db.rows(
            "SELECT c.id, e.vector FROM json_each(?3) j CROSS JOIN chunk c ON c.key = j.value "
            "JOIN embedding e ON e.key = c.embedding JOIN document d ON d.id = c.document_id "
            f"WHERE {IN_SCOPE} AND {searchable(scope)} AND length(e.vector) = ?4",
            (*scope_parameters(scope), json.dumps(list(keys)), 4 * length),
        )
        flat = np.frombuffer(b"".join(row[1] for row in rows), dtype=np.float32)
        there = flat.reshape(len(rows), length).astype(np.float64)
        columns = [(there * vector.astype(np.float64)).sum(axis=1).tolist() for vector in vectors]
        return dict(zip((ChunkId(row[0]) for row in rows), zip(*columns, strict=True), strict=True))

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


def document_of(chunk_id: ChunkId) -> DocumentId:
    """A chunk's id is its document's and a number."""
    return DocumentId(chunk_id.rsplit("-", 1)[0])


def chunk_of(row: Row) -> Chunk:
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
        opinion=_opinion(row),
    )


def _opinion(row: Row) -> Opinion | None:
    return Opinion(OpinionPart(row["opinion"]), row["opinion_by"]) if row["opinion"] else None
