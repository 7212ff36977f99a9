"""Nearest neighbours in a scope: exactly where that is quick, by the index where it is not."""

from collections.abc import Sequence
from dataclasses import replace

from kb.domain import ChunkId, Document, Scope
from kb.ports import Vectors
from kb.store.chunks import Chunks
from kb.store.exact import ExactVectors, document_of
from kb.store.index import OwnedIndex

EXACT_UP_TO = 100_000
"""Chunks. At 384 dimensions a product over these takes some 15 ms; a filtered graph
search costs more below that and loses neighbours."""
WALLED_MARGIN = 20
"""Neighbours asked for beyond the limit for each walled document in a large scope."""


class ScopedVectors:
    """`index` is None in a process that does not own it: then every search is exact."""

    def __init__(self, chunks: Chunks, exact: ExactVectors, index: OwnedIndex | None) -> None:
        self._chunks = chunks
        self._exact = exact
        self._index = index

    def search(self, vector: Vectors, scope: Scope, limit: int) -> list[tuple[ChunkId, float]]:
        """The nearest chunks with their cosine, best first. Read them by scope: this is ids."""
        if self._index is None or self._chunks.count(scope.matters) <= EXACT_UP_TO:
            return self._exact.search(vector, scope, limit)
        self._index.open()
        if not self._index.searchable:
            return self._exact.search(vector, scope, limit)
        found = self._index.search(vector, scope.matters, limit + WALLED_MARGIN * len(scope.walled))
        return [hit for hit in found if document_of(hit[0]) not in scope.walled][:limit]

    @property
    def degraded(self) -> str | None:
        """Why the index cannot be used now, in a sentence; None when nothing is wrong."""
        return self._index.degraded if self._index else None

    def inside(
        self, vector: Vectors, scope: Scope, documents: Sequence[Document], limit: int
    ) -> list[tuple[ChunkId, float]]:
        """The nearest chunks of these documents, exactly; they must be in the scope."""
        matters = frozenset(document.matter_id for document in documents) & scope.matters
        narrow = replace(scope, matters=matters)
        meant = frozenset(document.id for document in documents)
        return self._exact.search(vector, narrow, limit, within=meant)
