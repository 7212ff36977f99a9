"""The passages that answer a query, from what one person may read."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from kb.domain import Chunk, DocumentId, Passage, Scope, SearchResult
from kb.errors import BadRequest, ModelFailed
from kb.guard.audit import Audit, shown_spans
from kb.ports import Embedder, Rerankers
from kb.priorities import question
from kb.search.hybrid.candidates import EmbeddedQuery, Gathered, StoreView, gather
from kb.search.hybrid.designated import designated
from kb.search.hybrid.query import understand
from kb.search.hybrid.reranking import Readings, first, read_candidates
from kb.search.hybrid.scoring import Calibration, CandidateEvidence, calibrated, ordered
from kb.search.near_duplicates import folded
from kb.search.page_lines import placed
from kb.search.surrounding import surrounded
from kb.store.lexical.bm25 import Match
from kb.store.vectors.embedders import Embedders
from kb.store.vectors.unreadable import readable
from kb.text.analyzer import language_of, sought
from kb.text.foreign import apart_from
from kb.text.messages import said

LONGEST_QUERY = 4000
"""Characters; beyond this it is a document, not a question."""

READ = 2
"""Times as many candidates as are shown are looked through for the same texts again."""


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A search's result with the query as it was analysed and where its words stand.

    `readings` are what the reranker said of those that it has read; `embedder` made the
    query's vectors, also where another takes over meanwhile.
    """

    result: SearchResult
    query: EmbeddedQuery
    match: Match
    readings: Readings
    embedder: Embedder

    def of_named(self) -> "Retrieved":
        """Only passages of the documents that the query calls by name, where it does so.

        A document of few passages leaves room for others, which an answer may not be quoted from.
        """
        named = self.query.asked.documents
        kept = [one for one in self.result.passages if one.document.id in named]
        if not kept:
            return self
        numbered = (replace(p, number=n, rank=n) for n, p in enumerate(kept, start=1))
        return replace(self, result=replace(self.result, passages=tuple(numbered)))


