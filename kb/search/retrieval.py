"""The passages that answer a query, from what one person may read."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from kb.domain import ChunkId, Passage, Scope, SearchResult
from kb.errors import BadRequest
from kb.guard.audit import Audit
from kb.ports import Embedder
from kb.search.fusion import fuse
from kb.search.vectors import ScopedVectors
from kb.store.chunks import Chunks
from kb.store.keywords import Keywords
from kb.store.library import Library
from kb.words import content_terms, terms

CANDIDATES = 100
"""How many of each list are fused."""
LONGEST_QUERY = 4000
"""Characters; beyond this it is a document, not a question."""


@dataclass(frozen=True, slots=True)
class Reader:
    """What retrieval reads from: one store, seen four ways."""

    library: Library
    chunks: Chunks
    keywords: Keywords
    vectors: ScopedVectors


class Retriever:
    def __init__(self, reader: Reader, embedder: Embedder, audit: Audit) -> None:
        self._reader = reader
        self._embedder = embedder
        self._audit = audit

    def search(self, query: str, scope: Scope, *, limit: int = 10) -> SearchResult:
        """The best passages, and a line in the audit trail. Raises `BadRequest`."""
        result = self.find(query, scope, limit=limit)
        self._audit.record(
            scope.user_id,
            "search",
            query,
            [(p.document.id, p.chunk.char_start, p.chunk.char_end) for p in result.passages],
        )
        return result

    def find(self, query: str, scope: Scope, *, limit: int) -> SearchResult:
        """Keyword and vector lists, each inside the scope, fused by rank; then read by scope."""
        if not query.strip():
            raise BadRequest("The query is empty. Ask a question or give some words.")
        if len(query) > LONGEST_QUERY:
            raise BadRequest(f"The query is longer than {LONGEST_QUERY} characters. Shorten it.")
        started = time.perf_counter()
        vector = self._embedder.embed([query])[0]
        embedded = time.perf_counter()
        by_meaning = self._reader.vectors.search(vector, scope, CANDIDATES)
        searched = time.perf_counter()
        words = content_terms(query) or terms(query)
        by_words = self._reader.keywords.search(words, scope, CANDIDATES)
        matched = time.perf_counter()
        order = fuse([hit for hit, _ in by_meaning], [hit for hit, _ in by_words])
        passages = self._read(order, dict(by_meaning), scope, limit)
        ended = time.perf_counter()
        timings = {
            "embed_ms": (embedded - started) * 1000,
            "vectors_ms": (searched - embedded) * 1000,
            "words_ms": (matched - searched) * 1000,
            "total_ms": (ended - started) * 1000,
        }
        return SearchResult(query, passages, timings)

    def _read(
        self, order: Sequence[ChunkId], cosine: dict[ChunkId, float], scope: Scope, limit: int
    ) -> tuple[Passage, ...]:
        """Text by id and scope: the last word on what may be shown."""
        chunks = self._reader.chunks.by_id(order[: limit * 2 + 20], scope)
        kept = [chunks[chunk_id] for chunk_id in order if chunk_id in chunks][:limit]
        documents = self._reader.library.documents_by_id(
            sorted({chunk.document_id for chunk in kept}), scope
        )
        return tuple(
            Passage(
                chunk=chunk,
                document=documents[chunk.document_id],
                number=rank,
                rank=rank,
                page=chunk.page_from,
                similarity=cosine.get(chunk.id),
            )
            for rank, chunk in enumerate(kept, start=1)
            if chunk.document_id in documents
        )
