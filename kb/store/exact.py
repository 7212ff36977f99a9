"""Exact nearest neighbours over the vectors in SQLite: one matrix a matter, kept as it is."""

from collections import OrderedDict
from threading import Lock

import numpy as np

from kb.domain import ChunkId, DocumentId, MatterId, Scope
from kb.ports import Vectors
from kb.store.chunks import Chunks

MOST_VECTORS_KEPT = 400_000
"""About 600 MB at 384 dimensions; the matters asked about least recently go first."""


class ExactVectors:
    """What lies outside the scope cannot change a result in it, not even an order."""

    def __init__(self, chunks: Chunks) -> None:
        self._chunks = chunks
        self._kept: OrderedDict[tuple[MatterId, bool], tuple[int, list[ChunkId], Vectors]] = (
            OrderedDict()
        )
        self._lock = Lock()

    def search(
        self,
        vector: Vectors,
        scope: Scope,
        limit: int,
        *,
        within: frozenset[DocumentId] | None = None,
    ) -> list[tuple[ChunkId, float]]:
        """The `limit` nearest readable chunks by cosine, best first, ties by id.

        `within` leaves only the chunks of these documents.
        """
        found: list[tuple[ChunkId, float]] = []
        for matter in sorted(scope.matters):
            ids, matrix = self._matrix(matter, scope.superseded)
            if not ids:
                continue
            cosine = matrix @ vector
            if scope.walled:
                hidden = [document_of(chunk_id) in scope.walled for chunk_id in ids]
                cosine = np.where(hidden, -np.inf, cosine)
            if within is not None:
                meant = [document_of(chunk_id) in within for chunk_id in ids]
                cosine = np.where(meant, cosine, -np.inf)
            best = np.argpartition(-cosine, min(limit, len(ids)) - 1)[:limit]
            found.extend((ids[i], float(cosine[i])) for i in best if np.isfinite(cosine[i]))
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:limit]

    def _matrix(self, matter: MatterId, superseded: bool) -> tuple[list[ChunkId], Vectors]:
        generation = self._chunks.generation(matter)
        with self._lock:
            kept = self._kept.get((matter, superseded))
            if kept and kept[0] == generation:
                self._kept.move_to_end((matter, superseded))
                return kept[1], kept[2]
        ids, matrix = self._chunks.vectors_of(matter, superseded=superseded)
        with self._lock:
            self._kept[matter, superseded] = (generation, ids, matrix)
            self._kept.move_to_end((matter, superseded))
            while len(self._kept) > 1 and self._size() > MOST_VECTORS_KEPT:
                self._kept.popitem(last=False)
        return ids, matrix

    def _size(self) -> int:
        return sum(len(ids) for _, ids, _ in self._kept.values())


def document_of(chunk_id: ChunkId) -> DocumentId:
    """A chunk's id is its document's and a number."""
    return DocumentId(chunk_id.rsplit("-", 1)[0])
