"""More like this: the passages and documents most like a document or a passage of one."""

import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kb.domain import Chunk, ChunkId, Document, DocumentId, Passage, Scope
from kb.domain.similar import Alike, AlikeDocument, Sample
from kb.guard.audit import Audit, shown_spans
from kb.search.hybrid.candidates import StoreView
from kb.search.near_duplicates import folded, plain
from kb.search.page_lines import placed
from kb.search.similar.rank_fusion import best_first, fuse
from kb.search.similar.samples import Samples, Subject
from kb.store.lexical.bm25 import Match
from kb.store.vectors.document_vectors import Portraits
from kb.store.vectors.embedders import Embedders
from kb.text.analyzer import content_terms

CANDIDATES = 200
"""Chunks of each list that are fused; more than are shown, since doubles are folded."""
LIKELY = 50
"""Documents that are compared as a whole."""
WORDS_READ = 200
WORDS_ASKED = 30
"""Of a text's words the most frequent are looked at, and of these the rarest are asked for."""
RARE = 0.05
RARE_AT_LEAST = 20
"""A word is rare in a scope where it stands in at most this share, or number, of its chunks."""


@dataclass(frozen=True, slots=True)
class _Near:
    """Chunks like the subject, best first, of documents that are no copies of it.

    `texts` are those of the likeliest documents in their order, without case and layout.
    """

    order: Sequence[Chunk]
    documents: Mapping[DocumentId, Document]
    texts: Mapping[DocumentId, str]
    cosine: Mapping[ChunkId, float]
    words: Sequence[str]
    match: Match


class Similar:
    def __init__(
        self,
        reader: StoreView,
        embedders: Embedders,
        portraits: Portraits,
        samples: Samples,
        audit: Audit,
    ) -> None:
        self._reader = reader
        self._embedders = embedders
        self._portraits = portraits
        self._samples = samples
        self._audit = audit

    def find(
        self,
        sample: Sample,
        home: Scope,
        scope: Scope,
        *,
        limit: int = 10,
        within: frozenset[DocumentId] | None = None,
    ) -> Alike:
        """What is like the sample, and a line in the audit trail.

        The sample is read from `home`, what is like it from `scope`, of which `within` leaves
        only these documents. The sample's document, its versions and its copies are left out
        before any list is cut. A mean vector of the document's chunks, or the passage's own
        vector, is fused by rank with its rarest words. Raises `NotFound`, `Ambiguous`,
        `BadRequest`.
        """
        found = self._embedders.steady(
            lambda embedder: self._find(
                self._samples.subject(sample, home, embedder), home, scope, within, limit
            )
        )
        self._record(found, scope)
        return found

    def _find(
        self,
        subject: Subject,
        home: Scope,
        scope: Scope,
        within: frozenset[DocumentId] | None,
        limit: int,
    ) -> Alike:
        began = time.perf_counter()
        doubles = self._portraits.doubles(subject.document.id, home)
        scope = replace(scope, walled=scope.walled | doubles)
        near = self._near(subject, scope, within)
        return Alike(
            source=subject.document,
            page=subject.page,
            start=subject.start,
            end=subject.end,
            passages=placed(_passages(near, limit), self._reader.lines.pages, scope),
            documents=self._documents(subject, near, scope)[:limit],
            timings={"total_ms": (time.perf_counter() - began) * 1000},
            degraded=self._reader.vectors.degraded(),
        )

    def _near(self, subject: Subject, scope: Scope, within: frozenset[DocumentId] | None) -> _Near:
        frequent = Counter(content_terms(subject.text)).most_common(WORDS_READ)
        match = self._reader.keywords.match((term for term, _ in frequent), scope)
        words = _rarest(frequent, match)
        by_words = match.ranked(words, CANDIDATES, within=within)
        nearest: list[tuple[ChunkId, float]] = []
        if subject.vector is not None:
            nearest = self._reader.vectors.search(subject.vector, scope, CANDIDATES, within=within)
        score = fuse((1.0, [hit for hit, _ in nearest]), (1.0, [hit for hit, _ in by_words]))
        chunks = self._reader.chunks.by_id(list(score), scope)
        order = [chunks[known] for known in best_first(score) if known in chunks]
        likely = list(dict.fromkeys(chunk.document_id for chunk in order))[:LIKELY]
        read = self._portraits.texts(likely, scope)
        texts = {known: plain(read[known]) for known in likely if known in read}
        own = plain(subject.canonical)
        copies = {known for known, text in texts.items() if text == own}
        documents = self._reader.library.documents_by_id(
            sorted({chunk.document_id for chunk in order} - copies), scope
        )
        order = [chunk for chunk in order if chunk.document_id in documents]
        return _Near(order, documents, texts, dict(nearest), words, match)

    def _documents(self, subject: Subject, near: _Near, scope: Scope) -> tuple[AlikeDocument, ...]:
        likely = [known for known in near.texts if known in near.documents]
        cosine: dict[DocumentId, float] = {}
        if subject.whole and subject.vector is not None:
            means = self._portraits.means(likely, scope)
            cosine = {known: float(mean @ subject.vector) for known, mean in means.items()}
            likely = _fused(likely, cosine, near)
        alike: dict[str, list[DocumentId]] = {}
        for known in likely:
            alike.setdefault(near.texts[known], []).append(known)
        return tuple(
            AlikeDocument(
                near.documents[first],
                cosine.get(first),
                tuple(near.documents[other] for other in others),
            )
            for first, *others in alike.values()
        )

    def _record(self, found: Alike, scope: Scope) -> None:
        """Passages with their spans, documents with the empty span: their names were shown."""
        named = [d for alike in found.documents for d in (alike.document, *alike.also_in)]
        self._audit.record(
            scope.user_id,
            "similar",
            f"{found.source.id} {found.start} {found.end}",
            [*shown_spans(found.passages), *((document.id, 0, 0) for document in named)],
        )


def _rarest(frequent: Sequence[tuple[str, int]], match: Match) -> list[str]:
    """Those that stand in the scope, but in few of its chunks; what is said often counts more."""
    most = max(RARE_AT_LEAST, int(RARE * match.chunks))
    weight = {
        term: (1 + count / (count + 1)) * match.rarity(term)
        for term, count in frequent
        if 0 < len(match.postings[term]) <= most
    }
    return best_first(weight)[:WORDS_ASKED]


def _fused(
    likely: Sequence[DocumentId], cosine: Mapping[DocumentId, float], near: _Near
) -> list[DocumentId]:
    """Documents by the cosine of their means, fused with the rarity of the words they hold."""
    held: defaultdict[DocumentId, float] = defaultdict(float)
    for term in near.words:
        for known in near.match.holders(term):
            held[known] += near.match.rarity(term)
    by_mean = sorted(cosine, key=lambda known: (-cosine[known], known))
    holding = [known for known in likely if held[known]]
    by_words = sorted(holding, key=lambda known: (-held[known], known))
    return best_first(fuse((1.0, by_mean), (1.0, by_words)))


def _passages(near: _Near, limit: int) -> tuple[Passage, ...]:
    return tuple(
        replace(
            _passage(chunk, near, rank),
            also_in=tuple(_passage(other, near, rank) for other in others),
        )
        for rank, (chunk, others) in enumerate(folded(near.order, limit=limit), start=1)
    )


def _passage(chunk: Chunk, near: _Near, rank: int) -> Passage:
    document = near.documents[chunk.document_id]
    return Passage.at(rank, chunk, document, near.cosine.get(chunk.id))
