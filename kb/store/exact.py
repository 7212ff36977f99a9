"""Exact nearest neighbours in a scope: bytes say who can be near, SQLite says who is.

The coded rows of the scope's documents are scanned, those that can be among the
nearest by the bound of their code are measured with the vectors in SQLite, and
the scope is asked once more there. So the result is exact, and what lies outside
the scope cannot change it, not even an order.
"""

import numpy as np

from kb.domain import ChunkId, DocumentId, MatterId, Scope
from kb.ports import Vectors
from kb.store.chunks import Chunks
from kb.store.codes import Asked, Mask, ask, estimate
from kb.store.mapped import Numbers, Rows
from kb.store.shelves import Shelves

BLOCK = 32_768
"""Rows scanned at a time: what lies between stays in the processor's cache."""
SPARSE = 4
"""When fewer than one row in so many is meant, only the meant ones are read."""


class ExactVectors:
    def __init__(self, chunks: Chunks, shelves: Shelves) -> None:
        self._chunks = chunks
        self._shelves = shelves

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
        asked, nearest = ask(vector), _Nearest(limit)
        for shelf in self._shelves.of(scope.matters, len(vector)):
            meant = shelf.meant(scope, within)
            for part in shelf.parts:
                _scan(part.rows, meant[part.place], asked, nearest)
        return self._chunks.measured(nearest.keys(), vector, scope)[:limit]

    def count(self, matters: frozenset[MatterId], dimensions: int) -> int:
        """Coded chunks in these matters, also such as a scope leaves out."""
        shelves = self._shelves.of(matters, dimensions)
        return sum(len(part.rows) for shelf in shelves for part in shelf.parts)


class _Nearest:
    """The rows that can still be among the `limit` nearest, by the bounds of what was seen."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._seen: list[tuple[Numbers, Vectors, Vectors]] = []
        self._count = 0
        self._floor = -np.inf

    def look(self, keys: Numbers, about: Vectors, off: Vectors) -> None:
        most = about + off
        chosen = np.flatnonzero(most >= self._floor)
        if not len(chosen):
            return
        most = most[chosen]
        self._seen.append((keys[chosen], about[chosen] - off[chosen], most))
        self._count += len(chosen)
        if self._count > 4 * self._limit:
            self._prune()

    def keys(self) -> list[int]:
        if not self._seen:
            return []
        self._prune()
        return [int(key) for key in self._seen[0][0]]

    def _prune(self) -> None:
        keys, least, most = (np.concatenate(part) for part in zip(*self._seen, strict=True))
        if len(least) > self._limit:
            place = len(least) - self._limit
            self._floor = float(np.partition(least, place)[place])
        kept = most >= self._floor
        self._seen = [(keys[kept], least[kept], most[kept])]
        self._count = int(kept.sum())


def _scan(rows: Rows, documents: Mask, asked: Asked, nearest: _Nearest) -> None:
    """Look at the rows of these of the documents, block by block."""
    keys, codes, meant = rows.keys, rows.codes, None
    if not documents.all():
        meant = np.repeat(documents, rows.counts)
        if np.count_nonzero(meant) * SPARSE < len(meant):
            chosen = np.flatnonzero(meant)
            keys, codes, meant = keys[chosen], codes.rows(chosen), None
    for start in range(0, len(keys), BLOCK):
        block = slice(start, start + BLOCK)
        about, off = estimate(asked, codes.rows(block))
        if meant is None:
            nearest.look(keys[block], about, off)
        else:
            shown = meant[block]
            nearest.look(keys[block][shown], about[shown], off[shown])
