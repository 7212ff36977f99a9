"""Search by terms and connectors: documents that match an expression, and where they do."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from kb.domain import Chunk, DocumentId, Passage, Scope, SearchResult
from kb.guard.audit import Audit, shown_spans
from kb.search.connectors.evaluation import Evaluation, Matches
from kb.search.connectors.fields import KnownFields
from kb.search.connectors.grammar import parse
from kb.search.connectors.page_lines import KnownLines
from kb.search.connectors.ranking import Spot, ranked
from kb.search.connectors.syntax import Node, spelled
from kb.search.page_lines import placed
from kb.search.surrounding import surrounded
from kb.store.database import Database
from kb.store.documents.chunks import Chunks
from kb.store.documents.library import Library
from kb.store.documents.page_lines import NumberedPages
from kb.store.lexical.position_reader import PlacesInScope
from kb.text.tokens import token_spans

Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Matched:
    """What an expression found: `documents` and `passages` count all, the result shows some.

    `spans` has for each passage shown the (char_start, char_end) of what was found in it,
    offsets into the canonical text; `understood` is the expression with all its parentheses.
    """

    result: SearchResult
    documents: int
    passages: int
    spans: tuple[Spans, ...]
    understood: str


class Connectors:
    def __init__(self, database: Database, library: Library, audit: Audit) -> None:
        self._db = database
        self._library = library
        self._chunks = Chunks(database)
        self._numbered = NumberedPages(database)
        self._audit = audit

    def search(
        self,
        expression: str,
        scope: Scope,
        *,
        limit: int = 10,
        offset: int = 0,
        within: frozenset[DocumentId] | None = None,
        around: int = 0,
    ) -> Matched:
        """The best passages from `offset` on, and a line in the audit trail.

        `within` leaves only these documents, as filters do; `around` adds up to so many
        characters before and after each passage. Raises `ExpressionProblem`.
        """
        began = time.perf_counter()
        node = parse(expression)
        with self._db.snapshot():
            places, found = self._found(node, scope, within)
            best = ranked(places, found, limit=limit, offset=offset)
            passages, spans = self._read(places, best.spots, scope, offset)
        took = {"total_ms": (time.perf_counter() - began) * 1000}
        shown = surrounded(passages, self._library, self._chunks, scope, most=around)
        shown = placed(shown, self._numbered, scope)
        self._audit.record(scope.user_id, "terms", expression, shown_spans(shown))
        result = SearchResult(expression, shown, took)
        return Matched(result, best.documents, best.passages, tuple(spans), spelled(node))

    def documents(
        self, expression: str, scope: Scope, *, within: frozenset[DocumentId] | None = None
    ) -> frozenset[DocumentId]:
        """The matching documents of the scope. Raises `ExpressionProblem`."""
        node = parse(expression)
        with self._db.snapshot():
            places, found = self._found(node, scope, within)
        numbers = found.documents.nonzero()[0].tolist()
        return frozenset(places.documents[number] for number in numbers)

    def among(
        self, expression: str, scope: Scope, within: frozenset[DocumentId] | None
    ) -> frozenset[DocumentId] | None:
        """`within`, or of it the documents that match where there is an expression.

        For a search or an answer among the results of another. Raises `ExpressionProblem`.
        """
        return self.documents(expression, scope, within=within) if expression else within

    def _found(
        self, node: Node, scope: Scope, within: frozenset[DocumentId] | None
    ) -> tuple[PlacesInScope, Matches]:
        places = PlacesInScope(self._db, scope, within)
        fields = KnownFields(self._db, scope, places)
        lines = KnownLines(self._numbered, self._chunks, scope, places)
        return places, Evaluation(places, fields, lines).of(node, places.everything())

    def _read(
        self, places: PlacesInScope, spots: Sequence[Spot], scope: Scope, offset: int
    ) -> tuple[list[Passage], list[Spans]]:
        known = {places.documents[spot.document] for spot in spots}
        documents = self._library.documents_by_id(sorted(known), scope)
        wanted = [(places.documents[spot.document], spot.chunk) for spot in spots]
        chunks = self._chunks.counted(wanted, scope)
        passages: list[Passage] = []
        spans: list[Spans] = []
        for spot, one in zip(spots, wanted, strict=True):
            chunk, rank = chunks[one], offset + len(passages) + 1
            passages.append(Passage.at(rank, chunk, documents[chunk.document_id]))
            spans.append(_characters(chunk, spot))
        return passages, spans


def _characters(chunk: Chunk, spot: Spot) -> Spans:
    """Spans of tokens as spans of characters; what runs over the chunk's end is cut there."""
    stands = list(token_spans(chunk.text))
    return tuple(
        (
            chunk.char_start + stands[first][0],
            chunk.char_start + stands[min(last, len(stands) - 1)][1],
        )
        for first, last in spot.spans
    )
