"""Gathering what speaks for each passage: which documents, then which passages in them.

Both steps are soft. Candidates come from the whole scope and from inside the documents
that carry most of the query's names, so that a query naming none loses nothing, and one
naming a contract sees all of it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from kb.domain import Chunk, ChunkId, Document, DocumentId, Scope
from kb.ports import Vectors
from kb.search.citations.authorities import Authorities
from kb.search.hybrid.document_names import OPENING, Called, Places, carried, meant, substance
from kb.search.hybrid.query import Understood
from kb.search.hybrid.scoped_vectors import ScopedVectors
from kb.search.hybrid.scoring import CandidateEvidence, Numbers, across
from kb.search.page_lines import CitedLines
from kb.store.documents.chunks import Chunks, document_of
from kb.store.documents.contents import Contents
from kb.store.documents.designations import Designations
from kb.store.documents.library import Library
from kb.store.lexical.bm25 import Keywords, Match
from kb.text.foreign import in_english

CANDIDATES = 100
"""Passages taken of each list over the whole scope."""
INSIDE = 100
"""Passages taken of each list inside the documents that carry most of the names."""
MOST_MEANT = 4
"""Documents searched by themselves."""
_Hits = Sequence[tuple[ChunkId, float]]


@dataclass(frozen=True, slots=True)
class StoreView:
    """What retrieval reads from: one store, seen in eight ways."""

    library: Library
    contents: Contents
    chunks: Chunks
    keywords: Keywords
    vectors: ScopedVectors
    authorities: Authorities
    designations: Designations
    lines: CitedLines


@dataclass(frozen=True, slots=True)
class EmbeddedQuery:
    """A query with its vectors, and where it may be answered from.

    Vectors of zeros are those of a query that the model cannot read: they are near nothing.
    `apart` says of a text that it is in another language, where the vectors reach over that.
    """

    asked: Understood
    whole: Vectors
    bare: Vectors
    scope: Scope
    within: frozenset[DocumentId] | None
    apart: Callable[[str], bool] | None = None

    def abroad(self, passages: Iterable[Chunk]) -> bool:
        """Whether it or one of these passages is for a reader of many languages, beside vectors
        that are so: the English ones know English better."""
        if self.apart is None:
            return False
        return not in_english(self.asked.text) or any(self.apart(one.text) for one in passages)


@dataclass(frozen=True, slots=True)
class Gathered:
    query: EmbeddedQuery
    evidence: CandidateEvidence
    match: Match
    documents: Mapping[DocumentId, Document]
    meant: bool
    """Whether the model could read the query; if not, words alone found these."""


def gather(
    reader: StoreView,
    wanted: EmbeddedQuery,
    match: Match,
    places: Places,
    mark: Callable[[str], None],
) -> Gathered:
    """The candidates with all that is known of them; `mark` is told which step has ended.

    `match` is where the query's words stand in its scope.
    """
    asked, scope, within = wanted.asked, wanted.scope, wanted.within
    read = bool(wanted.whole.any())
    near = [reader.vectors.search(wanted.whole, scope, CANDIDATES, within=within)] if read else []
    if read and asked.bare != asked.text:
        near.append(reader.vectors.search(wanted.bare, scope, CANDIDATES, within=within))
    mark("vectors_ms")
    lists = [
        *near,
        match.ranked(asked.words, CANDIDATES, within=within),
        match.ranked(asked.asked, CANDIDATES, within=within),
    ]
    mark("words_ms")
    documents = _documents(reader, wanted, lists, match)
    shares = carried(asked, match, _called(reader, documents, scope), places)
    named = [documents[known] for known in meant(shares, MOST_MEANT)]
    if named:
        inside = frozenset(document.id for document in named)
        if read:
            lists.append(reader.vectors.inside(wanted.bare, scope, named, INSIDE))
        lists.append(match.ranked(asked.asked, INSIDE, within=inside))
    found = reader.chunks.by_id(list({chunk_id for one in lists for chunk_id, _ in one}), scope)
    chunks = [chunk for _, chunk in sorted(found.items()) if chunk.document_id in documents]
    evidence = _evidence(reader, wanted, chunks, match, shares)
    return Gathered(wanted, evidence, match, documents, read)


def _evidence(
    reader: StoreView,
    wanted: EmbeddedQuery,
    chunks: Sequence[Chunk],
    match: Match,
    shares: Mapping[DocumentId, float],
) -> CandidateEvidence:
    numbered = reader.chunks.numbered([chunk.id for chunk in chunks])
    chunks = [chunk for chunk in chunks if chunk.id in numbered]
    keys = [numbered[chunk.id] for chunk in chunks]
    said = frozenset(wanted.asked.words)

    known = reader.chunks.cosines(keys, [wanted.whole, wanted.bare], wanted.scope)
    cosines = np.array([known.get(chunk.id, (0.0, 0.0)) for chunk in chunks])  # 0: no vector yet
    cosines = cosines.reshape(-1, 2)
    whole = match.scored_whole(wanted.asked.words, {chunk.document_id for chunk in chunks})
    apart = wanted.apart or (lambda _: False)
    evidence = CandidateEvidence(
        chunks=tuple(chunks),
        led=wanted.asked.led,
        meaning=cosines[:, 0],
        bare_meaning=cosines[:, 1],
        words=_shares(match.scored(wanted.asked.words, keys)),
        bare_words=_shares(match.scored(wanted.asked.asked, keys)),
        document=np.array([shares.get(chunk.document_id, 0.0) for chunk in chunks]),
        document_words=_shares(np.array([whole.get(c.document_id, 0.0) for c in chunks])),
        substance=np.array([substance(chunk, said) for chunk in chunks]),
        relevance=np.zeros(len(chunks)),
        apart=np.array([apart(chunk.text) for chunk in chunks], dtype=bool),
    )
    return across(evidence)


def _called(reader: StoreView, documents: Mapping[DocumentId, Document], scope: Scope) -> Called:
    known = sorted(documents)
    parties = reader.contents.values(known, "party", scope)
    return Called(documents, parties, reader.chunks.openings(known, scope, first=OPENING))


def _documents(
    reader: StoreView, wanted: EmbeddedQuery, lists: Iterable[_Hits], match: Match
) -> dict[DocumentId, Document]:
    """The documents of all candidates, and those in which most of the names stand."""
    holding: Counter[DocumentId] = Counter()
    for name in sorted(wanted.asked.naming):
        holders = match.holders(name)
        holding.update(sorted(holders if wanted.within is None else holders & wanted.within))
    found = {document_of(chunk_id) for chunk_id, _ in chain.from_iterable(lists)}
    named = wanted.asked.documents
    found.update(named if wanted.within is None else named & wanted.within)
    found.update(known for known, _ in holding.most_common(CANDIDATES))
    return reader.library.documents_by_id(sorted(found), wanted.scope)


def _shares(scores: Numbers) -> Numbers:
    """As shares of the highest."""
    most = scores.max(initial=0.0)
    return scores / most if most > 0 else scores
