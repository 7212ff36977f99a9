"""Search by words: Okapi BM25 whose statistics come from the scope alone.

FTS5's own bm25() counts every row of the table, so documents that a reader may
not see would change the order of those that they may. Here FTS5 only tells
where the terms stand (its vocabulary table); counts, lengths and the number of
passages are taken from the reader's scope.
"""

import math
from collections import defaultdict
from collections.abc import Iterable

from kb.domain import ChunkId, Scope
from kb.store.db import Database
from kb.store.library import IN_SCOPE, IS_SEARCHABLE, scope_parameters

K1 = 1.2
B = 0.75
CONTEXT_WEIGHT = 1.0
"""What a term in the context line (title, heading) adds to its count in the text, once."""

_SCOPED = f"""FROM chunk c JOIN document d ON d.id = c.document_id
    WHERE {IN_SCOPE} AND {IS_SEARCHABLE}"""


class Keywords:
    def __init__(self, database: Database) -> None:
        self._db = database

    def search(self, terms: Iterable[str], scope: Scope, limit: int) -> list[tuple[ChunkId, float]]:
        """The best chunks for these terms with their BM25 scores, best first.

        Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009.
        """
        parameters = scope_parameters(scope)
        total = self._db.row(f"SELECT count(*), avg(c.length) {_SCOPED}", parameters)
        if total is None or not total[0]:
            return []
        score: defaultdict[str, float] = defaultdict(float)
        for term in sorted(set(terms)):
            found = self._postings(term, parameters)
            idf = math.log(1 + (total[0] - len(found) + 0.5) / (len(found) + 0.5))
            for chunk_id, length, in_text, in_context in found:
                frequency = in_text + CONTEXT_WEIGHT * min(in_context, 1)
                norm = K1 * (1 - B + B * length / max(total[1], 1.0))
                score[chunk_id] += idf * frequency * (K1 + 1) / (frequency + norm)
        best = sorted(score.items(), key=lambda item: (-item[1], item[0]))[:limit]
        return [(ChunkId(chunk_id), value) for chunk_id, value in best]

    def frequencies(self, terms: Iterable[str], scope: Scope) -> tuple[int, dict[str, int]]:
        """Chunks in the scope, and in how many of them each term stands."""
        parameters = scope_parameters(scope)
        total = self._db.row(f"SELECT count(*) {_SCOPED}", parameters)
        counts = {term: len(self._postings(term, parameters)) for term in set(terms)}
        return (int(total[0]) if total else 0), counts

    def _postings(self, term: str, parameters: tuple[str, str]) -> list[tuple[str, int, int, int]]:
        rows = self._db.rows(
            "SELECT c.id, c.length, sum(t.col = 'words'), sum(t.col = 'context') "
            "FROM (SELECT doc, col FROM chunk_terms WHERE term = ?3) t "
            "CROSS JOIN chunk c ON c.key = t.doc JOIN document d ON d.id = c.document_id "
            f"WHERE {IN_SCOPE} AND {IS_SEARCHABLE} GROUP BY c.key",
            (*parameters, term),
        )
        return [(row[0], row[1], row[2], row[3]) for row in rows]
