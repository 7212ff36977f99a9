"""Exact nearest neighbours in a scope: bytes say who can be near, SQLite says who is.

The coded rows of the scope's documents are scanned, those that can be among the
nearest by the bound of their code are measured with the vectors in SQLite, and
the scope is asked once more there. So the result is exact, and what lies outside
the scope cannot change it, not even an order.
"""

import numpy as np

from kb.domain import ChunkId, DocumentId, MatterId, Scope
from kb.ports import Vectors
from kb.store.documents.chunks import Chunks
from kb.store.vectors.exact.mapped_file import Numbers, Rows
from kb.store.vectors.exact.matter_cache import Shelves
from kb.store.vectors.exact.quantization import CodedQuery, Mask, ask, estimate

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
                _scan(part.rows, None if meant is None else meant[part.place], asked, nearest)
        return self._measured(nearest, vector, scope, limit)

    def _measured(
        self, nearest: "_Nearest", vector: Vectors, scope: Scope, limit: int
    ) -> list[tuple[ChunkId, float]]:
        """By their true cosines: the likeliest first, then whoever can still surpass them."""
        keys, most = nearest.found()
        first = self._chunks.measured(sorted(keys[:limit]), vector, scope)
        floor = first[-1][1] if len(first) == limit else -np.inf
        rest = [
            key for key, can_be in zip(keys[limit:], most[limit:], strict=True) if can_be >= floor
        ]
        others = self._chunks.measured(sorted(rest), vector, scope)
        return sorted([*first, *others], key=lambda hit: (-hit[1], hit[0]))[:limit]

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

    def found(self) -> tuple[list[int], list[float]]:
        """Their keys and the most that their cosines can be, the likeliest first."""
        if not self._seen:
            return [], []
        self._prune()
        keys, least, most = self._seen[0]
        order = np.argsort(-(least + most), kind="stable")
        return keys[order].tolist(), most[order].tolist()

    def _prune(self) -> None:
        keys, least, most = (np.concatenate(part) for part in zip(*self._seen, strict=True))
        if len(least) > self._limit:
            place = len(least) - self._limit
            self._floor = float(np.partition(least, place)[place])
        kept = most >= self._floor
        self._seen = [(keys[kept], least[kept], most[kept])]
        self._count = int(kept.sum())


def _scan(rows: Rows, documents: Mask | None, asked: CodedQuery, nearest: _Nearest) -> None:
    """Look at the rows of these of the documents, or of all, block by block."""
    keys, codes, meant = rows.keys, rows.codes, None
    if documents is not None and not documents.all():
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
