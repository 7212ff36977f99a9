"""Nearest neighbours in a scope: exactly where that is quick, by the index where it is not."""

from collections.abc import Sequence
from dataclasses import replace

from kb.domain import ChunkId, Document, DocumentId, Scope
from kb.ports import Vectors
from kb.store.chunks import Chunks
from kb.store.exact import ExactVectors, document_of
from kb.store.index import OwnedIndex

EXACT_UP_TO = 100_000
"""Chunks. At 384 dimensions a product over these takes some 15 ms; a filtered graph
search costs more below that and loses neighbours."""
WALLED_MARGIN = 20
"""Neighbours asked for beyond the limit for each walled document in a large scope."""
WIDENINGS = 4
"""How often the index is asked for four times as many neighbours, when few are wanted ones."""


class ScopedVectors:
    """`index` is None in a process that does not own it: then every search is exact."""

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

        `within` leaves only the chunks of these documents; they are searched exactly in the
        matters that hold them, or by the index, asked for more until enough are of them.
        """
        if within is not None:
            spread = self._chunks.spread(within, scope)
            scope = replace(scope, matters=frozenset(spread))
            if sum(spread.values()) <= EXACT_UP_TO or not self._indexed(scope):
                return self._exact.search(vector, scope, limit, within=within)
            return self._among(vector, scope, limit, within)
        if not self._indexed(scope):
            return self._exact.search(vector, scope, limit)
        found = self._asked(vector, scope, limit + WALLED_MARGIN * len(scope.walled))
        return found[:limit]

    def _among(
        self, vector: Vectors, scope: Scope, limit: int, within: frozenset[DocumentId]
    ) -> list[tuple[ChunkId, float]]:
        """By the index, over more and more neighbours; exactly when too few are of `within`."""
        asked = limit + WALLED_MARGIN * len(scope.walled)
        for _ in range(WIDENINGS):
            found = self._asked(vector, scope, asked)
            kept = [hit for hit in found if document_of(hit[0]) in within]
            if len(kept) >= limit:
                return kept[:limit]
            asked *= 4
        return self._exact.search(vector, scope, limit, within=within)

    def _indexed(self, scope: Scope) -> bool:
        """Whether the index serves this scope now: it is large, and the index is open."""
        if self._index is None or self._chunks.count(scope.matters) <= EXACT_UP_TO:
            return False
        self._index.open()
        return self._index.searchable

    def _asked(self, vector: Vectors, scope: Scope, limit: int) -> list[tuple[ChunkId, float]]:
        assert self._index is not None
        found = self._index.search(vector, scope.matters, limit)
        return [hit for hit in found if document_of(hit[0]) not in scope.walled]

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
