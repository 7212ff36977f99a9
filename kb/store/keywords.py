"""Search by words: Okapi BM25 whose statistics come from the scope alone.

FTS5's own bm25() counts every row of the table, so documents that a reader may
not see would change the order of those that they may. Here FTS5 only tells
where the terms stand (its vocabulary table); counts, lengths and the number of
passages are taken from the reader's scope.
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from kb.domain import ChunkId, DocumentId, Scope
from kb.store.db import Database
from kb.store.library import IN_SCOPE, scope_parameters, searchable

K1 = 1.2
B = 0.75
CONTEXT_WEIGHT = 1.0
"""What a term in the context line (title, heading) adds to its count in the text, once."""


@dataclass(frozen=True, slots=True)
class Posting:
    """A chunk in which a term stands: how often in its text and in its context line."""

    chunk_id: ChunkId
    document_id: DocumentId
    length: int
    in_text: int
    in_context: int


@dataclass(frozen=True, slots=True)
class Match:
    """Where the terms of one query stand within one scope. Lengths are in terms."""

    chunks: int
    documents: int
    mean_length: float
    postings: dict[str, list[Posting]]

    def ranked(
        self,
        terms: Iterable[str],
        limit: int,
        *,
        within: frozenset[DocumentId] | None = None,
    ) -> list[tuple[ChunkId, float]]:
        """The best chunks for these of the terms, with their BM25 scores, best first.

        `within` leaves only the chunks of these documents.

        Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009.
        """
        score: defaultdict[ChunkId, float] = defaultdict(float)
        for term in sorted(set(terms)):
            weight = self.rarity(term)
            for p in self.postings.get(term, ()):
                if within is not None and p.document_id not in within:
                    continue
                frequency = p.in_text + CONTEXT_WEIGHT * min(p.in_context, 1)
                norm = K1 * (1 - B + B * p.length / max(self.mean_length, 1.0))
                score[p.chunk_id] += weight * frequency * (K1 + 1) / (frequency + norm)
        return sorted(score.items(), key=lambda item: (-item[1], item[0]))[:limit]

    def rarity(self, term: str) -> float:
        """Inverse document frequency over the scope's chunks, natural log, never negative."""
        return idf(self.chunks, len(self.postings.get(term, ())))

    def holders(self, term: str) -> set[DocumentId]:
        """The documents in whose text, title or headings the term stands."""
        return {posting.document_id for posting in self.postings.get(term, ())}


class Keywords:
    def __init__(self, database: Database) -> None:
        self._db = database

    def match(self, terms: Iterable[str], scope: Scope) -> Match:
        """Look every term up once, within the scope."""
        parameters = scope_parameters(scope)
        total = self._db.rows(
            "SELECT count(*), avg(c.length), count(DISTINCT c.document_id) FROM chunk c "
            f"JOIN document d ON d.id = c.document_id WHERE {IN_SCOPE} AND {searchable(scope)}",
            parameters,
        )[0]
        return Match(
            chunks=total[0],
            documents=total[2],
            mean_length=total[1] or 0.0,
            postings={term: self._postings(term, scope) for term in sorted(set(terms))},
        )

    def _postings(self, term: str, scope: Scope) -> list[Posting]:
        rows = self._db.rows(
            "SELECT c.id, c.document_id, c.length, sum(t.col = 'words'), sum(t.col = 'context') "
            "FROM (SELECT doc, col FROM chunk_terms WHERE term = ?3) t "
            "CROSS JOIN chunk c ON c.key = t.doc JOIN document d ON d.id = c.document_id "
            f"WHERE {IN_SCOPE} AND {searchable(scope)} GROUP BY c.key",
            (*scope_parameters(scope), term),
        )
        return [Posting(ChunkId(r[0]), DocumentId(r[1]), r[2], r[3], r[4]) for r in rows]


def idf(total: int, having: int) -> float:
    """Inverse document frequency as in BM25, never negative."""
    return math.log(1 + (total - having + 0.5) / (having + 0.5))
