"""Nearest neighbours in a scope: exactly, and by the index where a store is too large for that."""

from collections.abc import Sequence
from dataclasses import replace

from kb.domain import ChunkId, Document, DocumentId, Scope
from kb.ports import Vectors
from kb.store.documents.chunks import Chunks
from kb.store.vectors.exact.search import ExactVectors
from kb.store.vectors.owned_index import OwnedIndex
from kb.text.messages import DEFAULT

EXACT_UP_TO = 4_000_000
"""Chunks. An exact search over a million takes 99 ms and loses nothing, where the graph at its
usual settings loses two of the nearest ten or more (docs/scale.md); time grows with the rows."""
OVER_FETCH = 4
"""Neighbours that the index is asked for, times those wanted; they are measured exactly."""


class ScopedVectors:
    """`index` is None in a process that does not own it: then every search is exact.

    The graph of the index is made of all vectors in the store, so which of a scope's
    chunks it loses depends on those outside the scope. It is asked only where there is
    nothing outside: by those who may read every matter and every document in it.
    """

    def __init__(self, chunks: Chunks, exact: ExactVectors, index: OwnedIndex | None) -> None:
        self._chunks = chunks
        self._exact = exact
        self._index = index

    def search(
        self,
        vector: Vectors,
        scope: Scope,
        limit: int,
        *,
        within: frozenset[DocumentId] | None = None,
    ) -> list[tuple[ChunkId, float]]:
        """The nearest chunks with their cosine, best first. Read them by scope: this is ids.

        `within` leaves only the chunks of these documents.
        """
        if within is not None:
            scope = replace(scope, matters=frozenset(self._chunks.spread(within, scope)))
        elif self._index and self._whole(scope, len(vector)):
            near = self._index.search(vector, None, limit * OVER_FETCH)
            keys = self._chunks.keys([chunk_id for chunk_id, _ in near])
            found = self._chunks.measured(keys, vector, scope)[:limit]
            if len(found) == limit:
                return found
        return self._exact.search(vector, scope, limit, within=within)

    def _whole(self, scope: Scope, dimensions: int) -> bool:
        """Whether this scope is a large store with nothing outside, and the index is open."""
        assert self._index is not None
        if scope.walled or self._exact.count(scope.matters, dimensions) <= EXACT_UP_TO:
            return False
        if self._chunks.generations(None).keys() - scope.matters:
            return False
        self._index.open()
        return self._index.searchable

    def degraded(self, language: str = DEFAULT) -> str | None:
        """Why the index cannot be used now, in a sentence; None when nothing is wrong."""
        return self._index.degraded(language) if self._index else None

    def inside(
        self, vector: Vectors, scope: Scope, documents: Sequence[Document], limit: int
    ) -> list[tuple[ChunkId, float]]:
        """The nearest chunks of these documents, exactly; they must be in the scope."""
        matters = frozenset(document.matter_id for document in documents) & scope.matters
        narrow = replace(scope, matters=matters)
        meant = frozenset(document.id for document in documents)
        return self._exact.search(vector, narrow, limit, within=meant)
