"""The passages that answer a query, from what one person may read."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kb.domain import Chunk, ChunkId, Document, DocumentId, Passage, Scope, SearchResult
from kb.errors import BadRequest
from kb.guard.audit import Audit
from kb.ports import Embedder
from kb.search.fusion import K, best_first, fuse
from kb.search.naming import carried, meant, substance
from kb.search.vectors import ScopedVectors
from kb.store.chunks import Chunks, document_of
from kb.store.content import Contents
from kb.store.keywords import Keywords, Match
from kb.store.library import Library
from kb.words import content_terms, named_terms, terms, without_names

CANDIDATES = 100
"""How many of each list are fused."""
MEANING_WEIGHT = 1.5
"""How much the two vector lists count together beside the keyword list."""
INSIDE = 30
INSIDE_WEIGHT = 0.75
"""Passages taken from inside the documents that are named, and what either list counts."""
DOCUMENT_WEIGHT = 2.0
DOCUMENT_SHARPNESS = 2.0
"""How much the document counts beside the passage (docs/answers.md)."""
LONGEST_QUERY = 4000
"""Characters; beyond this it is a document, not a question."""


@dataclass(frozen=True, slots=True)
class Reader:
    """What retrieval reads from: one store, seen in five ways."""

    library: Library
    contents: Contents
    chunks: Chunks
    keywords: Keywords
    vectors: ScopedVectors


@dataclass(frozen=True, slots=True)
class Found:
    """A search's result with where its words stand, for judging how far it answers."""

    result: SearchResult
    match: Match


class Retriever:
    def __init__(self, reader: Reader, embedder: Embedder, audit: Audit) -> None:
        self._reader = reader
        self._embedder = embedder
        self._audit = audit

    def search(
        self,
        query: str,
        scope: Scope,
        *,
        limit: int = 10,
        within: frozenset[DocumentId] | None = None,
    ) -> SearchResult:
        """The best passages, and a line in the audit trail. Raises `BadRequest`."""
        result = self.find(query, scope, limit=limit, within=within).result
        self._audit.record(
            scope.user_id,
            "search",
            query,
            [(p.document.id, p.chunk.char_start, p.chunk.char_end) for p in result.passages],
        )
        return result

    def find(
        self, query: str, scope: Scope, *, limit: int, within: frozenset[DocumentId] | None = None
    ) -> Found:
        """Keyword and vector lists, each inside the scope, fused; then read by id and scope.

        Names say which document is meant, the rest which passage: so passages are
        found by the whole question and by the bare one, and documents by the names.
        `within` leaves only these of the scope's documents, in each list before it is
        cut to its length; the statistics of words stay those of the scope.
        """
        _check(query)
        clock = _Clock()
        bare = without_names(query) or query
        whole_vector, bare_vector = self._embedder.embed([query, bare])
        clock.mark("embed_ms")
        by_meaning = self._reader.vectors.search(whole_vector, scope, CANDIDATES, within=within)
        by_bare = self._reader.vectors.search(bare_vector, scope, CANDIDATES, within=within)
        clock.mark("vectors_ms")
        words = content_terms(query) or terms(query)
        names = named_terms(query)
        match = self._reader.keywords.match(words, scope)
        plain = [word for word in words if word not in names] or words
        by_words = match.ranked(plain, CANDIDATES, within=within)
        clock.mark("words_ms")
        documents = self._documents(
            scope, [by_meaning, by_bare, by_words], _holding(names, match, within)
        )
        shares = carried(names, match, documents)
        named = [documents[known] for known in meant(shares)]
        inside = self._reader.vectors.inside(bare_vector, scope, named, INSIDE) if named else []
        meant_ids = frozenset(document.id for document in named)
        score = fuse(
            (MEANING_WEIGHT / 2, _ids(by_meaning)),
            (MEANING_WEIGHT / 2, _ids(by_bare)),
            (1.0, _ids(by_words)),
            (INSIDE_WEIGHT, _ids(inside)),
            (INSIDE_WEIGHT, _ids(match.ranked(plain, INSIDE, within=meant_ids))),
        )
        chunks = self._reader.chunks.by_id(list(score), scope)
        order = _weighed(score, chunks, shares, words)[:limit]
        passages = _passages(order, documents, dict([*inside, *by_bare, *by_meaning]))
        clock.mark("read_ms")
        return Found(
            SearchResult(query, passages, clock.told(), self._reader.vectors.degraded), match
        )

    def _documents(
        self,
        scope: Scope,
        lists: Sequence[Sequence[tuple[ChunkId, float]]],
        holding: Iterable[DocumentId],
    ) -> dict[DocumentId, Document]:
        """The documents of all candidates, and those in whose text most of the names stand."""
        found = {document_of(chunk_id) for one in lists for chunk_id, _ in one}
        return self._reader.library.documents_by_id(sorted(found.union(holding)), scope)


def _check(query: str) -> None:
    if not query.strip():
        raise BadRequest("The query is empty. Ask a question or give some words.")
    if len(query) > LONGEST_QUERY:
        raise BadRequest(f"The query is longer than {LONGEST_QUERY} characters. Shorten it.")


def _holding(
    names: Iterable[str], match: Match, within: frozenset[DocumentId] | None
) -> list[DocumentId]:
    """The documents in whose text most of the names stand."""
    holding: Counter[DocumentId] = Counter()
    for name in names:
        holders = match.holders(name)
        holding.update(holders if within is None else holders & within)
    return [known for known, _ in holding.most_common(CANDIDATES)]


def _ids(hits: Sequence[tuple[ChunkId, float]]) -> list[ChunkId]:
    return [chunk_id for chunk_id, _ in hits]


def _weighed(
    score: Mapping[ChunkId, float],
    chunks: Mapping[ChunkId, Chunk],
    shares: Mapping[DocumentId, float],
    words: Sequence[str],
) -> list[Chunk]:
    """The readable chunks, best first; documents and substance have their say.

    The document that carries most of the query's names adds DOCUMENT_WEIGHT first
    ranks to each of its passages, the others their share of that, sharpened.
    """
    most = max(shares.values(), default=0.0) or 1.0
    weighed = {
        known: substance(chunk, words)
        * (
            score[known]
            + DOCUMENT_WEIGHT
            / (K + 1)
            * (shares.get(chunk.document_id, 0.0) / most) ** DOCUMENT_SHARPNESS
        )
        for known, chunk in chunks.items()
    }
    return [chunks[known] for known in best_first(weighed)]


def _passages(
    order: Sequence[Chunk],
    documents: Mapping[DocumentId, Document],
    cosine: Mapping[ChunkId, float],
) -> tuple[Passage, ...]:
    there = [chunk for chunk in order if chunk.document_id in documents]
    return tuple(
        Passage(
            chunk=chunk,
            document=documents[chunk.document_id],
            number=rank,
            rank=rank,
            page=chunk.page_from,
            similarity=cosine.get(chunk.id),
        )
        for rank, chunk in enumerate(there, start=1)
    )


class _Clock:
    def __init__(self) -> None:
        self._began = self._last = time.perf_counter()
        self._marks: dict[str, float] = {}

    def mark(self, name: str) -> None:
        now = time.perf_counter()
        self._marks[name], self._last = (now - self._last) * 1000, now

    def told(self) -> dict[str, float]:
        return {**self._marks, "total_ms": (time.perf_counter() - self._began) * 1000}