class Retriever:
    """`calibration`: the weights, those of the file unless an evaluation tries others.

    `rerankers` have a say in the order of the first candidates, where there are any.
    """

    def __init__(
        self,
        reader: StoreView,
        embedders: Embedders,
        audit: Audit,
        *,
        calibration: Calibration | None = None,
        rerankers: Rerankers | None = None,
    ) -> None:
        self._reader = reader
        self._embedders = embedders
        self._audit = audit
        self._calibration = calibration or calibrated()
        self._rerankers = rerankers

    def search(
        self,
        query: str,
        scope: Scope,
        *,
        limit: int = 10,
        within: frozenset[DocumentId] | None = None,
        around: int = 0,
    ) -> SearchResult:
        """The best passages, and a line in the audit trail. Raises `BadRequest`.

        `around`: with up to so many characters before and after each.
        """
        result = self.find(query, scope, limit=limit, within=within).result
        library, chunks = self._reader.library, self._reader.chunks
        passages = surrounded(result.passages, library, chunks, scope, most=around)
        passages = placed(passages, self._reader.lines.pages, scope)
        self._audit.record(scope.user_id, "search", query, shown_spans(passages))
        return replace(result, passages=passages)

    def find(
        self, query: str, scope: Scope, *, limit: int, within: frozenset[DocumentId] | None = None
    ) -> Retrieved:
        """Which documents, then which passages in them, both inside the scope (docs/retrieval.md).

        `within` leaves only these of the scope's documents, in each list before it is
        cut to its length; the statistics of words stay those of the scope.
        """
        wanted = query, scope, within
        with question():
            return self._embedders.steady(lambda embedder: self._find(embedder, *wanted, limit))

    def _find(
        self,
        embedder: Embedder,
        query: str,
        scope: Scope,
        within: frozenset[DocumentId] | None,
        limit: int,
    ) -> Retrieved:
        clock = _Clock()
        gathered = self._gather(embedder, query, scope, within, clock)
        evidence, readings = self._reread(gathered, clock)
        order = ordered(evidence, self._calibration)
        near = {evidence.chunks[at].id: float(evidence.meaning[at]) for at in order}
        texts = folded((evidence.chunks[at] for at in order), limit=limit, look=limit * READ)

        def passage(rank: int, chunk: Chunk) -> Passage:
            return Passage.at(rank, chunk, gathered.documents[chunk.document_id], near[chunk.id])

        passages = tuple(
            replace(passage(rank, chunk), also_in=tuple(passage(rank, one) for one in doubles))
            for rank, (chunk, doubles) in enumerate(texts, start=1)
        )
        passages = self._reader.authorities.citing_first(query, scope, passages, within=within)
        passages = self._reader.lines.first(query, scope, passages, limit=limit, within=within)
        clock.mark("read_ms")
        degraded = self._degraded(gathered, readings, language_of(query))
        result = SearchResult(query, passages, clock.milliseconds(), degraded)
        return Retrieved(result, gathered.query, gathered.match, readings, embedder)

    def _degraded(self, gathered: Gathered, readings: Readings, language: str) -> str | None:
        if index := self._reader.vectors.degraded(language):
            return index
        if readings.failed:
            return said("search.unranked", language, problem=readings.failed)
        return None if gathered.meant else said("search.words-only", language)

    def _reread(self, gathered: Gathered, clock: "_Clock") -> tuple[CandidateEvidence, Readings]:
        evidence = gathered.evidence
        if self._rerankers is None or not self._calibration.of(evidence).reranker:
            return evidence, Readings()
        clock.mark("read_ms")
        try:
            return self.read(gathered, first(evidence, self._calibration))
        except ModelFailed as error:  # the rest of the evidence is an order too
            return evidence, Readings(failed=error.message)
        finally:
            clock.mark("rerank_ms")

    def gather(
        self, query: str, scope: Scope, *, within: frozenset[DocumentId] | None = None
    ) -> Gathered:
        """The evidence for each candidate, not yet read or weighed. Raises `BadRequest`."""
        wanted = query, scope, within
        return self._embedders.steady(lambda embedder: self._gather(embedder, *wanted, _Clock()))

    def read(self, gathered: Gathered, places: Sequence[int]) -> tuple[CandidateEvidence, Readings]:
        """The evidence with a reranker's say on the candidates at these places, if there is one.

        There is none for a query that the models cannot read. Raises `ModelFailed`.
        """
        if self._rerankers is None or not gathered.meant or not places:
            return gathered.evidence, Readings()
        return read_candidates(self._rerankers, gathered, places)

    def _gather(
        self,
        embedder: Embedder,
        query: str,
        scope: Scope,
        within: frozenset[DocumentId] | None,
        clock: "_Clock",
    ) -> Gathered:
        _check(query)
        asked = understand(query)
        match = self._reader.keywords.match(
            sought(asked.text, {*asked.words, *asked.naming}), scope
        )
        named = self._reader.designations.inside(query, scope)
        asked = designated(asked, named, match)
        clock.mark("words_ms")
        if readable(embedder, asked.text):
            whole, bare = embedder.embed([asked.text, asked.bare], query=True)
        else:
            whole = bare = np.zeros(embedder.dimensions, dtype=np.float32)
        clock.mark("embed_ms")
        apart = apart_from(asked.text) if embedder.multilingual else None
        wanted = EmbeddedQuery(asked, whole, bare, scope, within, apart)
        return gather(self._reader, wanted, match, self._calibration.places, clock.mark)


def _check(query: str) -> None:
    if not query.strip():
        raise BadRequest("The query is empty. Ask a question or give some words.")
    if len(query) > LONGEST_QUERY:
        raise BadRequest(f"The query is longer than {LONGEST_QUERY} characters. Shorten it.")


class _Clock:
    def __init__(self) -> None:
        self._began = self._last = time.perf_counter()
        self._marks: dict[str, float] = {}

    def mark(self, name: str) -> None:
        now = time.perf_counter()
        self._marks[name] = self._marks.get(name, 0.0) + (now - self._last) * 1000
        self._last = now

    def milliseconds(self) -> dict[str, float]:
        return {**self._marks, "total_ms": (time.perf_counter() - self._began) * 1000}
